"""What a customer may get beside a decision, never in place of what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from plugin.policy.decision import Decision, Outcome, Stratum
from plugin.policy.facts import Facts
from plugin.policy.money import Money
from plugin.policy.reading import known_values
from plugin.policy.remedies import Remedy
from plugin.policy.terms import Cap, OfferTerms, Terms

# Remedies that are a discount code at the store; a decision carries at most one.
CODES = frozenset({Remedy.CODE, Remedy.FREE_SHIPPING})
# Remedies that belong to somebody: bound to nobody, anybody could use them.
_PERSONAL = CODES | {Remedy.STORE_CREDIT}


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One remedy at one value, open until a day (inclusive)."""

    remedy: Remedy
    ends_on: date
    id: str = "code"
    percent: int = 0
    amount: Money | None = None
    bonus_percent: int = 0


def offers_for(decision: Decision, facts: Facts, terms: Terms) -> tuple[Offer, ...]:
    """List the offers that go with a decision, each within its caps.

    A code goes only to a known customer, and an offer whose cap cannot be checked is
    not made. With an approval an offer is one more choice, never instead of it.
    """
    if decision.outcome is Outcome.REVIEW:
        return ()
    made: list[Offer] = []
    for offer in terms.policy.offers:
        twice = offer.remedy in CODES and any(o.remedy in CODES for o in made)
        if not twice and _open(offer, decision, facts, terms):
            made.append(_offer(offer, facts))
    return tuple(made)


def _open(offer: OfferTerms, decision: Decision, facts: Facts, terms: Terms) -> bool:
    if decision.outcome not in offer.outcomes or not _clauses_allow(decision, terms):
        return False
    if offer.remedy in _PERSONAL and not facts.customer_known:
        return False
    return _within_caps(offer, facts) and all(
        offer.guard.asks(known_values(facts, line, terms.policy))
        for line in facts.lines
    )


def _clauses_allow(decision: Decision, terms: Terms) -> bool:
    clauses = (f for f in decision.reasons if f.stratum is Stratum.CLAUSE)
    deciding = {finding.id for finding in clauses}
    rules = (*terms.policy.limits, *terms.policy.clauses)
    return all(rule.offers for rule in rules if rule.id in deciding)


def _within_caps(offer: OfferTerms, facts: Facts) -> bool:
    customer = offer.per_customer is None or _below(offer.per_customer, facts)
    today, most = facts.shop_offers_today, offer.per_shop_day
    return customer and (most is None or (today is not None and today < most))


def _below(cap: Cap, facts: Facts) -> bool:
    if facts.offers_before is None:
        return False
    since = facts.requested_on - timedelta(days=cap.within_days)
    return sum(past.on > since for past in facts.offers_before) < cap.at_most


def _offer(offer: OfferTerms, facts: Facts) -> Offer:
    return Offer(
        remedy=offer.remedy,
        ends_on=facts.requested_on + timedelta(days=offer.expires_after_days),
        id=offer.id,
        percent=offer.percent,
        amount=offer.amount,
        bonus_percent=offer.bonus_percent,
    )
