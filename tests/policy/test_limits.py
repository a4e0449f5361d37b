"""Limits: how much one customer may send back, or be given, within some days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plugin.policy.decision import Decision, Outcome
from plugin.policy.facts import Past
from tests.builders import ASKED_ON, make_facts, make_policy
from tests.policy.parts import UNCLEAR, decided, entitling

IN_TIME = {
    "id": "in-time",
    "when": {"fact": "days_past_window", "at_most": 0},
    "then": "approve",
}
LIMIT = {
    "id": "often",
    "counts": "returns",
    "within_days": 90,
    "at_most": 3,
    "then": "review",
}
REFUSES = {
    "then": "decline",
    "ground": "OTHER",
    "text": {"en": "You have returned a lot."},
}


def under(limit: dict[str, Any], *packs: Any, **facts: Any) -> Decision:
    """Decide a request in time under one limit."""
    policy = make_policy(clauses=[IN_TIME], limits=[{**LIMIT, **limit}])
    return decided(make_facts(**facts), policy, *packs)


def before(*days_ago: int, items: int = 1) -> tuple[Past, ...]:
    """List what came so many days before the request."""
    return tuple(Past(on=ASKED_ON - timedelta(days=n), items=items) for n in days_ago)


@pytest.mark.parametrize(
    ("days_ago", "by"),
    [
        ((), "in-time"),
        ((1, 2), "in-time"),
        ((0, 1, 2), "often"),
        ((1, 2, 89), "often"),
        ((1, 2, 90), "in-time"),
        ((1, 2, 3, 4), "often"),
    ],
)
def test_a_limit_speaks_once_it_was_reached_before(
    days_ago: tuple[int, ...], by: str
) -> None:
    decision = under({}, returns_before=before(*days_ago))

    assert decision.reasons[0].id == by
    assert decision.outcome is (Outcome.APPROVE if by == "in-time" else Outcome.REVIEW)


@pytest.mark.parametrize(
    ("counts", "facts", "by"),
    [
        ("items", {"returns_before": before(1, items=2)}, "in-time"),
        ("items", {"returns_before": before(1, items=3)}, "often"),
        ("items", {"returns_before": before(1, 2, items=2)}, "often"),
        ("offers", {"offers_before": before(1, 2)}, "in-time"),
        ("offers", {"offers_before": before(1, 2, 3)}, "often"),
    ],
)
def test_a_limit_counts_returns_items_or_offers(
    counts: str, facts: dict[str, Any], by: str
) -> None:
    assert under({"counts": counts}, **facts).reasons[0].id == by


@pytest.mark.parametrize("counts", ["returns", "items", "offers"])
def test_a_history_that_is_not_known_is_for_a_person(counts: str) -> None:
    decision = under({"counts": counts})

    assert decision.outcome is Outcome.REVIEW
    assert decision.reasons[0].why == f"not known: customer_{counts}_in_90_days"


def test_a_limit_may_refuse() -> None:
    decision = under(REFUSES, returns_before=before(1, 2, 3))

    assert decision.outcome is Outcome.DECLINE
    assert decision.lines[0].texts == (("en", "You have returned a lot."),)


def test_a_limit_that_refuses_gives_way_to_the_law() -> None:
    reached = {"returns_before": before(1, 2, 3)}

    assert under(REFUSES, entitling(), **reached).outcome is Outcome.APPROVE
    assert under(REFUSES, UNCLEAR, **reached).outcome is Outcome.REVIEW


def test_a_limit_of_none_is_always_reached() -> None:
    decision = under({"at_most": 0}, returns_before=())

    assert decision.reasons[0].id == "often"


@pytest.mark.parametrize(
    ("gift", "by"), [(True, "often"), (False, "in-time"), (None, "often")]
)
def test_a_limit_may_be_for_some_items(gift: bool | None, by: str) -> None:
    policy = make_policy(
        clauses=[IN_TIME],
        limits=[{**LIMIT, "when": {"fact": "business", "equals": True}}],
    )
    facts = make_facts(returns_before=before(1, 2, 3), business=gift)

    assert decided(facts, policy).reasons[0].id == by


def test_limits_come_before_clauses() -> None:
    findings = under({}, returns_before=()).lines[0].findings

    assert [finding.id for finding in findings][-3:] == ["often", "in-time", "default"]
