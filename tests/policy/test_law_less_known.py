"""A fact that gets lost refuses nobody, under any real law: every fact, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from plugin.library import Library
from plugin.packs import parse_policy
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import PRACTICE, Facts, Line
from plugin.policy.money import Money
from plugin.policy.terms import Policy
from tests.builders import (
    CONTACT,
    PACKS,
    make_clause,
    make_document,
    make_facts,
    make_line,
    make_place,
)
from tests.policy.logic import seeded

# What None says of these stands beside each of them in `Facts` and `Line`; for the
# rest None is "not known", and that never speaks against a customer.
TAKEN_FOR_GRANTED = {
    "asked_before": "nobody refused it before",
    "channel": "the web shop",
    "decided_on": "the day of the request",
    "informed_on": "told as the shop tells everybody",
    "possessed_by": "got on the day of delivery",
    "promised_on": "no day was promised",
    "repair_days": "not repaired",
}
PLACES = (
    *("AR", "AU", "BR", "CA-ON", "CA-QC", "CH", "CL", "CN", "CO", "DE", "DE-SN", "FI"),
    *("FR", "GB", "IE", "IL", "IN", "JP", "KR", "MX", "NL", "NO", "NZ", "RU", "SA"),
    *("SG", "TR", "TW", "US-CA", "US-CT", "US-NY", "US-TX", "UY", "ZA"),
)
LIBRARY = Library(PACKS)
NEVER = make_clause(id="never", when={"fact": "days_since_order", "at_least": 0})
DOCUMENTS = (
    make_document(clauses=[NEVER]),
    *(PACKS.preset(name) for name in PACKS.preset_names),
)
POLICIES = [parse_policy(document, version="v1") for document in DOCUMENTS]
ORDERED = date(2026, 7, 1)
# Around the limits of the packs, and far from them.
WAITS = st.sampled_from([0, 1, 7, 8, 14, 15, 16, 18, 30, 31, 60, 91, 130, 380, 400])
SETS = st.sets(st.sampled_from(PRACTICE))
FLAG = st.sampled_from([True, False, None])


def maybe(most: int) -> st.SearchStrategy[date | None]:
    """Make a day some days after the order, or none."""
    return st.none() | st.integers(0, most).map(lambda n: ORDERED + timedelta(days=n))


@st.composite
def requests(draw: st.DrawFn) -> Facts:
    """Make a request under a real law, of which anything may be not known."""
    place = make_place(draw(st.sampled_from(PLACES)))
    pack = PACKS.law_for(place)
    exceptions = pack.change_of_mind.exceptions if pack else ()
    proofs = [frozenset(PRACTICE), *(each.needs for each in exceptions)]
    practice = draw(SETS | st.just(set(PRACTICE)))
    delivered = draw(maybe(45))
    line = make_line(
        reason=draw(st.sampled_from(["unwanted", "unwanted", "defective", "other"])),
        note_tells_fault=draw(st.sampled_from([False, False, True, None])),
        product_tags=draw(st.sampled_from([frozenset({"final-sale"}), frozenset()])),
        delivered_on=delivered,
        proven=draw(st.sampled_from(proofs)) - set(PRACTICE),
        possessed_by=delivered and draw(maybe(60)),
        repair_days=draw(st.sampled_from([None, None, 10])),
        condition=draw(st.sampled_from([None, frozenset({"worn"})])),
        photos=draw(st.sampled_from([None, 0, 2])),
    )
    money = st.sampled_from(["40", "80"]).map(lambda amount: Money.of(amount, "CAD"))
    return make_facts(
        line,
        places=(place,),
        ordered_on=ORDERED,
        requested_on=(delivered or ORDERED) + timedelta(days=draw(WAITS)),
        last_delivered_on=delivered,
        awaiting_delivery=draw(FLAG),
        practice=frozenset(practice),
        lacking=frozenset(draw(SETS) - practice),
        informed_on=draw(maybe(60)),
        promised_on=draw(maybe(60)),
        delivery_refused=draw(FLAG),
        business=draw(FLAG),
        channel=draw(st.sampled_from(["web", "pos", None])),
        order_total=draw(st.none() | money),
        fraud_suspected=draw(st.sampled_from([False, False, None])),
    )


def optional(value: Facts | Line) -> list[str]:
    """Name the facts that may be not known, and for which that says nothing else."""
    names = [each.name for each in fields(value) if each.default is None]
    return [name for name in names if name not in TAKEN_FOR_GRANTED]


def less_known(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """Take away one fact at a time, and name it."""
    line = facts.lines[0]
    for name in optional(facts):
        yield name, _without(facts, name)
    for name in optional(line):
        changes: dict[str, Any] = {name: None}
        yield name, replace(facts, lines=(replace(line, **changes),))
    for one in line.proven:
        fewer = replace(line, proven=line.proven - {one})
        yield one, replace(facts, lines=(fewer,))
    for one in facts.practice:
        yield one, replace(facts, practice=facts.practice - {one})
    for one in facts.lacking:
        yield one, replace(facts, lacking=facts.lacking - {one})
    yield (
        "region",
        replace(
            facts, places=tuple(replace(place, region=None) for place in facts.places)
        ),
    )
    yield "places", replace(facts, places=())


def _without(facts: Facts, name: str) -> Facts:
    changes: dict[str, Any] = {name: None}
    return replace(facts, **changes)


def outcome(facts: Facts, policy: Policy) -> Outcome:
    """Decide under the law of the facts' places."""
    return decide(facts, LIBRARY.terms(policy, facts, CONTACT)).outcome


@seeded
@given(facts=requests(), policy=st.sampled_from(POLICIES))
def test_a_fact_that_gets_lost_refuses_nobody(facts: Facts, policy: Policy) -> None:
    assume(outcome(facts, policy) is not Outcome.DECLINE)
    refused_without = [
        name
        for name, less in less_known(facts)
        if outcome(less, policy) is Outcome.DECLINE
    ]

    assert refused_without == []


def test_every_fact_that_none_says_something_of_is_a_fact() -> None:
    known = {each.name for kind in (Facts, Line) for each in fields(kind)}

    assert TAKEN_FOR_GRANTED.keys() <= known
    assert "delivery_refused" in optional(make_facts())
    assert "condition" in optional(make_line())
