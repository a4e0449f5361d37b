"""Law packs and saved policies, parsed once per version."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache

from plugin.calendars import calendar_for
from plugin.packs import Packs, parse_policy
from plugin.policy.days import Calendar
from plugin.policy.facts import Facts, Place
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Policy, Terms
from plugin.shop import PolicyVersion

# How far the calendars reach past the request: a period may roll into another year,
# and what would have been later is explained too.
_BEYOND = timedelta(days=366)


class Library:
    """The shelf of law packs beside compiled policies."""

    def __init__(self, packs: Packs) -> None:
        """Keep the packs, and the policies used lately."""
        self.packs = packs
        self._parsed = lru_cache(maxsize=1000)(_parse)

    def law_for(self, place: Place, on: date | None = None) -> LawPack | None:
        """Find a place's law for an order of a day; today's law without one."""
        return self.packs.law_for(place, on)

    def calendar_for(self, place: Place, one: date, other: date) -> Calendar | None:
        """Find a place's days off in the years of two days."""
        return calendar_for(place, one, other)

    def terms(self, policy: Policy, facts: Facts, contact: str) -> Terms:
        """Join a policy with the law of the request's places on the order's day.

        Days off are looked up only where a law has a period to count.
        """
        days = (facts.ordered_on, facts.requested_on + _BEYOND)
        packs = tuple(self.law_for(p, facts.ordered_on) for p in facts.places)
        calendars = tuple(
            self.calendar_for(place, *days) if pack and _counts(pack) else None
            for place, pack in zip(facts.places, packs, strict=True)
        )
        return Terms(policy=policy, packs=packs, contact=contact, calendars=calendars)

    def policy(self, version: PolicyVersion) -> Policy:
        """Parse a saved policy version; the same text is compiled once."""
        return self._parsed(version.document, version.label)


def _counts(pack: LawPack) -> bool:
    return pack.change_of_mind.span is not None


def _parse(document: str, label: str) -> Policy:
    return parse_policy(json.loads(document), version=label)
