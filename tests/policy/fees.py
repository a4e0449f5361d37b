"""Fees to try, in dollars."""

from __future__ import annotations

from typing import Any

from plugin.policy.clauses import ALWAYS, Guard
from plugin.policy.money import Money
from plugin.policy.terms import Fee
from tests.policy.parts import is_flag

GIFT = Guard(is_flag("gift_card"))


def usd(amount: str) -> Money:
    """Make an amount of dollars."""
    return Money.of(amount, "USD")


PRICE = usd("25.00")


def make_fee(id: str = "fee", **parts: Any) -> Fee:
    """Make a fee on every return."""
    return Fee(**{"id": id, "guard": ALWAYS, **parts})
