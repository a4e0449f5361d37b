"""Fees to try, in dollars."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from plugin.policy.clauses import ALWAYS
from plugin.policy.decision import LineVerdict
from plugin.policy.facts import Facts, Line
from plugin.policy.money import Money
from plugin.policy.terms import Fee, Tier
from tests.builders import make_line
from tests.policy.parts import decided, make_core, make_rule


def usd(amount: str) -> Money:
    """Make an amount of dollars."""
    return Money.of(amount, "USD")


PRICE = usd("25.00")


def make_fee(id: str = "fee", **parts: Any) -> Fee:
    """Make a fee on every return."""
    return Fee(**{"id": id, "guard": ALWAYS, **parts})


Amounts = list[dict[str, str | None]]


def amounts(lines: tuple[LineVerdict, ...]) -> Amounts:
    """List by line what each fee comes to; nothing for what is not made good."""
    return [
        {
            charge.id: str(charge.amount.amount) if charge.amount else None
            for charge in verdict.settlement.charges
        }
        for verdict in lines
        if verdict.settlement is not None
    ]


def approved(facts: Facts, *fees: Fee) -> Amounts:
    """List what each fee comes to for a return that is taken whole."""
    return amounts(decided(facts, make_core(make_rule(), fees=fees)).lines)


def items(*prices: str) -> list[Line]:
    """Make items of these prices."""
    return [
        make_line(id=f"line-{n}", price=usd(price)) for n, price in enumerate(prices)
    ]


STEPPED = make_fee(
    by="price",
    tiers=(
        Tier(at_least=0, flat=usd("2.00")),
        Tier(at_least=2000, flat=usd("5.00")),
        Tier(at_least=9000, percent=Decimal(10)),
    ),
)
