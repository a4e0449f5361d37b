"""No policy takes away what the law gives: a small world, tried in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations, product
from typing import Any, TypeVar

import pytest

from plugin.packs import parse_policy
from plugin.policy.decision import Decision, Outcome, Says
from plugin.policy.engine import decide
from plugin.policy.facts import PRACTICE, Facts, Line
from plugin.policy.terms import Policy, Terms
from tests.builders import (
    CONTACT,
    DELIVERED,
    PACKS,
    make_clause,
    make_document,
    make_facts,
    make_line,
    make_place,
)

Known = TypeVar("Known", Facts, Line)

PLACES = ("DE", "FR", "SE", "GB", "US-TX", "US-NY", "US-CA", "US", "CN", "JP")
# Around every limit that a pack or a preset has.
DAYS = (None, 0, 7, 8, 14, 15, 16, 24, 30, 31, 61, 68, 90, 91, 366, 400, 740, 2200)
FEW_DAYS = (None, 8, 16, 31, 91, 400, 2200)
REASONS = ("unwanted", "defective", "wrong-item", "other", None)
TAGS = (frozenset({"final-sale"}), frozenset[str](), None)
PRACTICES = (frozenset(PRACTICE), frozenset[str]())
REFUSES_ALL = make_document(
    clauses=[make_clause(id="never", when={"fact": "days_since_order", "at_least": 0})]
)
DOCUMENTS = (REFUSES_ALL, *(PACKS.preset(name) for name in PACKS.preset_names))
POLICIES = tuple(parse_policy(document, version="v1") for document in DOCUMENTS)

# Facts that may be not known; `asked_before` is none of them: there, None is "no".
OF_FACTS = (
    "last_delivered_on",
    "awaiting_delivery",
    "order_tags",
    "order_cancelled",
    "customer_known",
    "customer_tags",
    "customer_orders",
    "customer_returns",
    "dispute_open",
    "fraud_suspected",
    "opted_out",
)
OF_LINE = (
    "reason",
    "price",
    "product_tags",
    "product_type",
    "vendor",
    "gift_card",
    "fulfilled_on",
    "delivered_on",
    "returnable",
)


def decided(facts: Facts, policy: Policy) -> Decision:
    """Decide under the law of the facts' places."""
    packs = tuple(PACKS.law_for(place) for place in facts.places)
    return decide(facts, Terms(policy=policy, packs=packs, contact=CONTACT))


def world(
    place: str, among: tuple[int | None, ...] = DAYS, **changes: Any
) -> Iterator[Facts]:
    """Make every request of the small world in one place."""
    for days, reason, tags, practice in product(among, REASONS, TAGS, PRACTICES):
        delivered = None if days is None else DELIVERED
        line = make_line(reason=reason, product_tags=tags, delivered_on=delivered)
        asked = DELIVERED + timedelta(days=days or 0)
        yield make_facts(
            line,
            requested_on=asked,
            places=(make_place(place),),
            practice=practice,
            **changes,
        )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("dispute", [False, None, True])
def test_it_declines_only_where_the_law_and_every_hold_are_silent(
    place: str, dispute: bool | None
) -> None:
    for facts in world(place, dispute_open=dispute):
        for policy in POLICIES:
            decision = decided(facts, policy)
            declines = decision.outcome is Outcome.DECLINE

            assert not declines or decision.lines[0].law.says is Says.SILENT
            assert not declines or dispute is False


def first_refusal(
    place: str, reason: str, practice: frozenset[str], days: int
) -> date | None:
    """Find the first day on which a policy that refuses everything gets its way."""
    for day in range(days):
        asked = DELIVERED + timedelta(days=day)
        facts = make_facts(
            make_line(reason=reason),
            requested_on=asked,
            places=(make_place(place),),
            practice=practice,
        )
        if decided(facts, POLICIES[0]).outcome is Outcome.DECLINE:
            return asked
    return None


