"""Exact amounts of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.money import BadMoney, Money


def test_it_reads_an_amount_exactly() -> None:
    assert Money.of("19.99", "EUR").amount == Decimal("19.99")


@pytest.mark.parametrize(
    ("currency", "exponent"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CNY", 2)]
)
def test_it_knows_how_many_decimals_are_paid(currency: str, exponent: int) -> None:
    assert Money.of("1", currency).exponent == exponent


@pytest.mark.parametrize("amount", ["", "ten", "1,50", "NaN", "Infinity", "1.2.3"])
def test_it_refuses_what_is_not_an_amount(amount: str) -> None:
    with pytest.raises(BadMoney) as raised:
        Money.of(amount, "EUR")

    assert raised.value.code == "bad_money"
    assert f"amount `{amount}` is not a" in str(raised.value)


def test_it_adds_amounts_of_one_currency() -> None:
    assert Money.of("0.10", "EUR") + Money.of("0.20", "EUR") == Money.of("0.30", "EUR")


def test_it_does_not_add_two_currencies() -> None:
    with pytest.raises(BadMoney, match="cannot add USD to EUR"):
        Money.of("1", "EUR") + Money.of("1", "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "part"),
    [("19.99", "EUR", "1.99"), ("1999", "JPY", "199"), ("1.2345", "KWD", "0.123")],
)
def test_it_rounds_a_part_down_to_what_can_be_paid(
    amount: str, currency: str, part: str
) -> None:
    assert Money.of(amount, currency).percent(10) == Money.of(part, currency)


@given(cents=st.integers(0, 10**9), rates=st.lists(st.integers(0, 100), max_size=5))
def test_parts_never_add_up_to_more_than_the_whole(
    cents: int, rates: list[int]
) -> None:
    whole = Money(amount=Decimal(cents).scaleb(-2), currency="EUR")
    fair = sum(rates) <= 100
    parts = sum((whole.percent(rate).amount for rate in rates), Decimal(0))

    assert not fair or parts <= whole.amount
