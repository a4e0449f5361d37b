"""Fees that a law leaves open, so that every return they are kept of waits."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.decision import Outcome
from plugin.policy.linting.remark import Remark
from plugin.policy.remedies import FeeRule, Owed
from tests.builders import make_clause
from tests.policy.test_lint_law import LATE, linted, pack

UNWANTED = {"fact": "reason", "equals": "unwanted"}
FEE = {"id": "restocking", "percent": 15, "when": UNWANTED}
OPEN, CLEAR = pack(Owed(fee=FeeRule.UNCLEAR)), pack()


def doubtful(*clauses: dict[str, Any], **changes: Any) -> list[Remark]:
    """Lint fees, and keep what is said of doubts."""
    packs = {"XX": OPEN, "YY": CLEAR, "ZZ": OPEN}
    remarks = linted(*clauses, **{"packs": packs, **changes})
    return [remark for remark in remarks if remark.kind == "fee_doubtful"]


def test_it_finds_a_fee_for_which_every_return_goes_to_a_person() -> None:
    (remark,) = doubtful(fees=[FEE], window={"days": 10})

    assert (remark.where, remark.severity.value) == ("fees.0", "warning")
    assert remark.message == (
        "Approved returns of unwanted items that `restocking` is kept of will go to a"
        " person in XX, ZZ: the law there leaves open whether a fee may be kept."
    )
    assert remark.example == (
        ("country", "XX"),
        ("days_since_delivery", 1),
        ("reason", "unwanted"),
    )
    assert remark.fix == "Give the fee a condition that leaves these returns out."


def test_it_tells_faulty_items_from_unwanted_ones() -> None:
    plain = {"id": "restocking", "percent": 15}
    remarks = doubtful(fees=[plain], window={"days": 10}, packs={"YY": CLEAR})

    assert [remark.message.partition(" that ")[0] for remark in remarks] == [
        "Approved returns of faulty items"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        # On days 11 to 30 the law gives nothing, and the fee stands.
        {"fees": [FEE]},
        {"fees": [{**FEE, "when": {"all": [UNWANTED, LATE]}}]},
        {"fees": []},
        {"fees": [FEE], "packs": {"YY": CLEAR}},
    ],
)
def test_it_leaves_a_fee_that_stands_of_some_returns(changes: dict[str, Any]) -> None:
    assert doubtful(**changes) == []


def test_it_leaves_a_fee_of_what_the_policy_does_not_approve() -> None:
    refused = make_clause(when=UNWANTED, then=Outcome.REVIEW.value)
    del refused["ground"]

    assert doubtful(refused, fees=[FEE], window={"days": 10}) == []
