"""What goes with a refusal, and to whom."""

from __future__ import annotations

from datetime import date

from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer, Remedy, offers_for
from plugin.policy.terms import Terms
from tests.builders import (
    make_clause,
    make_facts,
    make_line,
    make_policy,
    make_terms,
)

LATE = date(2026, 12, 20)


def offered(facts: Facts, terms: Terms) -> tuple[Offer, ...]:
    """Decide and list the offers."""
    return offers_for(decide(facts, terms), facts, terms)


def test_a_refusal_comes_with_a_code_until_a_day() -> None:
    assert offered(make_facts(requested_on=LATE), make_terms()) == (
        Offer(remedy=Remedy.CODE, percent=10, ends_on=date(2027, 1, 19)),
    )


def test_an_approval_comes_without_a_code() -> None:
    assert offered(make_facts(), make_terms()) == ()


def test_a_policy_without_offers_gives_none() -> None:
    terms = make_terms(policy=make_policy(offers={}))

    assert offered(make_facts(requested_on=LATE), terms) == ()


def test_a_clause_can_refuse_without_an_offer() -> None:
    policy = make_policy(clauses=[make_clause(offer=False)])

    assert offered(make_facts(requested_on=LATE), make_terms(policy=policy)) == ()


def test_one_clause_without_an_offer_is_enough() -> None:
    cards = make_clause(
        id="card", when={"fact": "gift_card", "equals": True}, offer=False
    )
    terms = make_terms(policy=make_policy(clauses=[cards, make_clause()]))
    lines = (make_line(), make_line(id="line-2", gift_card=True))

    assert offered(make_facts(*lines, requested_on=LATE), terms) == ()


def test_an_unknown_customer_gets_no_code() -> None:
    for known in (False, None):
        facts = make_facts(requested_on=LATE, customer_known=known)

        assert offered(facts, make_terms()) == ()
