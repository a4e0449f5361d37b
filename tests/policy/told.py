"""Traces to look into: the steps of a line, and the one that decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from plugin.policy.days import Span
from plugin.policy.decision import Sureness
from plugin.policy.engine import decide
from plugin.policy.explaining.explain import explain
from plugin.policy.explaining.trace import LineTrace, Step, Trace
from plugin.policy.facts import Facts
from plugin.policy.provisions import ChangeOfMind, LawPack, Right
from plugin.policy.remedies import Owed
from plugin.policy.terms import Terms
from tests.builders import make_pack
from tests.builders import make_policy as make_small

LATE = date(2026, 9, 2)
HOLDS = (
    *("dispute-open", "fraud-suspected", "opted-out", "order-cancelled"),
    *("quantity", "asked-before", "incomplete", "no-lines"),
)
WINDOW = "days by which the request missed the item's window; 0 or less is inside"
PHOTO = {
    "id": "broken",
    "when": {"fact": "reason", "one_of": ["wrong-item", "unwanted"]},
    "then": "approve",
    "evidence": [{"kind": "photo", "at_least": 2, "within_days": 7}],
}


def make_policy(**changes: Any) -> Any:
    return make_small(**{"schema": 2, "offers": [], **changes})


def trace_of(facts: Facts, terms: Terms) -> Trace:
    return explain(decide(facts, terms), facts, terms)


def line_of(facts: Facts, terms: Terms) -> LineTrace:
    return trace_of(facts, terms).lines[0]


def told(line: LineTrace) -> list[tuple[str, str, str]]:
    """Give the steps but the holds that are silent."""
    steps = [(step.stratum, step.id, step.says.value) for step in line.steps]
    return [step for step in steps if step[::2] != ("hold", "silent")]


def decided(line: LineTrace) -> Step:
    (step,) = [step for step in line.steps if step.decided]
    return step


def entitling(**owed: Any) -> LawPack:
    right = ChangeOfMind(
        right=Right.STATUTORY,
        cites="Example Act s 9",
        span=Span(days=100),
        owed=Owed(**owed),
        gives=Sureness.SECONDARY,
    )
    return make_pack(change_of_mind=right)
