"""Terms: the shop's promise and the law of the customer's country, in force for a case.

Shapes follow the packs in `config/law`; a pack can stop a refusal, never cause one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from plugin.policy.clauses import Clause
from plugin.policy.days import Span
from plugin.policy.decision import Outcome


class Right(Enum):
    """What kind of right a provision gives."""

    STATUTORY = "statutory"
    IF_NOT_POSTED = "if_not_posted"
    DOUBTFUL = "doubtful"
    NONE = "none"


class Start(Enum):
    """The event a statutory period runs from."""

    LAST_ITEM_DELIVERED = "last_item_delivered"
    ITEM_DELIVERED = "item_delivered"
    PURCHASE = "purchase"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatutoryException:
    """A case the right does not cover, once every fact it needs is proven."""

    code: str
    needs: frozenset[str]
    cites: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """A longer period for a customer whom the shop cannot prove to have informed."""

    needs: frozenset[str]
    months: int | None
    cites: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeOfMind:
    """The right to send goods back without a reason."""

    right: Right
    cites: str
    span: Span | None = None
    starts: Start = Start.LAST_ITEM_DELIVERED
    before_delivery: bool = False
    exceptions: tuple[StatutoryException, ...] = ()
    not_informed: Extension | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is owed when goods are faulty or not what was ordered."""

    right: Right
    cites: str
    guarantee_months: int | None = None
    burden_on_trader_months: int | None = None
    reject_days: int | None = None
    prompt_days: int | None = None
    final_sale_needs_person: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LawPack:
    """One jurisdiction's floor under every refusal, dated and cited."""

    id: str
    name: str
    checked_on: date
    since: date
    change_of_mind: ChangeOfMind
    fault: Fault
    regions_for_a_person: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


class Clock(Enum):
    """The day a policy's window starts."""

    DELIVERED = "delivered"
    FULFILLED = "fulfilled"
    ORDERED = "ordered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """How long the shop itself takes goods back; day one is the day after `starts`."""

    days: int
    starts: Clock = Clock.DELIVERED


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeOffer:
    """A discount code that softens a refusal."""

    percent: int
    expires_after_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The shop's promise: one version of its return policy."""

    name: str
    version: str
    window: Window
    clauses: tuple[Clause, ...]
    default: Outcome = Outcome.REVIEW
    offer: CodeOffer | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Policy and law packs that bind the shop in one case, and who to write to.

    `packs` has one place for each place of the facts; None marks a missing pack.
    """

    policy: Policy
    packs: tuple[LawPack | None, ...]
    contact: str
