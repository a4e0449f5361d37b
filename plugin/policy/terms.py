"""Terms: the shop's promise and the law of the customer's country, for one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from plugin.policy.clauses import Clause, Guard, Texts
from plugin.policy.days import Calendar
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.policy.plan import Plan
from plugin.policy.provisions import LawPack
from plugin.policy.remedies import PLAIN_REFUND, PaysFor, RefundTerms, Remedy


class Clock(Enum):
    """The day a policy's window starts."""

    DELIVERED = "delivered"
    FULFILLED = "fulfilled"
    ORDERED = "ordered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """How long the shop itself takes goods back; exactly one of the three lengths.

    Day one is the day after `starts`; hours run from the moment; `until` is the last
    day whatever the start.
    """

    days: int | None = None
    hours: int | None = None
    until: date | None = None
    starts: Clock = Clock.DELIVERED


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowRule:
    """A window of its own for some items; the first rule that holds counts."""

    id: str
    guard: Guard
    window: Window


class YearDay(NamedTuple):
    """A day that comes every year."""

    month: int
    day: int


SeasonDay = date | YearDay


@dataclass(frozen=True, kw_only=True, slots=True)
class Season:
    """More time for orders of a season, or of some customers; it never shortens.

    An order falls into the season from `ordered_from` to `ordered_to`, both included;
    without them every order does. `add_days` lengthens the window, `until` lets it end
    no earlier than that day, `starts_on` lets it start no earlier.
    """

    id: str
    guard: Guard
    ordered_from: SeasonDay | None = None
    ordered_to: SeasonDay | None = None
    add_days: int = 0
    until: SeasonDay | None = None
    starts_on: SeasonDay | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """What a fee is from a number on, of the fact that its fee counts by."""

    at_least: int
    flat: Money | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fee:
    """What the shop keeps back of a return that it takes.

    A flat amount is kept once per return, a percentage from each line's price. Tax is
    added to both, and the cap is the most that one charge can be. What it pays for
    matters to the law: many let the customer bear the way back, but no handling.
    """

    id: str
    guard: Guard
    pays_for: PaysFor = PaysFor.HANDLING
    texts: Texts = ()
    flat: Money | None = None
    percent: Decimal | None = None
    tax_percent: Decimal | None = None
    cap: Money | None = None
    by: str | None = None
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cap:
    """At most so many within so many days."""

    at_most: int
    within_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferTerms:
    """One remedy that the shop offers with some decisions, and how often."""

    id: str
    remedy: Remedy
    guard: Guard
    expires_after_days: int
    outcomes: frozenset[Outcome] = frozenset({Outcome.DECLINE})
    percent: int = 0
    amount: Money | None = None
    bonus_percent: int = 0
    per_customer: Cap | None = None
    per_shop_day: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The shop's promise: one version of its return policy, compiled once."""

    name: str
    version: str
    window: Window
    clauses: tuple[Clause, ...]
    default: Outcome = Outcome.REVIEW
    windows: tuple[WindowRule, ...] = ()
    seasons: tuple[Season, ...] = ()
    limits: tuple[Clause, ...] = ()
    fees: tuple[Fee, ...] = ()
    refund: RefundTerms = PLAIN_REFUND
    offers: tuple[OfferTerms, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    plan: Plan = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once which facts have to be read for a line."""
        guards = [
            *(rule.guard for rule in self.windows),
            *(season.guard for season in self.seasons),
            *(fee.guard for fee in self.fees),
            *(offer.guard for offer in self.offers),
        ]
        counted = [fee.by for fee in self.fees if fee.by is not None]
        plan = Plan((*self.limits, *self.clauses), guards, counted)
        object.__setattr__(self, "plan", plan)


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Policy and law packs that bind the shop in one case, and who to write to.

    `packs` has one place for each place of the facts; None marks a missing pack. So has
    `calendars`, unless no holidays are known at all and it is empty.
    """

    policy: Policy
    packs: tuple[LawPack | None, ...]
    contact: str
    calendars: tuple[Calendar | None, ...] = ()
