"""A decision is a value, and no refusal without reasons can be one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from plugin.policy.decision import (
    Decision,
    Finding,
    Ground,
    IncompleteDecision,
    LineVerdict,
    Outcome,
    Says,
    Stratum,
)
from plugin.policy.engine import decide, fold
from tests.builders import make_facts, make_line, make_policy, make_terms

CLAUSE = Finding(Stratum.CLAUSE, "late", Says.SPEAKS, Outcome.DECLINE)
LAW = Finding(Stratum.LAW, "XX:change-of-mind", Says.SILENT, None)
HOLD = Finding(Stratum.HOLD, "dispute-open", Says.SPEAKS, Outcome.REVIEW)
VERDICT = LineVerdict(
    line_id="line-1",
    title="Blue mug",
    outcome=Outcome.DECLINE,
    decided_by=CLAUSE,
    law=LAW,
    findings=(LAW, CLAUSE),
    ground=Ground.OTHER,
    texts=(("en", "Too late."),),
)
DECISION = Decision(
    outcome=Outcome.DECLINE,
    lines=(VERDICT,),
    holds=(),
    policy_version="v1",
    ground=Ground.OTHER,
    contact="help@shop.example",
)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"ground": None}, "a ground"),
        ({"policy_version": ""}, "a policy version"),
        ({"contact": None}, "a human path"),
        ({"contact": ""}, "a human path"),
        ({"lines": ()}, "lines"),
        ({"ground": None, "contact": None}, "a ground, a human path"),
        ({"lines": (replace(VERDICT, texts=()),)}, "a reason text"),
        ({"lines": (VERDICT, replace(VERDICT, outcome=Outcome.APPROVE))}, "lines"),
    ],
)
def test_a_refusal_without_its_reasons_cannot_be_built(
    changes: dict[str, Any], missing: str
) -> None:
    with pytest.raises(IncompleteDecision) as raised:
        replace(DECISION, **changes)

    assert str(raised.value) == f"a decline needs {missing}"
    assert raised.value.code == "incomplete_decision"


def test_a_review_needs_no_reasons() -> None:
    review = replace(DECISION, outcome=Outcome.REVIEW, ground=None, contact=None)

    assert review.outcome is Outcome.REVIEW


def test_the_reasons_are_what_determined_the_outcome() -> None:
    approved = replace(
        VERDICT,
        outcome=Outcome.APPROVE,
        decided_by=CLAUSE._replace(id="in-time", effect=Outcome.APPROVE),
    )
    mixed = replace(DECISION, outcome=Outcome.REVIEW, lines=(VERDICT, approved))

    assert DECISION.reasons == (CLAUSE,)
    assert mixed.reasons == (CLAUSE, approved.decided_by)
    assert replace(mixed, holds=(HOLD,)).reasons == (HOLD,)


def test_lines_that_end_differently_are_mixed() -> None:
    approved = replace(VERDICT, outcome=Outcome.APPROVE)
    mixed = replace(DECISION, outcome=Outcome.REVIEW, lines=(VERDICT, approved))

    assert DECISION.mixed is False
    assert mixed.mixed is True


def test_no_lines_are_for_a_person() -> None:
    decision = decide(make_facts(lines=()), make_terms())

    assert fold(()) is Outcome.REVIEW
    assert decision.outcome is Outcome.REVIEW
    assert [finding.id for finding in decision.reasons] == ["no-lines"]


def test_equal_inputs_give_an_equal_decision() -> None:
    facts, terms = make_facts(), make_terms()

    assert decide(facts, terms) == decide(facts, terms)


def test_every_clause_and_hold_is_asked_and_kept() -> None:
    verdict = decide(make_facts(), make_terms()).lines[0]

    assert [finding.id for finding in verdict.findings] == [
        "XX:change-of-mind",
        "dispute-open",
        "fraud-suspected",
        "opted-out",
        "order-cancelled",
        "quantity",
        "asked-before",
        "incomplete",
        "no-lines",
        "late",
        "in-time",
        "default",
    ]


def test_a_finding_tells_what_it_read() -> None:
    verdict = decide(make_facts(), make_terms()).lines[0]

    assert verdict.decided_by.id == "in-time"
    assert verdict.decided_by.read == (("days_past_window", -27),)


def test_the_default_decides_where_no_clause_speaks() -> None:
    terms = make_terms(policy=make_policy(clauses=[], default="approve"))
    decision = decide(make_facts(), terms)

    assert decision.outcome is Outcome.APPROVE
    assert [finding.id for finding in decision.reasons] == ["default"]


def test_a_doubt_of_the_same_end_does_not_stop_a_clause() -> None:
    first = {
        "id": "vip",
        "when": {"fact": "customer_tags", "contains": "vip"},
        "then": "approve",
    }
    second = {
        "id": "mug",
        "when": {"fact": "product_type", "equals": "Mug"},
        "then": "approve",
    }
    terms = make_terms(policy=make_policy(clauses=[first, second]))
    decision = decide(make_facts(customer_tags=None), terms)

    assert decision.outcome is Outcome.APPROVE
    assert [finding.id for finding in decision.reasons] == ["mug"]


def test_a_doubt_of_another_end_is_for_a_person() -> None:
    decision = decide(make_facts(make_line(delivered_on=None)), make_terms())

    assert decision.outcome is Outcome.REVIEW
    assert decision.reasons[0].id == "late"
    assert decision.reasons[0].why == "not known: days_past_window"
