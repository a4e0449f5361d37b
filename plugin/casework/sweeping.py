"""Sweeping: what a page of the platform's lists shows that we have not acted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from plugin.case import UNANSWERED, Case, Status
from plugin.casework.holding import CANCELLED, HELD, holds
from plugin.casework.reckoning import pays
from plugin.casework.turns import owes
from plugin.listed import ListedOrder, ListedRefund, ListedReturn, Page
from plugin.policy.remedies import Pays
from plugin.ports import Shelf

REQUESTED = "REQUESTED"
TOPICS = {
    "OPEN": "returns/approve",
    "CLOSED": "returns/approve",
    "DECLINED": "returns/decline",
    "CANCELED": "returns/cancel",
}


class Owed(Enum):
    """Which story is owed."""

    ANSWER = "answer"
    CHANGE = "change"
    REFUND = "refund"
    ORDER = "order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Debt:
    """A story that an event of `topic` would have started, and about what.

    `standing` tells that our own records show it was not told to its end; else only
    who starts it can know whether it ever was.
    """

    owed: Owed
    topic: str
    subject: str
    status: str
    happened_at: datetime
    standing: bool = True


def debts(shelf: Shelf, page: Page, *, since: datetime) -> tuple[Debt, ...]:
    """Compare a page with what we remember; what is in order owes nothing.

    What happened before `since` is owed only while it waits for an answer.
    """
    found = [debt for each in page.returns for debt in _of_return(shelf, each, since)]
    found += [debt for each in page.refunds for debt in _of_refund(shelf, each, since)]
    found += [debt for each in page.orders for debt in _of_order(shelf, each)]
    return tuple(found)


def _of_return(shelf: Shelf, seen: ListedReturn, since: datetime) -> Iterator[Debt]:
    case = shelf.find(seen.return_id)
    if case is None and (seen.status == REQUESTED or seen.requested_at >= since):
        yield _debt(Owed.ANSWER, "returns/request", seen, seen.requested_at)
    elif case is None:
        return
    elif seen.status == REQUESTED and case.status is Status.DECIDED:
        yield _debt(Owed.ANSWER, "returns/request", seen, seen.requested_at)
    elif seen.status in TOPICS and case.status in UNANSWERED:
        yield _debt(Owed.CHANGE, TOPICS[seen.status], seen, seen.changed_at)
    elif seen.status in ("OPEN", "CLOSED") and _waits_for_goods(shelf, case):
        yield _debt(Owed.CHANGE, "returns/close", seen, seen.changed_at)


def _waits_for_goods(shelf: Shelf, case: Case) -> bool:
    """Tell whether money goes back once the goods are in, and has not yet."""
    waits = pays(case) is Pays.ON_RECEIPT
    return waits and owes(case, shelf.keys(case.return_id))


def _of_refund(shelf: Shelf, seen: ListedRefund, since: datetime) -> Iterator[Debt]:
    known = seen.return_id is not None
    if seen.created_at < since:
        return
    if seen.return_id and shelf.has(seen.return_id, f"refund:{seen.refund_id}"):
        return
    yield Debt(
        owed=Owed.REFUND,
        topic="refunds/create",
        subject=seen.refund_id,
        status="",
        happened_at=seen.created_at,
        standing=known,
    )


def _of_order(shelf: Shelf, seen: ListedOrder) -> Iterator[Debt]:
    if next(holds(seen.state), None) is None:
        return
    for case in shelf.on_order(seen.order_id):
        keys = shelf.keys(case.return_id)
        wanted = (entry.key for entry in holds(seen.state, keys))
        key = next((key for key in wanted if key not in keys), None)
        if key is not None:
            yield Debt(
                owed=Owed.ORDER,
                topic=_topic(key),
                subject=seen.order_id,
                status=key,
                happened_at=seen.changed_at,
            )
            return


def _topic(key: str) -> str:
    if key == f"{HELD}{CANCELLED}":
        return "orders/cancelled"
    return "disputes/create" if key.startswith(HELD) else "disputes/update"


def _debt(owed: Owed, topic: str, seen: ListedReturn, happened_at: datetime) -> Debt:
    return Debt(
        owed=owed,
        topic=topic,
        subject=seen.return_id,
        status=seen.status,
        happened_at=happened_at,
    )
