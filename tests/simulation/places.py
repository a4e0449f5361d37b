"""Where a world takes place: two shops, and the countries of their customers."""

from __future__ import annotations

# Of each shop: its country, currency and time zone.
SHOPS = {
    "alpine-goods.myshopify.com": ("US", "USD", "America/Denver"),
    "nordlicht-laden.myshopify.com": ("DE", "EUR", "Europe/Berlin"),
}
# Countries of the Union, where a consumer may withdraw for 14 days after delivery
# (Directive 2011/83/EU, Article 9); and some where the policy alone decides.
UNION = ("DE", "FR", "IT")
FREE = (("US", "CO"), ("US", "TX"))
