"""Traces: the steps in order, who decided, and a sentence that names it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from plugin.policy.decision import Outcome, Says, Sureness
from plugin.policy.engine import decide
from plugin.policy.explaining.trace import PackShown, Read, Step
from tests.builders import make_clause, make_facts, make_line, make_terms
from tests.policy.told import (
    HOLDS,
    LATE,
    PHOTO,
    WINDOW,
    decided,
    entitling,
    line_of,
    make_policy,
    told,
    trace_of,
)


def test_it_tells_a_clause_that_declines() -> None:
    trace = trace_of(make_facts(make_line(delivered_on=LATE)), make_terms())

    (line,) = trace.lines
    assert trace.outcome is line.outcome is Outcome.DECLINE
    assert (trace.policy, trace.version) == ("Small", "v1")
    assert trace.packs == (
        PackShown(
            id="XX",
            name="Nowhere",
            checked_on=date(2026, 11, 1),
            since=date(2020, 1, 1),
            until=None,
        ),
    )
    assert [s.id for s in line.steps if s.stratum == "hold"] == list(HOLDS)
    assert told(line) == [
        ("law", "XX:change-of-mind", "silent"),
        ("clause", "late", "speaks"),
        ("clause", "in-time", "silent"),
        ("default", "default", "speaks"),
    ]
    assert decided(line) == Step(
        stratum="clause",
        id="late",
        asks="the request came after the window",
        reads=(
            Read(
                fact="days_past_window",
                meaning=WINDOW,
                value=34,
                said="34 days (the window ended on 2 October 2026)",
            ),
        ),
        says=Says.SPEAKS,
        effect=Outcome.DECLINE,
        decided=True,
    )
    assert line.summary == (
        "Refused by the rule `late` of the policy \u201cSmall\u201d, version v1: "
        "\u201cItems can be returned within 30 days.\u201d"
    )


def test_it_tells_a_law_that_entitles() -> None:
    terms = make_terms(packs=(entitling(),))

    line = line_of(make_facts(make_line(delivered_on=LATE)), terms)

    assert told(line) == [
        ("law", "XX:change-of-mind", "speaks"),
        ("clause", "late", "speaks"),
        ("clause", "in-time", "silent"),
        ("default", "default", "speaks"),
    ]
    assert decided(line) == Step(
        stratum="law",
        id="XX:change-of-mind",
        asks="the right to send goods back without a reason",
        reads=(
            Read(
                fact="period_starts_on",
                meaning="the day the law's period starts",
                value=LATE,
                said="2 September 2026",
            ),
        ),
        says=Says.SPEAKS,
        effect=Outcome.APPROVE,
        why="within the statutory period",
        cites="Example Act s 9",
        sure=Sureness.SECONDARY,
        decided=True,
    )
    assert line.steps[-3].why == "the law does not let this refusal stand"
    assert line.summary == (
        "Approved by law (Example Act s 9, XX:change-of-mind): within the statutory "
        "period. The rule `late` would have refused."
    )


def test_it_tells_a_hold() -> None:
    facts = make_facts(make_line(delivered_on=LATE), dispute_open=True, opted_out=True)

    line = line_of(facts, make_terms())

    assert told(line)[1:3] == [
        ("hold", "dispute-open", "speaks"),
        ("hold", "opted-out", "speaks"),
    ]
    assert decided(line) == Step(
        stratum="hold",
        id="dispute-open",
        asks="a payment dispute is open",
        reads=(),
        says=Says.SPEAKS,
        effect=Outcome.REVIEW,
        decided=True,
    )
    assert (line.outcome, line.unheld) == (Outcome.REVIEW, Outcome.DECLINE)
    assert line.summary == (
        "Held for a person: a payment dispute is open; the customer asked for a "
        "person. Without that, the answer would be: refuse."
    )


@pytest.mark.parametrize(
    ("delivered_on", "changes", "unheld"),
    [
        (LATE, {"opted_out": None}, Outcome.REVIEW),
        (LATE, {}, Outcome.DECLINE),
        (date(2026, 11, 2), {}, Outcome.APPROVE),
    ],
)
def test_it_tells_what_a_hold_holds_back(
    delivered_on: date, changes: dict[str, Any], unheld: Outcome
) -> None:
    line = make_line(delivered_on=delivered_on)
    facts = make_facts(line, **{"dispute_open": True, **changes})

    held = line_of(facts, make_terms())
    free = decide(replace(facts, dispute_open=False), make_terms())

    assert held.unheld is unheld is free.lines[0].outcome


def test_it_tells_what_evidence_is_asked_for() -> None:
    policy = make_policy(clauses=[PHOTO, make_clause()])
    facts = make_facts(make_line(photos=1, delivered_on=LATE))

    line = line_of(facts, make_terms(policy=policy))

    assert told(line)[1:3] == [
        ("clause", "broken", "cannot_tell"),
        ("clause", "late", "speaks"),
    ]
    assert decided(line) == Step(
        stratum="clause",
        id="broken",
        asks=(
            "reason is one of unwanted, wrong-item; "
            "and the customer showed at least 2 photos"
        ),
        reads=(
            Read(
                fact="reason",
                meaning="the handle of the customer's return reason",
                value="unwanted",
                said="unwanted",
            ),
            Read(fact="photos", meaning="photos of the item", value=1, said="1 piece"),
        ),
        says=Says.CANNOT_TELL,
        effect=Outcome.REVIEW,
        why="the customer is asked for 2 photos by 12 November 2026",
        decided=True,
    )
    assert line.summary == (
        "A person decides, since the rule `broken` cannot be answered yet: "
        "the customer is asked for 2 photos by 12 November 2026."
    )


def test_it_tells_evidence_that_came_too_late() -> None:
    policy = make_policy(clauses=[PHOTO, make_clause()])
    line = make_line(photos=0, delivered_on=LATE)

    told_of = line_of(
        make_facts(line, decided_on=date(2026, 12, 1)), make_terms(policy=policy)
    )

    assert decided(told_of).id == "late"
    assert told_of.steps[-3].why == "what it asks for was not shown in time"


def test_it_tells_what_is_not_known() -> None:
    line = line_of(make_facts(make_line(delivered_on=None)), make_terms())

    assert told(line)[1:3] == [
        ("clause", "late", "cannot_tell"),
        ("clause", "in-time", "cannot_tell"),
    ]
    assert decided(line) == Step(
        stratum="clause",
        id="late",
        asks="the request came after the window",
        reads=(
            Read(fact="days_past_window", meaning=WINDOW, value=None, said="not known"),
        ),
        says=Says.CANNOT_TELL,
        effect=Outcome.REVIEW,
        why="not known: days past window",
        decided=True,
    )
    assert line.summary == (
        "A person decides, since the rule `late` cannot be answered yet: "
        "not known: days past window."
    )


def test_it_tells_a_refusal_that_waits_for_the_law() -> None:
    line = line_of(
        make_facts(make_line(delivered_on=LATE, note_tells_fault=None)), make_terms()
    )

    assert decided(line).id == "XX:note"
    assert decided(line).asks == "whether the customer's note tells of a fault"
    assert line.steps[-3].why == "a refusal waits for a person"
    assert line.summary == (
        "A person decides, since nobody can tell what the law gives (XX:note): "
        "the note may tell of a fault. The rule `late` would refuse."
    )


def test_it_tells_a_refusal_that_waits_for_a_hold() -> None:
    facts = make_facts(make_line(delivered_on=LATE), fraud_suspected=None)

    line = line_of(facts, make_terms())

    assert decided(line).id == "fraud-suspected"
    assert decided(line).why == "not known"
    assert line.summary == (
        "A person decides, since nobody knows whether the order looks fraudulent. "
        "The rule `late` would refuse."
    )
