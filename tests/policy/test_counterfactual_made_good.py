"""What an approval that did not come would have given, where that is less than all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.policy.engine import decide
from plugin.policy.explaining.changes import changed
from plugin.policy.explaining.counterfactual import counterfactuals
from plugin.policy.facts import Facts
from plugin.policy.remedies import MONEY, Charge
from plugin.policy.terms import Terms
from tests.policy.otherwise import CAME, PHOTOS, make_old, make_terms, old_line, tried

CREDIT = {"remedies": ["store_credit", "exchange"]}
RESTOCKING = {"id": "restocking", "percent": 15}
LABEL = {
    "id": "label",
    "pays_for": "return_shipping",
    "flat": {"amount": "5.95", "currency": "USD"},
}
FIRST = {
    "id": "first-month",
    "when": {"fact": "days_since_delivery", "at_most": 30},
    "then": "approve",
}
SECOND = {
    "id": "second-month",
    "when": {"fact": "days_since_delivery", "at_most": 60},
    "then": "approve",
    "refund": CREDIT,
}


def said(facts: Facts, terms: Terms) -> list[str]:
    return [text for _, _, text in tried(facts, terms)]


@pytest.mark.parametrize(
    ("parts", "less"),
    [
        ({}, ""),
        ({"refund": {"remedies": ["store_credit", "original_payment"]}}, ""),
        (
            {"refund": CREDIT},
            " On 4 September 2026, the customer gets store credit, or an exchange, no"
            " money back.",
        ),
        (
            {"fees": [RESTOCKING]},
            " On 4 September 2026, the shop keeps fee `restocking`: 3.75 USD.",
        ),
        (
            {"refund": CREDIT, "fees": [RESTOCKING, LABEL]},
            " On 4 September 2026, the customer gets store credit, or an exchange, no"
            " money back, and the shop keeps fee `restocking`: 3.75 USD, and fee"
            " `label` for the way back: 5.95 USD.",
        ),
    ],
)
def test_a_day_that_would_have_been_approved_says_what_it_gives_less(
    parts: dict[str, Any], less: str
) -> None:
    found = said(make_old(), make_terms(**parts))

    assert found == [
        f"A request up to 4 September 2026 would have been approved.{less}"
    ]


def test_evidence_says_what_the_approval_gives_less() -> None:
    asks = {**PHOTOS, "refund": CREDIT}
    line = old_line(product_tags=frozenset({"fragile"}), photos=0, receipts=1)
    found = said(make_old(line), make_terms(asks))

    assert found[0] == (
        "With 2 photos, this would be approved. Then the customer gets store credit,"
        " or an exchange, no money back."
    )


def test_a_fee_that_cannot_be_told_is_said_to_be_one() -> None:
    line = old_line(price=None)
    found = said(make_old(line), make_terms(fees=[RESTOCKING]))

    assert found[0].endswith(
        "the shop keeps fee `restocking`: amount not known (not known: price)."
    )


def test_what_ends_otherwise_than_approved_says_nothing_of_money() -> None:
    facts = make_old(on=date(2026, 9, 1))
    found = said(facts, make_terms(refund=CREDIT))

    assert found == ["From 5 September 2026 on, this would be refused."]


@pytest.mark.parametrize("day", [70, 61, 100])
def test_the_last_day_of_a_remedy_that_changes_names_the_remedy(day: int) -> None:
    facts = make_old(on=date.fromordinal(CAME.toordinal() + day))
    found = said(facts, make_terms(FIRST, SECOND, window={"days": 60}))

    assert found[0] == (
        "A request up to 4 October 2026 would have been approved. On 4 October 2026,"
        " the customer gets store credit, or an exchange, no money back."
    )


def test_every_approval_that_gives_less_is_told_as_the_engine_settles_it() -> None:
    told = 0
    for refund in (CREDIT, {"remedies": ["original_payment"]}):
        for fees in ([], [RESTOCKING], [LABEL]):
            facts, terms = make_old(), make_terms(refund=refund, fees=fees)
            for other in counterfactuals(facts, terms, "line-1"):
                (change,) = other.changes
                moved = changed(facts, "line-1", change.fact, change.to)
                assert moved is not None
                settlement = decide(moved, terms).lines[0].settlement
                assert settlement is not None
                none = MONEY.isdisjoint(settlement.remedies)
                kept: tuple[Charge, ...] = settlement.charges
                told += 1

                assert ("no money back" in other.said) is none
                assert ("the shop keeps" in other.said) is bool(kept)
    assert told == 6
