"""What holds of every policy, request and law, tried on random ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import assume, given
from hypothesis import strategies as st

from plugin.policy.catalogue import WINDOW
from plugin.policy.clauses import Clause
from plugin.policy.conditions import All, Condition, Operator
from plugin.policy.decision import Decision, LineVerdict, Outcome
from plugin.policy.facts import Facts, Line
from plugin.policy.provisions import LawPack
from plugin.policy.remedies import Settlement
from plugin.policy.terms import Policy, Window
from tests.policy.logic import conditions, seeded
from tests.policy.parts import asks, decided, is_flag, make_core, make_rule
from tests.policy.worlds import (
    DEFAULTS,
    FACTS,
    LEAVES,
    LINE,
    clear_requests,
    laws,
    policies,
    requests,
)

Whole = TypeVar("Whole", Facts, Line)


DECLINE = Outcome.DECLINE


@seeded
@given(facts=requests(2), policy=policies(), pack=laws())
def test_suspicion_never_refuses(
    facts: Facts, policy: Policy, pack: LawPack | None
) -> None:
    suspected = replace(facts, fraud_suspected=True)

    assert decided(suspected, policy, pack).outcome is Outcome.REVIEW


@seeded
@given(facts=requests(), policy=policies(), pack=laws())
def test_a_fact_that_gets_lost_refuses_nobody(
    facts: Facts, policy: Policy, pack: LawPack | None
) -> None:
    assume(decided(facts, policy, pack).outcome is not DECLINE)

    for less in less_known(facts):
        assert decided(less, policy, pack).outcome is not DECLINE


def less_known(facts: Facts) -> list[Facts]:
    """Take away one fact at a time."""
    line = facts.lines[0]
    items = [replace(facts, lines=(_without(line, name),)) for name in LINE]
    return [
        *(_without(facts, name) for name in (*FACTS, "last_delivered_on")),
        *items,
        replace(facts, places=()),
    ]


def _without(whole: Whole, name: str) -> Whole:
    changes: dict[str, Any] = {name: None}
    return replace(whole, **changes)


@seeded
@given(
    facts=clear_requests(),
    policy=policies(),
    when=conditions(LEAVES),
    data=st.data(),
)
def test_an_unknown_fact_never_decides_a_refusal(
    facts: Facts, policy: Policy, when: Condition, data: st.DataObject
) -> None:
    clauses = (make_rule("no", DECLINE, when), *policy.clauses)
    policy = replace(policy, clauses=clauses)
    assume(decided(facts, policy).outcome is DECLINE)
    line = facts.lines[0]
    asked = ("price", "product_tags", "gift_card", "photos", "delivered_on")
    of_line = {n: data.draw(LINE[n]) for n in asked if getattr(line, n) is None}
    of_facts = {n: data.draw(FACTS[n]) for n in FACTS if getattr(facts, n) is None}
    of_facts.pop("decided_on", None)
    fuller = replace(facts, lines=(replace(line, **of_line),), **of_facts)

    assert decided(fuller, policy).outcome is DECLINE


def in_their_direction(
    parts: list[tuple[Outcome, Condition, int]],
) -> tuple[Clause, ...]:
    """Make rules that refuse what is later than a day, or take what is not."""
    return tuple(
        make_rule(f"rule-{number}", then, All((when, _by_day(then, day))))
        for number, (then, when, day) in enumerate(parts)
    )


def _by_day(then: Outcome, day: int) -> Condition:
    operator = Operator.MORE_THAN if then is DECLINE else Operator.AT_MOST
    return asks(WINDOW, operator, day)


RULED_BY_DAYS = st.lists(
    st.tuples(
        st.sampled_from(Outcome),
        conditions(LEAVES.filter(lambda leaf: leaf.fact != WINDOW)),
        st.integers(-10, 40),
    ),
    max_size=4,
).map(in_their_direction)


@seeded
@given(
    facts=requests(),
    clauses=RULED_BY_DAYS,
    default=DEFAULTS,
    days=st.integers(0, 60),
    more=st.integers(0, 60),
    pack=laws(),
)
def test_a_wider_window_refuses_nobody(
    facts: Facts,
    clauses: tuple[Clause, ...],
    default: Outcome,
    days: int,
    more: int,
    pack: LawPack | None,
) -> None:
    def outcome(width: int) -> Outcome:
        window = Window(days=width)
        policy = make_core(*clauses, window=window, default=default)
        return decided(facts, policy, pack).outcome

    assume(outcome(days) is not DECLINE)

    assert outcome(days + more) is not DECLINE


@seeded
@given(facts=requests(4), policy=policies(), pack=laws(), data=st.data())
def test_the_order_of_items_does_not_matter(
    facts: Facts, policy: Policy, pack: LawPack | None, data: st.DataObject
) -> None:
    shuffled = tuple(data.draw(st.permutations(facts.lines)))
    one = decided(facts, policy, pack)
    other = decided(replace(facts, lines=shuffled), policy, pack)

    assert without_order(one) == without_order(other)


def without_order(decision: Decision) -> object:
    """Leave out of a decision what stands in the order of its items.

    Which item bears a flat fee, or less of one, is chance; their sum is not.
    """
    verdicts = {
        v.line_id: replace(
            v, settlement=v.settlement and replace(v.settlement, charges=())
        )
        for v in decision.lines
    }
    charges = [
        charge
        for v in decision.lines
        for charge in (v.settlement.charges if v.settlement else ())
    ]
    known = sum(charge.amount.amount for charge in charges if charge.amount)
    unknown = sorted(charge.id for charge in charges if charge.amount is None)
    reasons = set(decision.reasons)
    return decision.outcome, decision.ground, verdicts, reasons, known, unknown


def _without_charges(verdict: LineVerdict) -> Settlement | None:
    given = verdict.settlement
    return None if given is None else replace(given, charges=())


@seeded
@given(data=st.data())
def test_equal_inputs_give_an_equal_decision(data: st.DataObject) -> None:
    facts, pack = data.draw(requests(3)), data.draw(laws())
    when = data.draw(conditions(LEAVES))

    def once() -> Decision:
        rule = make_rule("rule", DECLINE, when)
        clauses = (rule, make_rule("gift", when=is_flag("gift_card")))
        same = replace(facts, lines=tuple(replace(line) for line in facts.lines))
        return decided(same, make_core(*clauses), pack)

    assert once() == once()
    assert hash(once().reasons) == hash(once().reasons)


@seeded
@given(facts=requests(), policy=policies(), pack=laws(), days=st.integers(1, 400))
def test_the_day_of_the_decision_alone_refuses_nobody_without_evidence(
    facts: Facts, policy: Policy, pack: LawPack | None, days: int
) -> None:
    plain = replace(
        policy,
        clauses=tuple(make_rule(c.id, c.then, c.when) for c in policy.clauses),
    )
    later = replace(facts, decided_on=facts.requested_on + timedelta(days=days))
    now = replace(facts, decided_on=None)

    assert decided(now, plain, pack) == decided(later, plain, pack)
