"""The platform: reading a return, answering it, tokens (Shopify Admin GraphQL)."""
