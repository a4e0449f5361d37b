"""Counterfactuals: each one was tried, and the engine agrees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.policy.days import CountFrom, Span
from plugin.policy.decision import Stratum, Sureness
from plugin.policy.engine import decide
from plugin.policy.explaining.asking import Asking, outcome_of
from plugin.policy.explaining.changes import changed, line_of
from plugin.policy.explaining.counterfactual import (
    MOST_LINES,
    counterfactuals,
    explained,
)
from plugin.policy.explaining.spans import spans, stretch, turns
from plugin.policy.facts import Facts, Past
from plugin.policy.provisions import (
    Extension,
)
from plugin.policy.terms import Terms
from tests.builders import make_facts, make_line, make_pack
from tests.policy.otherwise import (
    CAME,
    PHOTOS,
    A,
    D,
    assert_true,
    days_named,
    make_old,
    make_terms,
    moved_to,
    old_line,
    refuses,
    tried,
    with_right,
)


def test_it_suggests_no_other_reason_and_no_absent_tag() -> None:
    asks = {"fact": "reason", "equals": "unwanted"}
    tags = {"fact": "product_tags", "contains": "sale"}
    sale = make_line(product_tags=frozenset({"sale"}))
    nameless = make_line(reason=None)

    assert tried(make_facts(sale), make_terms(refuses("sale", tags))) == []
    assert tried(make_facts(make_line()), make_terms(refuses("whim", asks))) == []
    assert tried(make_facts(nameless), make_terms(refuses("whim", asks))) == []


def test_it_tries_nothing_while_a_hold_speaks() -> None:
    assert tried(make_old(dispute_open=True), make_terms()) == []


def test_it_stops_when_its_calls_are_used_up() -> None:
    asking = Asking(make_old(), make_terms(), "line-1", calls=0)

    assert asking.ask(("photos", 1)) is None
    assert asking.telling(("no_such_fact", "x"), ("photos", 1)) is None
    assert list(turns(lambda n: A if n == 1 else None, 1, [2])) == []
    assert stretch(lambda n: A if n < 3 else None, 1, [2, 3, 4]) == 2
    assert stretch(lambda n: None, 1, [2]) == 1
    assert stretch({1: A, 9: D}.get, 1, [9]) == 1
    assert spans(lambda n: None, [1, 2]) == []
    assert spans(lambda n: A, []) == []


def test_it_gives_up_halving_when_its_calls_are_used_up() -> None:
    answers = {0: A, 8: D}

    assert list(turns(answers.get, 0, [8])) == []


def test_it_knows_the_lines_of_a_request() -> None:
    with pytest.raises(KeyError):
        line_of(make_facts(), "line-9")
    with pytest.raises(KeyError):
        counterfactuals(make_facts(), make_terms(), "line-9")


def test_it_explains_the_first_lines_of_a_long_return() -> None:
    lines = tuple(old_line(id=f"line-{n}") for n in range(MOST_LINES + 1))
    facts, terms = make_old(*lines), make_terms()

    found = explained(decide(facts, terms), facts, terms)

    assert len(found.trace.lines) == MOST_LINES + 1
    assert [other.line_id for other in found.counterfactuals] == [
        line.id for line in lines[:MOST_LINES]
    ]


MAYBE = st.sampled_from
CLAUSES = (
    PHOTOS,
    refuses("sale", {"fact": "product_tags", "contains": "sale"}),
    refuses("worn", {"fact": "item_condition", "contains_any": ["worn", "used"]}),
    refuses("used", {"fact": "used_percent", "more_than": 30}),
    refuses("young", {"fact": "days_since_delivery", "less_than": 3}),
    refuses("old", {"fact": "days_since_order", "at_least": 90}),
    refuses("guest", {"fact": "customer_orders", "at_most": 1}),
    refuses("often", {"fact": "customer_returns_in_30_days", "at_least": 2}),
    refuses("card", {"fact": "gift_card", "equals": True}),
)
RIGHTS = (
    (make_pack(),),
    (None,),
    with_right(before_delivery=True),
    with_right(
        gives=Sureness.MEMORY,
        span=Span(days=14, count_from=CountFrom.DISPUTED),
    ),
    with_right(
        not_informed=Extension(
            needs=frozenset({"informed_of_right"}), cites="s 10", months=3
        )
    ),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, Terms]:
    clauses = draw(
        st.lists(MAYBE(CLAUSES), max_size=4, unique_by=lambda c: str(c["id"]))
    )
    line = old_line(
        reason=draw(MAYBE(["unwanted", "defective", None])),
        delivered_on=draw(MAYBE([CAME, None])),
        product_tags=draw(MAYBE([frozenset(), frozenset({"sale"}), None])),
        condition=draw(MAYBE([frozenset(), frozenset({"worn"}), None])),
        used_percent=draw(MAYBE([0, 50, None])),
        photos=draw(MAYBE([0, 2, None])),
        receipts=draw(MAYBE([1, None])),
        gift_card=draw(MAYBE([False, None])),
        note_tells_fault=draw(MAYBE([False, None])),
    )
    past = (Past(on=date(2026, 8, 2)), Past(on=date(2026, 8, 4)))
    facts = make_old(
        line,
        on=CAME + timedelta(days=draw(st.integers(0, 200))),
        customer_orders=draw(MAYBE([0, 4, None])),
        returns_before=draw(MAYBE([(), past, None])),
        fraud_suspected=draw(MAYBE([False, None])),
        dispute_open=draw(MAYBE([False, False, True])),
    )
    return facts, make_terms(*clauses, packs=draw(MAYBE(RIGHTS)))


@settings(max_examples=120, deadline=None)
@given(cases())
def test_every_counterfactual_is_true(case: tuple[Facts, Terms]) -> None:
    facts, terms = case

    for other in counterfactuals(facts, terms, "line-1"):
        assert_true(other, facts, terms)


@settings(max_examples=80, deadline=None)
@given(cases())
def test_a_last_day_is_the_last_day(case: tuple[Facts, Terms]) -> None:
    facts, terms = case

    for other in counterfactuals(facts, terms, "line-1"):
        if other.said.startswith("A request up to"):
            (change,) = other.changes
            day = change.to
            assert isinstance(day, date)
            while day < facts.requested_on:
                day += timedelta(days=1)
                moved = changed(facts, "line-1", "requested_on", day)
                assert moved is not None
                assert outcome_of(decide(moved, terms), "line-1") is not A


@settings(max_examples=80, deadline=None, derandomize=True)
@given(cases())
def test_every_day_that_is_named_ends_as_it_says(case: tuple[Facts, Terms]) -> None:
    facts, terms = case

    for other in counterfactuals(facts, terms, "line-1"):
        if other.kind in ("time", "limit"):
            ends = {moved_to(facts, terms, day) for day in days_named(other.said, CAME)}
            assert ends == {other.outcome}, other.said


@settings(max_examples=80, deadline=None)
@given(cases())
def test_the_summary_names_what_decided(case: tuple[Facts, Terms]) -> None:
    facts, terms = case
    decision = decide(facts, terms)

    (line,) = explained(decision, facts, terms).trace.lines
    (step,) = [step for step in line.steps if step.decided]

    deciding = decision.reasons[0]
    assert step.id == deciding.id
    assert line.outcome is decision.outcome
    if deciding.stratum is Stratum.HOLD:
        assert (deciding.why or "") in line.summary
    else:
        assert deciding.id in line.summary
