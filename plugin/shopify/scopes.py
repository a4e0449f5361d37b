"""Scopes: what the app needs from a shop, and what a grant lacks of it."""

from __future__ import annotations

from shopify import ApiAccess  # type: ignore[import-untyped]  # ships no types

# As the app's manifest asks for it; a test compares the two.
REQUIRED = frozenset(
    {
        "read_customers",
        "read_products",
        "write_discounts",
        "write_orders",
        "write_returns",
    }
)
# Asked for only when a merchant wants to hear of payment disputes.
DISPUTES = "read_shopify_payments_disputes"


def missing(
    granted: frozenset[str], wanted: frozenset[str] = REQUIRED
) -> frozenset[str]:
    """Tell which wanted scopes a grant lacks; to write implies to read."""
    # A granted scope of a form that the library does not know covers only itself.
    held = ApiAccess(filter(ApiAccess.SCOPE_RE.match, granted))
    left = wanted - granted
    return frozenset(scope for scope in left if not held.covers(ApiAccess(scope)))


def hears_disputes(granted: frozenset[str]) -> bool:
    """Tell whether a grant lets the app hear of payment disputes."""
    return not missing(granted, frozenset({DISPUTES}))
