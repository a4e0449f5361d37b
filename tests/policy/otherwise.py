"""Requests to ask again on other facts, and the check that an answer is true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from plugin.policy.days import Span
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.explaining.asking import outcome_of
from plugin.policy.explaining.changes import changed
from plugin.policy.explaining.counterfactual import counterfactuals
from plugin.policy.explaining.trace import Counterfactual
from plugin.policy.facts import Facts, Line
from plugin.policy.provisions import (
    ChangeOfMind,
    LawPack,
    Right,
)
from plugin.policy.terms import Terms
from tests.builders import make_clause, make_facts, make_line, make_pack, make_policy
from tests.builders import make_terms as make_plain_terms

A, D, R = Outcome.APPROVE, Outcome.DECLINE, Outcome.REVIEW
ORDERED, SENT, CAME = date(2026, 8, 1), date(2026, 8, 3), date(2026, 8, 5)
PHOTOS = {
    "id": "broken",
    "when": {"fact": "product_tags", "contains": "fragile"},
    "then": "approve",
    "evidence": [
        {"kind": "photo", "at_least": 2, "within_days": 7},
        {"kind": "receipt"},
    ],
}
INSIDE = {
    "id": "in-time",
    "when": {"fact": "days_past_window", "at_most": 0},
    "then": "approve",
}

_DAY = re.compile(r"\d+ [A-Z][a-z]+ \d{4}")


def refuses(id: str, when: Mapping[str, Any]) -> dict[str, Any]:
    return make_clause(id=id, when=when, text={"en": "No."}, ground="OTHER")


def make_terms(*clauses: Mapping[str, Any], packs: Any = None, **changes: Any) -> Terms:
    given = [*clauses, make_clause(), INSIDE]
    policy = make_policy(clauses=given, **changes)
    return make_plain_terms(policy=policy, packs=packs or (make_pack(),))


def make_old(*lines: Line, on: date = date(2026, 10, 20), **changes: Any) -> Facts:
    """Make a request for what came on 5 August 2026."""
    lines = lines or (old_line(),)
    return make_facts(*lines, requested_on=on, ordered_on=ORDERED, **changes)


def old_line(**changes: Any) -> Line:
    return make_line(**{"delivered_on": CAME, "fulfilled_on": SENT, **changes})


def tried(facts: Facts, terms: Terms) -> list[tuple[str, Outcome, str]]:
    found = counterfactuals(facts, terms, facts.lines[0].id)
    for other in found:
        assert_true(other, facts, terms)
    return [(other.kind, other.outcome, other.said) for other in found]


def assert_true(other: Counterfactual, facts: Facts, terms: Terms) -> None:
    before = outcome_of(decide(facts, terms), other.line_id)
    for change in other.changes:
        moved = changed(facts, other.line_id, change.fact, change.to)
        assert moved is not None
        facts = moved
    assert outcome_of(decide(facts, terms), other.line_id) is other.outcome
    assert other.outcome is not before


def moved_to(facts: Facts, terms: Terms, day: date) -> Outcome:
    """Say how the first line ends on another day."""
    moved = changed(facts, "line-1", "requested_on", day)
    assert moved is not None
    return outcome_of(decide(moved, terms), "line-1")


def days_named(said: str, first: date) -> list[date]:
    """List the days that a sentence claims, 400 at most, none before the first."""
    named = [datetime.strptime(day, "%d %B %Y").date() for day in _DAY.findall(said)]
    start, end = named[0], named[-1]
    if "up to" in said:
        start = max(first, end - timedelta(days=400))
    elif said.startswith("From"):
        end = start + timedelta(days=400)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def with_right(**changes: Any) -> tuple[LawPack, ...]:
    given = {
        "right": Right.STATUTORY,
        "cites": "Example Act s 9",
        "span": Span(days=14),
        **changes,
    }
    return (make_pack(change_of_mind=ChangeOfMind(**given)),)
