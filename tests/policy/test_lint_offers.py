"""Offers that are never made, and near misses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import make_clause
from tests.policy.test_lint import IN_TIME, LATE_CARD, both, found, linted


def offer(**changes: Any) -> dict[str, Any]:
    """Make an offer of a code with a refusal."""
    code = {"id": "code", "remedy": "code", "percent": 10, "expires_after_days": 30}
    return {**code, **changes}


EUR = {"amount": "5.00", "currency": "EUR"}
USD = {"amount": "5.00", "currency": "USD"}


@pytest.mark.parametrize(
    "changes",
    [
        {"when": both(LATE_CARD, {"fact": "gift_card", "equals": False})},
        {"when": {"fact": "days_past_window", "at_most": 0}},
    ],
)
def test_it_finds_an_offer_that_is_never_made(changes: dict[str, Any]) -> None:
    remarks = linted(make_clause(), IN_TIME, offers=[offer(**changes)])

    assert found(remarks) == [("offer_never", "offers.0")]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"when": {"fact": "days_past_window", "at_most": 1}},
        {"when": {"fact": "days_past_window", "at_most": 0}, "on": ["approve"]},
    ],
)
def test_it_leaves_an_offer_that_may_be_made(changes: dict[str, Any]) -> None:
    assert linted(make_clause(), IN_TIME, offers=[offer(**changes)]) == ()


def test_it_finds_an_offer_where_every_refusal_rules_offers_out() -> None:
    silent = make_clause(offer=False)
    remarks = linted(silent, IN_TIME, offers=[offer()])

    assert found(remarks) == [("offer_never", "offers.0")]


SHIPPING = {"id": "ship", "remedy": "free_shipping", "expires_after_days": 9}
DEAR = {"fact": "price", "at_least": 100}
DEARER = {"fact": "price", "at_least": 200}


@pytest.mark.parametrize(
    ("first", "second", "never"),
    [
        (offer(), SHIPPING, True),
        (offer(when=DEAR), {**SHIPPING, "when": DEARER}, True),
        (offer(when=DEARER), {**SHIPPING, "when": DEAR}, False),
        (offer(when=DEAR), SHIPPING, False),
        (offer(on=["approve"]), SHIPPING, False),
        (offer(per_shop_day=9), SHIPPING, False),
        (offer(per_customer={"at_most": 1, "within_days": 9}), SHIPPING, False),
        (offer(), offer(id="credit", remedy="store_credit"), False),
        (offer(percent=0, amount=EUR), SHIPPING, False),
        (offer(percent=0, amount=EUR), offer(id="b", percent=0, amount=USD), False),
        (offer(percent=0, amount=EUR), offer(id="b", percent=0, amount=EUR), True),
    ],
)
def test_it_finds_an_offer_that_another_stands_for(
    first: dict[str, Any], second: dict[str, Any], never: bool
) -> None:
    given = [{k: v for k, v in one.items() if v != 0} for one in (first, second)]
    remarks = linted(make_clause(), IN_TIME, offers=given)
    why = "`code`, of which only one is made, comes before it"

    assert [(r.kind, r.where, r.message) for r in remarks] == (
        [("offer_never", "offers.1", f"`{second['id']}` never counts: {why}.")]
        if never
        else []
    )
