"""What a customer may get beside a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from plugin.policy.decision import Decision, Outcome
from plugin.policy.facts import Facts
from plugin.policy.terms import Terms


class Remedy(Enum):
    """The ways to make up for a refusal."""

    CODE = "code"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One remedy at one value, open until a day (inclusive)."""

    remedy: Remedy
    percent: int
    ends_on: date


def offers_for(decision: Decision, facts: Facts, terms: Terms) -> tuple[Offer, ...]:
    """List the offers that go with a decision.

    A code goes only with a refusal, and only to a known customer: a code that is
    bound to nobody could be used by anybody.
    """
    offer = terms.policy.offer
    if decision.outcome is not Outcome.DECLINE or offer is None:
        return ()
    if not facts.customer_known or not _allowed(decision, terms):
        return ()
    ends_on = facts.requested_on + timedelta(days=offer.expires_after_days)
    return (Offer(remedy=Remedy.CODE, percent=offer.percent, ends_on=ends_on),)


def _allowed(decision: Decision, terms: Terms) -> bool:
    deciding = {finding.id for finding in decision.reasons}
    return all(c.offers for c in terms.policy.clauses if c.id in deciding)
