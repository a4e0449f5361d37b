"""What the archive counts for the stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin.policy.facts import Past


@dataclass(frozen=True, kw_only=True, slots=True)
class OffersMade:
    """Goodwill offers: to one customer by day, and by the shop on its present day.

    What went out with one answer is one offer. None where nobody asked.
    """

    before: tuple[Past, ...]
    shop_today: int | None


# What a brake is called that keeps the refusals of every rule in.
ALL_RULES = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Brake:
    """What keeps refusals from going out by themselves: of one rule, or of all.

    `ended_by` names who let them go out again.
    """

    what: str
    since: datetime
    why: str
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleCount:
    """What became of the refusals that one rule of a policy version gave."""

    rule: str
    version: str
    declined: int
    contested: int
    overturned: int
