"""What goes with a decision, to whom, and how often."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.clauses import Guard
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.money import Money
from plugin.policy.offers import Offer
from plugin.policy.remedies import Remedy
from tests.builders import (
    ASKED_ON,
    make_clause,
    make_facts,
    make_line,
    make_offer,
    make_policy,
    make_terms,
)
from tests.policy.offered import NO, YES, given, make_terms_of, offered
from tests.policy.parts import is_flag, make_core, make_rule

LATE = date(2026, 12, 20)
CODE_LIKE = (Remedy.CODE, Remedy.FREE_SHIPPING)
PERSONAL = (*CODE_LIKE, Remedy.STORE_CREDIT)
OTHERS = (Remedy.EXCHANGE, Remedy.KEEP_ITEM)


def test_a_refusal_comes_with_a_code_until_a_day() -> None:
    assert given(make_facts(requested_on=LATE), make_policy()) == (
        Offer(id="code", remedy=Remedy.CODE, percent=10, ends_on=date(2027, 1, 19)),
    )


def test_an_approval_comes_without_a_code() -> None:
    assert given(make_facts(), make_policy()) == ()


def test_a_policy_without_offers_gives_none() -> None:
    assert given(make_facts(requested_on=LATE), make_policy(offers=[])) == ()


def test_an_offer_has_its_whole_value() -> None:
    terms = make_terms_of(
        Remedy.STORE_CREDIT,
        id="credit",
        amount=Money.of("5.00", "USD"),
        bonus_percent=20,
    )

    assert given(make_facts(), make_core(NO, offers=(terms,))) == (
        Offer(
            id="credit",
            remedy=Remedy.STORE_CREDIT,
            amount=Money.of("5.00", "USD"),
            bonus_percent=20,
            ends_on=ASKED_ON + timedelta(days=10),
        ),
    )


@pytest.mark.parametrize("remedy", [*PERSONAL, *OTHERS])
def test_every_remedy_can_go_with_a_refusal(remedy: Remedy) -> None:
    assert offered(make_terms_of(remedy)) == [remedy.value]


@pytest.mark.parametrize("known", [False, None])
def test_what_belongs_to_somebody_goes_to_a_known_customer_only(
    known: bool | None,
) -> None:
    every = [make_terms_of(remedy) for remedy in (*PERSONAL, *OTHERS)]
    facts = make_facts(customer_known=known)

    assert offered(*every, facts=facts) == [remedy.value for remedy in OTHERS]


@pytest.mark.parametrize(
    ("first", "second"),
    [(Remedy.CODE, Remedy.FREE_SHIPPING), (Remedy.FREE_SHIPPING, Remedy.CODE)],
)
def test_a_decision_carries_at_most_one_code(first: Remedy, second: Remedy) -> None:
    offers = [make_terms_of(remedy) for remedy in (first, second, *OTHERS)]

    assert offered(*offers) == [first.value, "exchange", "keep_item"]


def test_a_code_that_is_not_made_leaves_room_for_another() -> None:
    closed = make_terms_of(Remedy.CODE, guard=Guard(is_flag("gift_card")))

    assert offered(closed, make_terms_of(Remedy.FREE_SHIPPING)) == ["free_shipping"]


def test_of_codes_in_several_currencies_the_one_that_was_paid_in_is_made() -> None:
    euros, dollars = (
        make_terms_of(Remedy.CODE, id=currency, amount=Money.of("10", currency))
        for currency in ("EUR", "USD")
    )

    assert offered(euros, dollars) == ["USD"]


@pytest.mark.parametrize(
    ("outcomes", "clause", "made"),
    [
        ({Outcome.DECLINE}, NO, True),
        ({Outcome.DECLINE}, YES, False),
        ({Outcome.APPROVE}, NO, False),
        ({Outcome.APPROVE}, YES, True),
        ({Outcome.APPROVE, Outcome.DECLINE}, NO, True),
        ({Outcome.APPROVE, Outcome.DECLINE}, YES, True),
        (set(Outcome), make_rule("look", Outcome.REVIEW), False),
    ],
)
def test_an_offer_goes_with_some_outcomes_and_never_with_a_review(
    outcomes: set[Outcome], clause: Any, made: bool
) -> None:
    offer = make_terms_of(Remedy.EXCHANGE, outcomes=frozenset(outcomes))

    assert offered(offer, clause=clause) == (["exchange"] if made else [])


@pytest.mark.parametrize(
    ("gifts", "made"),
    [
        ([True], True),
        ([False], False),
        ([None], False),
        ([True, True], True),
        ([True, None], False),
        ([True, False], False),
    ],
)
def test_an_offer_may_be_for_some_items_and_then_for_all_of_the_return(
    gifts: list[bool | None], made: bool
) -> None:
    offer = make_terms_of(Remedy.EXCHANGE, guard=Guard(is_flag("gift_card")))
    lines = [make_line(id=str(n), gift_card=gift) for n, gift in enumerate(gifts)]

    assert offered(offer, facts=make_facts(*lines)) == (["exchange"] if made else [])


def test_a_clause_can_refuse_without_an_offer() -> None:
    policy = make_policy(clauses=[make_clause(offer=False)])

    assert given(make_facts(requested_on=LATE), policy) == ()


def test_a_limit_can_refuse_without_an_offer() -> None:
    silent = make_rule("often", Outcome.DECLINE, offers=False)
    policy = make_core(limits=(silent,), offers=(make_terms_of(Remedy.CODE),))

    assert given(make_facts(), policy) == ()


def test_only_the_clauses_that_decided_count() -> None:
    other = make_rule("other", when=is_flag("gift_card"), offers=False)
    policy = make_core(other, NO, offers=(make_terms_of(Remedy.CODE),))

    assert [offer.id for offer in given(make_facts(), policy)] == ["code"]


def test_a_clause_named_like_another_stratum_stays_a_clause() -> None:
    named = make_rule("default", when=is_flag("gift_card"), offers=False)
    offer = make_terms_of(Remedy.CODE, outcomes=frozenset({Outcome.APPROVE}))
    policy = make_core(named, default=Outcome.APPROVE, offers=(offer,))

    assert [offer.id for offer in given(make_facts(), policy)] == ["code"]


def test_one_clause_without_an_offer_is_enough() -> None:
    cards = make_clause(
        id="card", when={"fact": "gift_card", "equals": True}, offer=False
    )
    policy = make_policy(clauses=[cards, make_clause()], offers=[make_offer()])
    lines = (make_line(), make_line(id="line-2", gift_card=True))

    assert given(make_facts(*lines, requested_on=LATE), policy) == ()


def test_an_offer_beside_an_approval_takes_nothing_away() -> None:
    extra = make_terms_of(
        Remedy.STORE_CREDIT, outcomes=frozenset({Outcome.APPROVE}), bonus_percent=10
    )
    facts = make_facts()
    plain, rich = make_core(YES), make_core(YES, offers=(extra,))

    assert [offer.id for offer in given(facts, rich)] == ["store_credit"]
    assert decide(facts, make_terms(policy=rich)) == decide(
        facts, make_terms(policy=plain)
    )
