"""A small Shopify on this machine, to run and test the app against."""
