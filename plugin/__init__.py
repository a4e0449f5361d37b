"""Evenhand: decide refund requests by the merchant's policy under the customer's law.

Read in this order: `policy` (what is decided), `case` (what is remembered),
`casework` (what is done), `shopify` and `archive` (with what), then `webhooks` and
`pages` (who asks).
"""
