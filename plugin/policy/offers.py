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

# Remedies that are a discount code at the store; they count as one remedy.
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

    Of each remedy the first that applies is made. A code goes only to a known
    customer, and an offer whose cap cannot be checked is not made. With an approval
    an offer is one more choice, never instead of it.
    """
    if decision.outcome is Outcome.REVIEW:
        return ()
    made: dict[Remedy, Offer] = {}
    for offer in terms.policy.offers:
        kind = Remedy.CODE if offer.remedy in CODES else offer.remedy
        if kind not in made and _open(offer, decision, facts, terms):
            made[kind] = _offer(offer, facts)
    return tuple(made.values())


def _open(offer: OfferTerms, decision: Decision, facts: Facts, terms: Terms) -> bool:
    if decision.outcome not in offer.outcomes or not _clauses_allow(decision, terms):
        return False
    if offer.remedy in _PERSONAL and not facts.customer_known:
        return False
    if not _payable(offer, facts) or not _within_caps(offer, facts):
        return False
    return all(
        offer.guard.asks(known_values(facts, line, terms.policy))
        for line in facts.lines
    )


def _clauses_allow(decision: Decision, terms: Terms) -> bool:
    clauses = (f for f in decision.reasons if f.stratum is Stratum.CLAUSE)
    deciding = {finding.id for finding in clauses}
    rules = (*terms.policy.limits, *terms.policy.clauses)
    return all(rule.offers for rule in rules if rule.id in deciding)


def _payable(offer: OfferTerms, facts: Facts) -> bool:
    """Tell whether an amount is in the currency that was paid in.

    Of an item that cost nothing, nothing can be paid back.
    """
    if offer.amount is None:
        return True
    paid = _paid(facts)
    if paid is None or paid.currency != offer.amount.currency:
        return False
    return offer.remedy is not Remedy.KEEP_ITEM or paid.amount > 0


def _paid(facts: Facts) -> Money | None:
    """Add up what was paid for the items; None if not known or in two currencies."""
    prices = [line.price for line in facts.lines]
    known = [price for price in prices if price is not None]
    if len(known) < len(prices) or len({price.currency for price in known}) != 1:
        return None
    return sum(known[1:], start=known[0])


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
        amount=_amount(offer, facts),
        bonus_percent=offer.bonus_percent,
    )


def _amount(offer: OfferTerms, facts: Facts) -> Money | None:
    """Give the amount, and for an item that stays no more than was paid for it."""
    amount, paid = offer.amount, _paid(facts)
    if offer.remedy is not Remedy.KEEP_ITEM or amount is None or paid is None:
        return amount
    return min(amount, paid, key=lambda money: money.amount)
