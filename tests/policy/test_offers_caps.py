"""Offers are made only so often, and only where that can be counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin.policy.facts import Past
from plugin.policy.remedies import Remedy
from plugin.policy.terms import Cap
from tests.builders import ASKED_ON, make_facts
from tests.policy.offered import make_terms_of, offered


def before(*days_ago: int) -> tuple[Past, ...]:
    """List earlier offers, so many days before the request."""
    return tuple(Past(on=ASKED_ON - timedelta(days=n)) for n in days_ago)


@pytest.mark.parametrize(
    ("days_ago", "made"),
    [
        ((), True),
        ((1,), True),
        ((1, 2), False),
        ((1, 29), False),
        ((1, 30), True),
        ((30, 31, 32), True),
        ((0, 1, 2), False),
    ],
)
def test_a_customer_gets_at_most_so_many(days_ago: tuple[int, ...], made: bool) -> None:
    offer = make_terms_of(Remedy.EXCHANGE, per_customer=Cap(at_most=2, within_days=30))
    facts = make_facts(offers_before=before(*days_ago))

    assert offered(offer, facts=facts) == (["exchange"] if made else [])


@pytest.mark.parametrize(
    ("today", "made"), [(0, True), (4, True), (5, False), (6, False), (None, False)]
)
def test_a_shop_gives_at_most_so_many_a_day(today: int | None, made: bool) -> None:
    offer = make_terms_of(Remedy.EXCHANGE, per_shop_day=5)
    facts = make_facts(shop_offers_today=today)

    assert offered(offer, facts=facts) == (["exchange"] if made else [])


def test_both_caps_have_to_leave_room() -> None:
    offer = make_terms_of(
        Remedy.EXCHANGE, per_customer=Cap(at_most=1, within_days=30), per_shop_day=1
    )

    def made(earlier: int, today: int) -> list[str]:
        past = before(*range(1, earlier + 1))
        facts = make_facts(offers_before=past, shop_offers_today=today)
        return offered(offer, facts=facts)

    assert made(0, 0) == ["exchange"]
    assert made(1, 0) == []
    assert made(0, 1) == []


def test_a_cap_that_cannot_be_checked_lets_no_offer_through() -> None:
    offer = make_terms_of(Remedy.EXCHANGE, per_customer=Cap(at_most=2, within_days=30))

    assert offered(offer) == []
