"""Fees: flat, percent, tax, cap and tiers; flat ones once per return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin.policy.clauses import Guard
from plugin.policy.conditions import All
from plugin.policy.fees import charges_for
from plugin.policy.money import Money
from plugin.policy.remedies import Charge, PaysFor
from plugin.policy.terms import Fee, Tier
from tests.builders import make_line
from tests.policy.fees import PRICE, make_fee, usd
from tests.policy.parts import is_flag

GIFT = Guard(is_flag("gift_card"))
OTHER_CURRENCY = "the fee is in another currency"


def charged(
    fee: Fee, price: Money | None = PRICE, **values: object
) -> tuple[Charge, ...]:
    """List what one fee comes to for an item of 25 dollars."""
    return charges_for(make_line(price=price), (fee,), values)


@pytest.mark.parametrize(
    ("parts", "amount"),
    [
        ({"flat": usd("5.00")}, "5.00"),
        ({"percent": Decimal(15)}, "3.75"),
        ({"percent": Decimal("1.75")}, "0.43"),
        ({"percent": Decimal(100)}, "25.00"),
        ({"flat": usd("5.00"), "tax_percent": Decimal(19)}, "5.95"),
        ({"percent": Decimal(15), "tax_percent": Decimal(19)}, "4.46"),
        ({"flat": usd("5.00"), "cap": usd("5.01")}, "5.00"),
        ({"flat": usd("5.00"), "cap": usd("5.00")}, "5.00"),
        ({"flat": usd("5.00"), "cap": usd("4.99")}, "4.99"),
        ({"flat": usd("5.00"), "tax_percent": Decimal(19), "cap": usd("5.90")}, "5.90"),
        ({"percent": Decimal(50), "cap": usd("8.00")}, "8.00"),
    ],
)
def test_a_fee_is_its_parts_and_their_tax_up_to_the_cap(
    parts: dict[str, Any], amount: str
) -> None:
    once = "flat" in parts

    assert charged(make_fee(**parts)) == (
        Charge(id="fee", amount=usd(amount), once=once),
    )


def test_a_fee_says_what_it_is_for() -> None:
    label = make_fee(flat=usd("4.99"), pays_for=PaysFor.RETURN_SHIPPING)

    assert charged(label) == (
        Charge(
            id="fee",
            amount=usd("4.99"),
            pays_for=PaysFor.RETURN_SHIPPING,
            once=True,
        ),
    )


def test_a_fee_of_nothing_is_none() -> None:
    tenth = make_fee(percent=Decimal("0.1"))

    assert charged(tenth, price=usd("9.99")) == ()
    assert charged(tenth, price=usd("10.00")) == (Charge(id="fee", amount=usd("0.01")),)


def test_a_share_of_a_price_that_is_not_known_has_no_amount() -> None:
    assert charged(make_fee(percent=Decimal(15)), price=None) == (
        Charge(id="fee", amount=None, why="not known: price"),
    )
    assert charged(make_fee(flat=usd("1.00")), price=None) == (
        Charge(id="fee", amount=usd("1.00"), once=True),
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"flat": Money.of("5.00", "EUR")},
        {"percent": Decimal(15), "cap": Money.of("5.00", "EUR")},
        {"flat": usd("5.00"), "cap": Money.of("5.00", "EUR")},
    ],
)
def test_a_fee_in_another_currency_has_no_amount(parts: dict[str, Any]) -> None:
    assert charged(make_fee(**parts)) == (
        Charge(id="fee", amount=None, why=OTHER_CURRENCY, once="flat" in parts),
    )


@pytest.mark.parametrize(
    ("answer", "charges"),
    [
        (True, (Charge(id="fee", amount=usd("5.00"), once=True),)),
        (False, ()),
        (
            None,
            (Charge(id="fee", amount=None, why="not known: gift_card", once=True),),
        ),
    ],
)
def test_a_fee_may_be_for_some_items(
    answer: bool | None, charges: tuple[Charge, ...]
) -> None:
    fee = make_fee(guard=GIFT, flat=usd("5.00"))

    assert charged(fee, gift_card=answer) == charges


def test_a_fee_in_doubt_names_each_fact_that_is_not_known() -> None:
    both = All((is_flag("gift_card"), is_flag("business"), is_flag("opened")))
    fee = make_fee(guard=Guard(both), flat=usd("5.00"))

    assert charged(fee, gift_card=None, business=True, opened=None) == (
        Charge(id="fee", amount=None, why="not known: gift_card, opened", once=True),
    )


TIERS = (
    Tier(at_least=10, flat=usd("2.00")),
    Tier(at_least=30, percent=Decimal(50)),
    Tier(at_least=20),
    Tier(at_least=40, percent=Decimal(10)),
)


@pytest.mark.parametrize(
    ("number", "amount"),
    [
        (9, None),
        (10, "2.00"),
        (19, "2.00"),
        (20, None),
        (29, None),
        (30, "12.50"),
        (40, "2.50"),
        (400, "2.50"),
    ],
)
def test_tiers_count_by_any_number(number: int, amount: str | None) -> None:
    fee = make_fee(by="used_percent", tiers=TIERS)
    found = [str(charge.amount) for charge in charged(fee, used_percent=number)]

    assert found == ([] if amount is None else [str(usd(amount))])


def test_what_is_flat_of_tiers_is_kept_once() -> None:
    fee = make_fee(by="used_percent", tiers=TIERS)
    (flat,) = charged(fee, used_percent=10)
    (share,) = charged(fee, used_percent=30)

    assert (flat.once, share.once) == (True, False)


@pytest.mark.parametrize(
    ("tiers", "once"), [(TIERS, False), (TIERS[:1], True), (TIERS[:2], False)]
)
def test_a_fee_in_doubt_is_kept_once_where_all_of_it_is_flat(
    tiers: tuple[Tier, ...], once: bool
) -> None:
    fee = make_fee(by="used_percent", tiers=tiers)
    (charge,) = charged(fee, used_percent=None)

    assert charge.once is once


def test_a_tier_needs_the_number_it_counts_by() -> None:
    fee = make_fee(by="used_percent", tiers=TIERS)

    assert charged(fee, used_percent=None) == (
        Charge(id="fee", amount=None, why="not known: used_percent"),
    )


@pytest.mark.parametrize("cap", [None, usd("3.00")])
def test_tiers_that_are_all_free_cost_nothing(cap: Money | None) -> None:
    free = make_fee(by="used_percent", tiers=(Tier(at_least=0),), cap=cap)

    assert charged(free, used_percent=3) == ()


def test_every_fee_that_applies_is_listed_in_order() -> None:
    fees = (
        make_fee("label", flat=usd("4.00")),
        make_fee("gifts", guard=GIFT, flat=usd("9.00")),
        make_fee("handling", percent=Decimal(10)),
    )

    assert charges_for(make_line(), fees, {"gift_card": False}) == (
        Charge(id="label", amount=usd("4.00"), once=True),
        Charge(id="handling", amount=usd("2.50")),
    )
    assert charges_for(make_line(), (), {}) == ()
