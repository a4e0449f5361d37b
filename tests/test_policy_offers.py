"""Offers in a policy document: built, or refused by path."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.conditions import Operator
from plugin.policy.conditions import Test as Comparison
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.policy.remedies import Remedy
from plugin.policy.terms import Cap
from tests.builders import between, faults_of, make_offer, policy_of

GIFT = {"fact": "gift_card", "equals": True}
IS_GIFT = Comparison(fact="gift_card", operator=Operator.EQUALS, value=True)
FIVE = {"amount": "5", "currency": "USD"}

Errors = dict[str, list[str]]


def test_an_offer_has_its_value_for_whom_and_how_often() -> None:
    credit = make_offer(
        id="credit",
        remedy="store_credit",
        bonus_percent=20,
        when=GIFT,
        on=["approve", "decline"],
        per_customer={"at_most": 1, "within_days": 90},
        per_shop_day=50,
    )
    keep = {
        "id": "keep",
        "remedy": "keep_item",
        "amount": FIVE,
        "expires_after_days": 7,
    }
    first, second = policy_of(offers=[credit, keep]).offers

    assert (first.remedy, first.percent, first.bonus_percent) == (
        Remedy.STORE_CREDIT,
        10,
        20,
    )
    assert first.outcomes == frozenset({Outcome.APPROVE, Outcome.DECLINE})
    assert (first.per_customer, first.per_shop_day) == (
        Cap(at_most=1, within_days=90),
        50,
    )
    assert first.guard.when == IS_GIFT
    assert (second.remedy, second.percent, second.amount) == (
        Remedy.KEEP_ITEM,
        0,
        Money.of("5", "USD"),
    )
    assert (second.expires_after_days, second.per_customer) == (7, None)


ONE_VALUE = ["give either `percent` or `amount`"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"amount": FIVE}, {"": ONE_VALUE}),
        ({"remedy": "exchange"}, {"percent": ["`exchange` has no value"]}),
        ({"remedy": "free_shipping"}, {"percent": ["`free_shipping` has no value"]}),
        (
            {"remedy": "repair"},
            {
                "remedy": [
                    "use one of: code, free_shipping, store_credit, exchange, keep_item"
                ]
            },
        ),
        ({"bonus_percent": 5}, {"bonus_percent": ["only store credit has a bonus"]}),
        ({"on": []}, {"on": ["give 1 to 2 entries"]}),
        ({"on": ["review"]}, {"on.0": ["use one of: approve, decline"]}),
        ({"percent": 0}, {"percent": between(1, 100)}),
        ({"percent": 101}, {"percent": between(1, 100)}),
        ({"expires_after_days": 366}, {"expires_after_days": between(1, 365)}),
        ({"per_shop_day": 0}, {"per_shop_day": between(1, 100000)}),
        (
            {"per_customer": {"at_most": 0}},
            {
                "per_customer.at_most": between(1, 1000),
                "per_customer.within_days": ["this is missing; give it"],
            },
        ),
    ],
)
def test_it_names_the_fault_in_an_offer(
    changes: dict[str, Any], errors: Errors
) -> None:
    assert faults_of("offers", make_offer(**changes)) == errors


def test_an_offer_of_a_value_needs_one() -> None:
    code = make_offer()
    del code["percent"]

    assert faults_of("offers", code) == {"": ONE_VALUE}
