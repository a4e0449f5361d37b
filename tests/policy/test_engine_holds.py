"""Holds in a decision: one that speaks or is in doubt leaves it to a person."""

from __future__ import annotations

import pytest

from plugin.policy.decision import Finding, Outcome, Says, Stratum
from tests.builders import make_facts
from tests.policy.ends import APPROVE, DECLINE, NO, REVIEW, YES, ends, verdict
from tests.policy.parts import decided, make_core


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"dispute_open": None}, (REVIEW, "dispute-open")),
        (
            {"opted_out": None, "fraud_suspected": None},
            (REVIEW, "fraud-suspected"),
        ),
        ({"dispute_open": False}, (DECLINE, "no")),
    ],
)
def test_a_hold_in_doubt_stops_a_refusal(
    changes: dict[str, bool | None], end: tuple[Outcome, str]
) -> None:
    assert ends(make_facts(**changes), make_core(NO)) == end


def test_a_hold_in_doubt_decides_with_what_it_asks_for() -> None:
    found = verdict(make_facts(dispute_open=None), make_core(NO))

    assert found.decided_by == Finding(
        Stratum.HOLD,
        "dispute-open",
        Says.CANNOT_TELL,
        REVIEW,
        why="a payment dispute is open",
    )


def test_a_hold_in_doubt_does_not_stop_an_approval() -> None:
    decision = decided(make_facts(dispute_open=None), make_core(YES))

    assert (decision.outcome, decision.holds) == (APPROVE, ())


def test_every_hold_that_speaks_is_told() -> None:
    facts = make_facts(dispute_open=True, opted_out=True, fraud_suspected=None)
    decision = decided(facts, make_core(YES))

    assert decision.outcome is REVIEW
    assert [hold.id for hold in decision.holds] == ["dispute-open", "opted-out"]
    assert decision.reasons == decision.holds
    assert decision.lines[0].outcome is APPROVE


def test_a_hold_that_speaks_leaves_a_refusal_of_the_line_to_a_person() -> None:
    assert ends(make_facts(dispute_open=True), make_core(NO)) == (
        REVIEW,
        "dispute-open",
    )
