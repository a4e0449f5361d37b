"""Prices as the platform gives them, in the shop's own currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.policy.money import BadMoney, Money

Data = Mapping[str, Any]


def read_price(bag: Data | None) -> Money | None:
    """Read a bag's amount in the shop's currency; None when it is no amount."""
    if bag is None:
        return None
    try:
        money = bag["shopMoney"]
        return Money.of(money["amount"], money["currencyCode"])
    except BadMoney:
        return None


def discount_percent(
    paid: Money | None, unit: Money | None, quantity: int
) -> int | None:
    """Say how far what was paid lay below the list price, rounded down.

    None when either amount is missing, or when the item is free anyway.
    """
    if paid is None or unit is None or paid.currency != unit.currency:
        return None
    listed = unit.amount * quantity
    if listed <= 0:
        return None
    return max(0, int((listed - paid.amount) * 100 // listed))
