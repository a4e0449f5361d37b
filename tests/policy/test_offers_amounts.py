"""Offers of an amount: in the currency that was paid, and no more than was."""

from __future__ import annotations

import pytest

from plugin.policy.facts import Line
from plugin.policy.money import Money
from plugin.policy.offers import Offer
from plugin.policy.remedies import Remedy
from tests.builders import make_facts, make_line
from tests.policy.fees import usd
from tests.policy.offered import NO, given, make_terms_of, offered
from tests.policy.parts import make_core

EUROS = Money.of("5.00", "EUR")


def items(*prices: Money | None) -> tuple[Line, ...]:
    """Make items of these prices."""
    return tuple(make_line(id=str(n), price=price) for n, price in enumerate(prices))


def made(remedy: Remedy, amount: Money, *prices: Money | None) -> tuple[Offer, ...]:
    """List the offers that go with a refusal of items of these prices."""
    offer = make_terms_of(remedy, amount=amount)
    return given(make_facts(*items(*prices)), make_core(NO, offers=(offer,)))


@pytest.mark.parametrize("remedy", [Remedy.CODE, Remedy.STORE_CREDIT, Remedy.KEEP_ITEM])
def test_an_amount_is_offered_in_the_currency_that_was_paid(remedy: Remedy) -> None:
    five, price = usd("5.00"), usd("25.00")

    assert [offer.amount for offer in made(remedy, five, price)] == [five]
    assert [offer.amount for offer in made(remedy, five, price, price)] == [five]
    assert made(remedy, EUROS, price) == ()


@pytest.mark.parametrize("remedy", [Remedy.CODE, Remedy.STORE_CREDIT, Remedy.KEEP_ITEM])
def test_what_was_paid_has_to_be_known_for_an_amount(remedy: Remedy) -> None:
    price = usd("25.00")

    assert made(remedy, usd("5.00"), None) == ()
    assert made(remedy, usd("5.00"), price, None) == ()
    assert made(remedy, usd("5.00"), price, EUROS) == ()


@pytest.mark.parametrize("remedy", [Remedy.CODE, Remedy.STORE_CREDIT, Remedy.KEEP_ITEM])
def test_a_share_is_offered_whatever_was_paid(remedy: Remedy) -> None:
    facts = make_facts(*items(None))

    assert offered(make_terms_of(remedy, percent=10), facts=facts) == [remedy.value]


@pytest.mark.parametrize(
    ("prices", "amount"),
    [
        (["25.00"], "20.00"),
        (["20.00"], "20.00"),
        (["19.99"], "19.99"),
        (["10.00", "5.00"], "15.00"),
        (["10.00", "15.00"], "20.00"),
    ],
)
def test_of_an_item_that_stays_no_more_comes_back_than_was_paid(
    prices: list[str], amount: str
) -> None:
    paid = [usd(price) for price in prices]
    (offer,) = made(Remedy.KEEP_ITEM, usd("20.00"), *paid)

    assert offer.amount == usd(amount)


def test_of_an_item_that_cost_nothing_nothing_comes_back() -> None:
    assert made(Remedy.KEEP_ITEM, usd("20.00"), usd("0.00")) == ()
    assert len(made(Remedy.CODE, usd("20.00"), usd("0.00"))) == 1


def test_a_code_may_be_worth_more_than_the_item() -> None:
    (offer,) = made(Remedy.CODE, usd("20.00"), usd("5.00"))

    assert offer.amount == usd("20.00")


@pytest.mark.parametrize("remedy", [Remedy.EXCHANGE, Remedy.STORE_CREDIT])
def test_of_each_remedy_the_first_that_applies_is_made(remedy: Remedy) -> None:
    first, second = (make_terms_of(remedy, id=id) for id in ("first", "second"))

    assert offered(first, second) == ["first"]
    assert offered(make_terms_of(Remedy.KEEP_ITEM, percent=5), second) == [
        "keep_item",
        "second",
    ]
