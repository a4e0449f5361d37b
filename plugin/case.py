"""Case: one request as we remember it, from first word to closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from plugin.policy.decision import Ground, Outcome
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """The words the customer reads, and their language (BCP 47)."""

    language: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One line of a request in words: what, how many, why."""

    title: str
    quantity: int
    reason: str | None
    note: str


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
    """Our record of one request; every change makes a new value."""

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
    offer: Offer | None = None
    letter: Letter | None = None
    code: str | None = None

    def stale_on(self, day: date) -> bool:
        """Tell whether the offer in the letter has ended by a day."""
        return self.offer is not None and self.offer.ends_on < day

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
