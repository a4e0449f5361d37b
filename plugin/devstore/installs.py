"""The app comes to a shop, and leaves it."""

from __future__ import annotations

from plugin.devstore import payloads
from plugin.devstore.compliance import erase_shop_later
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

WORDS = {
    "read_customers": "See customers",
    "read_discounts": "See discounts",
    "read_legal_policies": "See the shop's policies",
    "read_orders": "See orders",
    "read_products": "See products",
    "read_returns": "See returns",
    "read_shopify_payments_disputes": "See disputes of payments",
    "write_discounts": "Create and end discount codes",
    "write_orders": "See orders and mark them",
    "write_returns": "See returns, approve and decline them",
}


def install(store: Store, shop: Shop) -> None:
    """Grant the app the scopes of its manifest."""
    shop.installs += int(not shop.installed)
    shop.installed = True
    shop.scopes = store.manifest.scopes


def uninstall(store: Store, shop: Shop) -> None:
    """Revoke the app's tokens and tell it; in two days, ask for all to be erased."""
    if shop.installed:
        erase_shop_later(store, shop)
    store.fire(shop, "app/uninstalled", payloads.app_uninstalled(shop))
    store.tokens.revoke(shop.myshopify_domain)
    shop.installed = False
    shop.scopes = frozenset()


def scopes_in_words(scopes: frozenset[str]) -> list[str]:
    """What each scope lets the app do, for people."""
    return sorted(WORDS.get(scope, scope) for scope in scopes)