# Delivered on Monday 2 November 2026, ordered on 28 October. A day that a holiday could
# add is never refused, which is why the first day lies a little after the period.
INFORMED = {
    ("DE", "unwanted"): date(2026, 11, 26),
    ("FR", "unwanted"): date(2026, 11, 26),
    ("SE", "unwanted"): date(2026, 11, 26),
    ("GB", "unwanted"): date(2026, 11, 26),
    ("CN", "unwanted"): date(2026, 11, 19),
    ("US-TX", "unwanted"): DELIVERED,
    ("US-NY", "unwanted"): DELIVERED,
    ("US-CA", "unwanted"): DELIVERED,
    ("US", "unwanted"): DELIVERED,
    ("JP", "unwanted"): None,
    ("DE", "defective"): None,
    ("FR", "defective"): None,
    ("GB", "defective"): None,
    ("SE", "defective"): None,
    ("CN", "defective"): None,
    ("US-TX", "wrong-item"): None,
    ("US-CA", "defective"): None,
    ("DE", "other"): None,
    ("US-TX", "other"): None,
}
NOT_INFORMED = {
    ("DE", "unwanted"): date(2027, 12, 10),
    ("GB", "unwanted"): date(2027, 12, 10),
    ("CN", "unwanted"): date(2026, 11, 19),
    ("US-TX", "unwanted"): DELIVERED,
    ("US-NY", "unwanted"): None,
    ("US-CA", "unwanted"): date(2026, 12, 7),
    ("US", "unwanted"): None,
}


@pytest.mark.parametrize(("case", "day"), list(INFORMED.items()), ids=str)
def test_it_refuses_no_earlier_than_the_law_lets(
    case: tuple[str, str], day: date | None
) -> None:
    assert first_refusal(*case, PRACTICES[0], 2300) == day


@pytest.mark.parametrize(("case", "day"), list(NOT_INFORMED.items()), ids=str)
def test_it_refuses_later_where_the_shop_did_not_inform(
    case: tuple[str, str], day: date | None
) -> None:
    assert first_refusal(*case, PRACTICES[1], 500) == day


@pytest.mark.parametrize("place", PLACES)
def test_it_never_declines_what_a_smaller_window_approved(place: str) -> None:
    widths = (0, 14, 30, 60, 365)
    for document in DOCUMENTS:
        policies = [_with_window(document, days) for days in widths]
        for facts in world(place):
            outcomes = [decided(facts, policy).outcome for policy in policies]
            approved = [i for i, o in enumerate(outcomes) if o is Outcome.APPROVE]
            later = outcomes[approved[0] :] if approved else []

            assert Outcome.DECLINE not in later


def _with_window(document: dict[str, Any], days: int) -> Policy:
    window = {**document["window"], "days": days}
    return parse_policy({**document, "window": window}, version="v1")


def less_known(facts: Facts) -> Iterator[Facts]:
    """Take away one fact at a time."""
    line = facts.lines[0]
    yield from (_without(facts, name) for name in OF_FACTS)
    yield from (replace(facts, lines=(_without(line, name),)) for name in OF_LINE)
    yield replace(facts, places=())
    yield replace(
        facts, places=tuple(replace(place, region=None) for place in facts.places)
    )
    for practice in facts.practice:
        yield replace(facts, practice=facts.practice - {practice})


def _without(value: Known, name: str) -> Known:
    changes: dict[str, Any] = {name: None}
    return replace(value, **changes)


@pytest.mark.parametrize("place", PLACES)
def test_it_never_declines_because_a_fact_is_missing(place: str) -> None:
    for facts in world(place, FEW_DAYS):
        for policy in POLICIES:
            if decided(facts, policy).outcome is Outcome.DECLINE:
                continue
            for less in less_known(facts):
                assert decided(less, policy).outcome is not Outcome.DECLINE


@pytest.mark.parametrize("place", PLACES)
def test_it_declines_nobody_for_an_exception_that_is_proven_in_part(place: str) -> None:
    pack = PACKS.law_for(make_place(place))
    exceptions = pack.change_of_mind.exceptions if pack else ()
    for exception in exceptions:
        for missing in exception.needs:
            line = make_line(proven=exception.needs - {missing})
            facts = make_facts(line, places=(make_place(place),))
            decision = decided(facts, POLICIES[0])

            assert decision.outcome is not Outcome.DECLINE


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
@pytest.mark.parametrize("place", PLACES)
def test_it_does_not_matter_in_which_order_items_are_named(
    place: str, policy: Policy
) -> None:
    late = date(2026, 9, 1)
    lines = (
        make_line(id="late", delivered_on=late),
        make_line(id="final", product_tags=TAGS[0]),
        make_line(id="faulty", reason="defective"),
    )
    for chosen in (lines, lines[:2], lines[1:]):
        found = [
            _unordered(make_facts(*order, places=(make_place(place),)), policy)
            for order in permutations(chosen)
        ]

        assert all(each == found[0] for each in found)


def _unordered(facts: Facts, policy: Policy) -> tuple[object, ...]:
    decision = decided(facts, policy)
    verdicts = {v.line_id: (v.outcome, v.decided_by, v.law) for v in decision.lines}
    return (decision.outcome, decision.ground, verdicts, set(decision.reasons))
