"""Case: one request as we remember it, from first word to closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from plugin.policy.decision import Ground, Outcome
from plugin.policy.facts import Facts
from plugin.policy.money import Money
from plugin.policy.offers import CODES, Offer
from plugin.policy.remedies import Charge, Pays, Remedy
from plugin.shop import Mode


class Status(Enum):
    """Where a case stands."""

    DECIDED = "decided"
    ANSWERED = "answered"
    OBSERVED = "observed"
    PROPOSED = "proposed"
    IN_REVIEW = "in_review"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


# A person has the next word on these; the app waits.
WAITING = frozenset({Status.OBSERVED, Status.PROPOSED, Status.IN_REVIEW, Status.FAILED})


# The keys of the entries that say how the money of an approval stands: it may be given
# by itself, it was given, its payment failed, or it was left to staff. What staff gave
# by hand begins so, a turn's number follows, and a click on it that came to nothing so;
# an audit begins so, a refund's id follows.
MAY_PAY = "may-pay"
PAID = "call:refund"
PAYMENT_FAILED = "refund:failed"
LEFT = "refund:left"
# Written beside it where staff had given their own refund first; nothing is left to do.
THEIRS = "refund:theirs"
GRANTED = "refund:granted:"
IDLE = "refund:idle:"
AUDIT = "audit:"
# A refund whose payment failed after it was counted; its id follows.
UNDONE = "refund:undone:"
# With this refund all that was promised is seen to have been given; its id follows.
COVERED = "refund:covered:"
# What is told when a refusal is counted as overturned; no entry of the case has it.
OVERTURNED = "overturned"
# So begins the audit of a refund whose payment is not through; it counts nothing.
UNSURE = "audit-unsure:"


def leaves_money(key: str) -> bool:
    """Tell whether an entry with this key leaves the money of an approval to staff."""
    return key in (LEFT, PAYMENT_FAILED) or key.startswith((f"{LEFT}:", UNDONE))


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """The words the customer reads, and their language (BCP 47)."""

    language: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One line of a request in words: what, how many, why.

    `item_id` names the order's line item; None where the oldest cases did not note it.
    """

    title: str
    quantity: int
    reason: str | None
    note: str
    item_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """How one approved item is made good: the customer's choice, and what is kept.

    `line_id` names its line of the return; `price` is for all its pieces together.
    """

    title: str
    remedies: tuple[Remedy, ...]
    fees: tuple[Charge, ...] = ()
    line_id: str | None = None
    quantity: int = 0
    price: Money | None = None
    pays: Pays | None = None
    outbound: bool | None = None
    doubtful: bool = False
    bonus_percent: int = 0
    credit_expires_after_days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What was asked: the return and its order, beside the facts that decide."""

    return_id: str
    return_name: str
    status: str
    order_id: str
    order_name: str
    ordered_at: str
    locale: str | None
    customer_id: str | None
    asked: tuple[Asked, ...]
    facts: Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Our record of one request; every change makes a new value.

    `tasks` says in plain words what is left to the shop's staff, `money_left` tells
    that the money of an approval is. Of an `erased` case
    nothing personal is left; of a `locked` one nobody can read it now.
    """

    shop: str
    return_id: str
    return_name: str
    order_id: str
    order_name: str
    customer_id: str | None
    status: Status
    mode: Mode
    asked: tuple[Asked, ...] = ()
    outcome: Outcome | None = None
    ground: Ground | None = None
    decided_by: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    letter: Letter | None = None
    code: str | None = None
    settled: tuple[Settled, ...] = ()
    tasks: tuple[str, ...] = ()
    money_left: bool = False
    erased: bool = False
    locked: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether a person has the next word."""
        return self.status in WAITING or (self.money_left and bool(self.tasks))

    @property
    def owes_money(self) -> bool:
        """Tell whether the money of an approval is left to staff."""
        approved = self.outcome is Outcome.APPROVE and self.status is Status.ANSWERED
        return approved and self.money_left

    @property
    def offer(self) -> Offer | None:
        """The offer behind the code, where there is one."""
        return next((one for one in self.offers if one.remedy in CODES), None)

    def stale_on(self, day: date) -> bool:
        """Tell whether an offer in the letter has ended by a day."""
        return any(offer.ends_on < day for offer in self.offers)

    def moved(self, status: Status) -> Case:
        """Return the case at another status."""
        return replace(self, status=status)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line for the archive; `key` names it once within its case.

    `body` is any value of dataclasses, enums, dates, decimals, text and numbers.
    """

    key: str
    kind: str
    body: object
