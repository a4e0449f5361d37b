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


# A person has the next word on these; the app waits. What it only watches is not its to
# answer, so that it waits for nobody's word here.
WAITING = frozenset({Status.PROPOSED, Status.IN_REVIEW, Status.FAILED})
# Nobody's answer to these is known of yet.
UNANSWERED = WAITING | {Status.OBSERVED}


# The keys of the entries that say how the money of an approval stands: it may be given
# by itself, it was given, its payment failed, it was left to staff, or staff had given
# it first. What staff gave by hand begins so, a turn's number follows, and a click on
# it that came to nothing so; an audit begins so, a refund's id follows.
MAY_PAY = "may-pay"
PAID = "call:refund"
PAYMENT_FAILED = "refund:failed"
REFUND_LEFT = "refund:left"
THEIRS = "refund:theirs"
GRANTED = "refund:granted:"
IDLE_GRANT = "refund:idle:"
AUDIT = "audit:"
# A refund whose payment failed after it was counted; its id follows.
UNDONE = "refund:undone:"
# The same where another case of the order tells of it; the refund's id follows.
LESS = "refund:less:"
# A refund of staff's own that did not arrive; its id follows.
ASTRAY = "refund:astray:"
# The closing of a return whose item stays was left to staff, and is done.
UNCLOSED = "close:left"
CLOSED = "call:close"
# With this refund all that was promised is seen to have been given; its id follows.
COVERED = "refund:covered:"
# What is told when a refusal is counted as overturned; no entry of the case has it.
OVERTURNED = "overturned"
# So begins the audit of a refund whose payment is not through; it counts nothing.
UNSURE = "audit-unsure:"


class Promise(Enum):
    """How what an approval promised stands by now."""

    OWED = "owed"
    LEFT = "left"
    DONE = "done"


def promise_in(key: str) -> Promise | None:
    """Tell how an entry with this key lets a promise stand; None where it says nothing.

    The newest entry that says anything has the word. A closing moves no money: it only
    takes back what was left of it.
    """
    if leaves_money(key):
        return Promise.LEFT
    if key in (PAID, THEIRS) or key.startswith((f"{THEIRS}:", COVERED)):
        return Promise.DONE
    return Promise.OWED if key == MAY_PAY or key.startswith(GRANTED) else None


# So begin the entries that say how money stands; those of a closing do not.
MONEY = (
    MAY_PAY,
    GRANTED,
    PAID,
    THEIRS,
    COVERED,
    PAYMENT_FAILED,
    REFUND_LEFT,
    UNDONE,
    ASTRAY,
)


def leaves_money(key: str) -> bool:
    """Tell whether an entry with this key leaves to staff what an approval promised."""
    starts = (f"{REFUND_LEFT}:", UNDONE, ASTRAY)
    return key in (REFUND_LEFT, PAYMENT_FAILED, UNCLOSED) or key.startswith(starts)


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


class TaskKind(Enum):
    """What a task is about; it tells tasks apart, whatever their words."""

    ITEM = "item"
    OFFER = "offer"
    WRITE = "write"
    SPLIT = "split"
    TELL_REFUSAL = "tell_refusal"
    APPROVE_REST = "approve_rest"
    BY_PERSON = "by_person"
    GIVE_REFUND = "give_refund"
    REFUND_FELL = "refund_fell"
    SHIPPING_FELL = "shipping_fell"
    BONUS = "bonus"
    TELL_KEPT = "tell_kept"
    CLOSE = "close"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is left to the shop's staff: of what kind, and in plain words."""

    kind: TaskKind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Our record of one request; every change makes a new value.

    `tasks` are what is left to the shop's staff, `promise` how what an approval
    promised stands. Of an `erased` case nothing personal is left; of a
    `locked` one nobody can read it now.
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
    tasks: tuple[Task, ...] = ()
    promise: Promise | None = None
    erased: bool = False
    locked: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether a person has the next word, as `archive.promises` finds it."""
        if self.status in WAITING:
            return True
        left = self.promise is Promise.LEFT
        return self.approved and (left or (self.erased and self.owed))

    @property
    def approved(self) -> bool:
        """Tell whether the request was approved by us."""
        return self.status is Status.ANSWERED and self.outcome is Outcome.APPROVE

    @property
    def owed(self) -> bool:
        """Tell whether what was promised is still to be given."""
        return self.promise is Promise.OWED

    @property
    def to_do(self) -> tuple[str, ...]:
        """What is left to staff, as it is read."""
        return tuple(task.text for task in self.tasks)

    def with_task(self, task: Task) -> Case:
        """Return the case with a task more, once."""
        return replace(self, tasks=tuple(dict.fromkeys((*self.tasks, task))))

    def without_tasks(self, *kinds: TaskKind) -> Case:
        """Return the case without its tasks of some kinds, which are done."""
        left = (task for task in self.tasks if task.kind not in kinds)
        return replace(self, tasks=tuple(left))

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
