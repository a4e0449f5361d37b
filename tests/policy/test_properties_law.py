"""What the law gives is given, whatever policy and request: tried on random ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.conditions import Condition
from plugin.policy.decision import Outcome
from plugin.policy.facts import Facts, Place
from plugin.policy.provisions import LawPack
from plugin.policy.remedies import FeeRule, Owed, Payer
from plugin.policy.terms import Fee, Policy
from tests.builders import make_facts
from tests.policy.fees import items, usd
from tests.policy.floor import keeps_the_caps, keeps_the_floor
from tests.policy.logic import conditions, seeded
from tests.policy.parts import decided, entitling, make_core, make_rule
from tests.policy.worlds import (
    FEES,
    LEAVES,
    laws,
    policies,
    requests,
)

DECLINE = Outcome.DECLINE


BOTH = (Place(country="XX"), Place(country="YY"))


@seeded
@given(facts=requests(3), policy=policies(), one=laws(), other=laws())
def test_what_the_law_of_every_place_gives_is_given(
    facts: Facts, policy: Policy, one: LawPack | None, other: LawPack | None
) -> None:
    decision = decided(replace(facts, places=BOTH), policy, one, other)

    for verdict in decision.lines:
        assert keeps_the_floor(verdict)
        assert (verdict.settlement is None) is (verdict.outcome is not Outcome.APPROVE)


PRICES = st.lists(st.sampled_from(["25.00", "9.00", "4.00"]), min_size=1, max_size=3)
LETS_FEES_STAND = st.builds(
    Owed,
    fee=st.sampled_from([FeeRule.CAPPED, FeeRule.ALLOWED]),
    fee_percent=st.sampled_from([10, 50, None]),
    fee_amount=st.sampled_from([usd("3.00"), usd("6.00"), None]),
    return_freight=st.just(Payer.CONSUMER),
)


@seeded
@given(prices=PRICES, fees=FEES, one=LETS_FEES_STAND, other=LETS_FEES_STAND)
def test_fees_stay_within_the_cap_of_every_law(
    prices: list[str], fees: tuple[Fee, ...], one: Owed, other: Owed
) -> None:
    policy = make_core(make_rule(), fees=fees)
    facts = make_facts(*items(*prices), places=BOTH)
    decision = decided(facts, policy, entitling(one), entitling(other))

    assert decision.outcome is Outcome.APPROVE
    assert keeps_the_caps(decision)


@seeded
@given(facts=requests(), policy=policies(), pack=laws(), when=conditions(LEAVES))
def test_a_clause_that_refuses_more_takes_nothing_that_the_law_gives(
    facts: Facts, policy: Policy, pack: LawPack | None, when: Condition
) -> None:
    blocks = make_rule("block", DECLINE, when)
    stricter = replace(policy, clauses=(blocks, *policy.clauses))
    limited = replace(policy, limits=(blocks,))

    for harder in (stricter, limited):
        verdict = decided(facts, harder, pack).lines[0]
        assert keeps_the_floor(verdict)
        assert verdict.law == decided(facts, policy, pack).lines[0].law
