"""What would have changed a decision by law: late goods, copies and longer periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.library import Library
from plugin.policy.days import Span
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.explaining.breakpoints import fixed_days, last_days, lengths
from plugin.policy.explaining.counterfactual import counterfactuals
from plugin.policy.explaining.rule_words import LineReading
from plugin.policy.facts import PRACTICE, Facts, Past
from plugin.policy.money import Money
from plugin.policy.provisions import (
    Extension,
    Fault,
    LateDelivery,
    LawPack,
    Right,
    Start,
)
from plugin.policy.terms import Terms
from tests.builders import CONTACT, PACKS, make_pack, make_place
from tests.policy.otherwise import (
    CAME,
    ORDERED,
    A,
    D,
    R,
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

NEVER = refuses("never", {"fact": "days_since_order", "at_least": 0})
COPY = frozenset({"contract_copy_sent"})
BY_COPY = {
    "right": Right.IF_DISCLOSURE_FAILED,
    "starts": Start.CONTRACT_COPY_RECEIVED,
    "span": Span(days=7),
    "unless": COPY,
    "not_informed": Extension(
        needs=COPY, cites="s 10", copy_days=15, from_order=Span(days=30)
    ),
}
SOON = Fault(right=Right.STATUTORY, cites="s 2", reject_days=7)
KNOWN = "Once the day of delivery is known to be"
APPROVED = "this would be approved."
LATE = LateDelivery(right=Right.STATUTORY, cites="s 3", after_days=30)
LATE_ALONE = LateDelivery(
    right=Right.STATUTORY, cites="s 3", after_days=30, ground_alone=True
)


def terms_of(*packs: LawPack) -> Terms:
    return make_terms(NEVER, packs=packs)


def by_copy(**changes: Any) -> tuple[Facts, Terms]:
    """Make a request of a shop that sends copies, but sent this one late."""
    facts = make_old(practice=COPY, **changes)
    return facts, terms_of(*with_right(**BY_COPY))


def test_a_copy_that_came_late_lengthens_the_time_without_refusals() -> None:
    facts, terms = by_copy(on=date(2026, 9, 10), informed_on=date(2026, 8, 18))
    read = LineReading(facts, facts.lines[0], terms.policy)

    assert moved_to(facts, terms, date(2026, 8, 31)) is R
    assert moved_to(facts, terms, date(2026, 9, 1)) is D
    assert {date(2026, 8, 31), date(2026, 8, 16)} <= last_days(read, terms)


@pytest.mark.parametrize(
    ("shop", "days", "outcome", "said"),
    [
        (
            {"lacking": frozenset({"required_information_given"})},
            20,
            A,
            "14 August 2026 or later, this would be approved.",
        ),
        ({"practice": COPY}, 20, D, "13 August 2026 or before, this would be refused."),
        # Later than this, and the days run from the order.
        ({"practice": COPY}, 28, D, "16 August 2026 or before, this would be refused."),
    ],
)
def test_the_day_of_a_copy_that_nobody_knows_is_asked_for(
    shop: dict[str, Any], days: int, outcome: Outcome, said: str
) -> None:
    on = ORDERED + timedelta(days=days)
    facts = make_old(on=on, places=(make_place("CA-QC"),), **shop)
    terms = LIBRARY.terms(terms_of().policy, facts, CONTACT)

    assert decide(facts, terms).outcome is R
    known = "Once the day on which the customer got the contract's copy is known to be"
    assert ("unknown", outcome, f"{known} {said}") in tried(facts, terms)


def test_no_other_law_asks_for_the_day_of_a_copy() -> None:
    facts = make_old(on=CAME, informed_on=None)

    assert not [s for _, _, s in tried(facts, terms_of(make_pack())) if "copy" in s]


def test_goods_that_are_out_are_late_after_the_law_s_days() -> None:
    line = old_line(delivered_on=None)
    facts = make_old(
        line, on=ORDERED + timedelta(days=10), awaiting_delivery=True, promised_on=CAME
    )
    terms = terms_of(make_pack(late_delivery=LATE))
    read = LineReading(facts, line, terms.policy)

    assert {CAME, ORDERED + timedelta(days=30), ORDERED} <= last_days(read, terms)


def test_goods_that_are_not_there_yet_become_late() -> None:
    line = old_line(delivered_on=None)
    due = date(2026, 8, 20)
    facts = make_old(
        line, on=date(2026, 8, 10), awaiting_delivery=True, promised_on=due
    )
    terms = terms_of(make_pack(late_delivery=LATE_ALONE))

    assert decide(facts, terms).outcome is D
    assert tried(facts, terms) == [
        ("time", A, "From 21 August 2026 on, this would be approved.")
    ]


def test_a_day_of_delivery_that_is_not_known_is_split_where_it_would_be_late() -> None:
    line = old_line(delivered_on=None)
    due = date(2026, 8, 20)
    facts = make_old(line, on=date(2026, 8, 25), promised_on=due)
    terms = terms_of(make_pack(late_delivery=LATE_ALONE, fault=SOON))

    assert decide(facts, terms).outcome is R
    assert ("unknown", A, f"{KNOWN} 21 August 2026 or later, {APPROVED}") in tried(
        facts, terms
    )
    assert (
        "unknown",
        D,
        f"{KNOWN} 20 August 2026 or before, this would be refused.",
    ) in (tried(facts, terms))


def test_it_knows_the_days_that_are_counted_from_the_order() -> None:
    facts = make_old(promised_on=CAME)
    copy = with_right(**BY_COPY)[0]
    late = make_pack(late_delivery=LATE)

    assert fixed_days(facts, terms_of(late, copy)) == {
        ORDERED,
        CAME,
        date(2026, 8, 31),
        date(2026, 8, 16),
    }
    assert fixed_days(
        make_old(), Terms(policy=terms_of().policy, packs=(None,), contact=CONTACT)
    ) == {ORDERED}


def test_it_knows_how_long_the_longer_periods_last() -> None:
    needs = frozenset({"informed_of_right"})
    months = Extension(needs=needs, cites="s 10", months=12, restart=Span(days=5))
    whole = Extension(needs=needs, cites="s 10", whole=Span(days=90))

    assert {14, 23, 5, 14 + 365} <= set(
        lengths(terms_of(*with_right(not_informed=months)))
    )
    assert {14, 90, 99} <= set(lengths(terms_of(*with_right(not_informed=whole))))
    assert 365 in lengths(terms_of(*with_right(span=None, not_informed=months)))


PLACES = ("CA-QC", "CA-ON", "DE", "GB", "US-NY", "IN", "KR", "BR")
LIBRARY = Library(PACKS)
MAYBE = st.sampled_from


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, Terms]:
    """Make a request under a real pack, with days before and after each event."""
    day = st.integers(0, 45).map(lambda n: ORDERED + timedelta(days=n))
    maybe = st.one_of(st.none(), day)
    line = old_line(
        reason=draw(MAYBE(["unwanted", "defective"])),
        delivered_on=draw(maybe),
        repair_days=draw(MAYBE([None, 5])),
    )
    facts = make_old(
        line,
        on=ORDERED + timedelta(days=draw(st.integers(0, 60))),
        places=(make_place(draw(MAYBE(PLACES))),),
        order_total=Money.of("90", "CAD"),
        informed_on=draw(maybe),
        promised_on=draw(maybe),
        awaiting_delivery=draw(MAYBE([None, True, False])),
        delivery_refused=draw(MAYBE([None, True, False])),
        practice=draw(MAYBE([frozenset(PRACTICE), frozenset[str]()])),
    )
    policy = make_terms(draw(MAYBE([NEVER, refuses("old", NEVER["when"])]))).policy
    return facts, LIBRARY.terms(policy, facts, CONTACT)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(cases())
def test_every_counterfactual_under_real_law_is_true(case: tuple[Facts, Terms]) -> None:
    facts, terms = case

    for other in counterfactuals(facts, terms, "line-1"):
        assert_true(other, facts, terms)
        if other.kind in ("time", "limit"):
            first = min(ORDERED, facts.requested_on)
            days = days_named(other.said, first)[::7]
            ends = {moved_to(facts, terms, day) for day in days if day >= first}
            assert ends <= {other.outcome}, other.said


def test_a_fault_is_counted_from_the_item_s_own_day_or_else_from_the_last() -> None:
    fault = Fault(right=Right.STATUTORY, cites="s 2", reject_days=7)
    terms = terms_of(make_pack(fault=fault))
    own = make_old(old_line(delivered_on=CAME), last_delivered_on=date(2026, 9, 20))
    none = make_old(old_line(delivered_on=None), last_delivered_on=date(2026, 9, 20))
    ends = [
        last_days(LineReading(facts, facts.lines[0], terms.policy), terms)
        for facts in (own, none)
    ]

    assert [CAME + timedelta(days=7) in found for found in ends] == [True, False]
    assert [date(2026, 9, 27) in found for found in ends] == [False, True]


def test_a_repair_makes_the_time_for_rejecting_longer() -> None:
    fault = Fault(right=Right.STATUTORY, cites="s 2", reject_days=7, prompt_days=9)
    terms = terms_of(make_pack(fault=fault))
    facts = make_old(old_line(repair_days=5))
    found = last_days(LineReading(facts, facts.lines[0], terms.policy), terms)

    assert {CAME + timedelta(days=n) for n in (12, 14)} <= found
    assert CAME + timedelta(days=2) not in found


def test_a_past_return_drops_out_after_the_days_that_a_policy_counts() -> None:
    often = refuses("often", {"fact": "customer_returns_in_30_days", "at_least": 1})
    terms = make_terms(often)
    facts = make_old(returns_before=(Past(on=CAME),))
    found = last_days(LineReading(facts, facts.lines[0], terms.policy), terms)

    assert {CAME - timedelta(days=1), CAME + timedelta(days=29)} <= found
