"""Offers to try, and those that go with a decision."""

from __future__ import annotations

from typing import Any

from plugin.policy.clauses import ALWAYS
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer, offers_for
from plugin.policy.remedies import Remedy
from plugin.policy.terms import OfferTerms, Policy
from tests.builders import make_facts, make_terms
from tests.policy.parts import make_core, make_rule

NO = make_rule("no", Outcome.DECLINE)
YES = make_rule("yes")


def make_terms_of(remedy: Remedy, **parts: Any) -> OfferTerms:
    """Make an offer for everybody that ends ten days after the request."""
    given = {"id": remedy.value, "guard": ALWAYS, "expires_after_days": 10, **parts}
    return OfferTerms(remedy=remedy, **given)


def offered(
    *offers: OfferTerms, clause: Any = NO, facts: Facts | None = None
) -> list[str]:
    """Decide by one clause and name the offers that go with it."""
    policy = make_core(clause, offers=offers)
    return [offer.id for offer in given(facts or make_facts(), policy)]


def given(facts: Facts, policy: Policy) -> tuple[Offer, ...]:
    """Decide and list the offers."""
    terms = make_terms(policy=policy)
    return offers_for(decide(facts, terms), facts, terms)
