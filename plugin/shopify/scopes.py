"""Scopes: what the app needs from a shop, and what a grant lacks of it."""

from __future__ import annotations

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


def missing(granted: frozenset[str]) -> frozenset[str]:
    """Tell which required scopes a grant lacks; to write implies to read."""
    implied = {scope.replace("write_", "read_", 1) for scope in granted}
    return REQUIRED - granted - implied
