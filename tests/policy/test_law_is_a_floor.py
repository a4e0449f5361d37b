"""No policy takes away what the law gives: a small world, tried in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations, product
from typing import Any, TypeVar

import pytest

from plugin.library import Library
from plugin.packs import parse_policy
from plugin.policy.decision import Decision, Outcome, Says
from plugin.policy.engine import decide
from plugin.policy.facts import PRACTICE, Facts, Line
from plugin.policy.terms import Policy
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

# EG has no pack; BR, JP, TR, CA-QC and IN each have a kind of rule of their own.
PLACES = (
    *("DE", "FR", "SE", "IE", "GB", "US-TX", "US-NY", "US-CA", "US", "CN", "JP"),
    *("TW", "BR", "TR", "CA-QC", "IN", "EG"),
)
# One of each kind, for what takes long.
KINDS = ("DE", "GB", "US-NY", "US", "JP", "TW", "CA-QC", "EG")
# Around every limit that a pack or a preset has.
DAYS = (None, 0, 7, 8, 14, 15, 16, 24, 30, 31, 61, 68, 90, 91, 366, 400, 740, 2200)
FEW_DAYS = (None, 8, 16, 31, 91, 400, 2200)
REASONS = ("unwanted", "defective", "wrong-item", "other", None)
TAGS = (frozenset({"final-sale"}), frozenset[str](), None)
# What the shop declares, and what it denies.
NONE = frozenset[str]()
ALL = frozenset(PRACTICE)
PRACTICES = ((ALL, NONE), (NONE, NONE), (NONE, ALL))
LIBRARY = Library(PACKS)
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
    return decide(facts, LIBRARY.terms(policy, facts, CONTACT))


def world(
    place: str, among: tuple[int | None, ...] = DAYS, **changes: Any
) -> Iterator[Facts]:
    """Make every request of the small world in one place."""
    for days, reason, tags, (practice, lacking) in product(
        among, REASONS, TAGS, PRACTICES
    ):
        delivered = None if days is None else DELIVERED
        line = make_line(reason=reason, product_tags=tags, delivered_on=delivered)
        asked = DELIVERED + timedelta(days=days or 0)
        yield make_facts(
            line,
            requested_on=asked,
            places=(make_place(place),),
            practice=practice,
            lacking=lacking,
            **changes,
        )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("dispute", [False, None, True])
def test_it_declines_only_where_the_law_and_every_hold_are_silent(
    place: str, dispute: bool | None
) -> None:
    # A hold is asked whatever the day; days are tried in full where there is none.
    days = DAYS if dispute is False else FEW_DAYS
    for facts in world(place, days, dispute_open=dispute):
        for policy in POLICIES:
            decision = decided(facts, policy)
            declines = decision.outcome is Outcome.DECLINE

            assert not declines or decision.lines[0].law.says is Says.SILENT
            assert not declines or dispute is False


@pytest.mark.parametrize("place", KINDS)
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
    for name in OF_FACTS:
        if getattr(facts, name) is not None:
            yield _without(facts, name)
    for name in OF_LINE:
        if getattr(line, name) is not None:
            yield replace(facts, lines=(_without(line, name),))
    for practice in facts.practice:
        yield replace(facts, practice=facts.practice - {practice})
    for lacking in facts.lacking:
        yield replace(facts, lacking=facts.lacking - {lacking})
    yield replace(
        facts, places=tuple(replace(place, region=None) for place in facts.places)
    )
    yield replace(facts, places=())


def _without(value: Known, name: str) -> Known:
    changes: dict[str, Any] = {name: None}
    return replace(value, **changes)


@pytest.mark.parametrize("place", KINDS)
def test_it_never_declines_because_a_fact_is_missing(place: str) -> None:
    for facts in world(place, FEW_DAYS):
        for policy in POLICIES:
            if decided(facts, policy).outcome is Outcome.DECLINE:
                continue
            terms = LIBRARY.terms(policy, facts, CONTACT)
            for less in less_known(facts):
                # The law is looked up anew only where the place is another.
                if less.places != facts.places:
                    terms = LIBRARY.terms(policy, less, CONTACT)
                assert decide(less, terms).outcome is not Outcome.DECLINE


@pytest.mark.parametrize("place", PLACES)
def test_it_declines_nobody_for_an_exception_that_is_proven_in_part(place: str) -> None:
    pack = PACKS.law_for(make_place(place))
    exceptions = pack.change_of_mind.exceptions if pack else ()
    for exception in exceptions:
        for missing in exception.needs:
            line = make_line(proven=exception.needs - {missing})
            facts = make_facts(
                line,
                places=(make_place(place),),
                practice=(exception.needs & ALL) - {missing},
            )
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
