"""Failing: a refund of which less is there than was seen goes to a person, once."""

from __future__ import annotations

from decimal import Decimal

from plugin.case import (
    ASTRAY,
    PAID,
    UNDONE,
    Case,
    Entry,
    Promise,
    Task,
    TaskKind,
)
from plugin.casework.arriving import FELL, Moved, arrived, said
from plugin.casework.comparing import Audit, ending
from plugin.casework.counting import counted, named, numbered
from plugin.casework.covering import Seen, lacks_shipping
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


def fell_as(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> str | None:
    """Name the entry of a refund that did not arrive; None where others tell of it."""
    if _is_undone(shelf, case, refund, found):
        # It was seen, and counted, as given.
        return numbered(f"{UNDONE}{refund.refund_id}", shelf.keys(case.return_id))
    theirs = ending(refund) is not Moved.YES and not found.ours
    astray = theirs and not _is_told(shelf, case, refund)
    return f"{ASTRAY}{refund.refund_id}" if astray else None


def _is_undone(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether less of a refund is there than was counted when it was seen."""
    paid = shelf.has(case.return_id, PAID)
    if found.ours and not paid:
        # What ours came to is told by whoever gives it, up to when it counts as paid.
        return False
    was = counted(shelf, case.return_id).get(refund.refund_id)
    less = was and was.goods + was.shipping > found.goods + found.shipping
    # Of which part the rest is nobody can tell any more, once the case was erased.
    unsure = was and found.doubtful and not was.doubtful
    if less or (unsure and ending(refund) is not Moved.YES):
        return True
    # Also where we died between its audit and this.
    fell = found.ours and ending(refund) is not Moved.YES
    return fell and not _is_told(shelf, case, refund)


def _is_told(shelf: Shelf, case: Case, refund: RefundSeen) -> bool:
    """Tell whether a refund was said before to have fallen once it was counted."""
    keys = shelf.keys(case.return_id)
    undone = (named(key, UNDONE) for key in keys if key.startswith(UNDONE))
    return refund.refund_id in undone


def leave_failed(
    shelf: Shelf, case: Case, refund: RefundSeen, found: Audit, key: str
) -> None:
    """Let a person look at a refund that did not arrive, once.

    From now on what is left of it counts.
    """
    if shelf.has(case.return_id, key):
        return
    task = _task(refund)
    body = {
        "amount": refund.amount,
        "currency": refund.currency,
        "goods": found.goods,
        "shipping": found.shipping,
        "doubtful": found.doubtful,
        "verdict": found.verdict,
    }
    kind = "undone" if key.startswith(UNDONE) else "event"
    entry = Entry(key=key, kind=kind, body=body)
    shelf.amend(case.return_id, lambda now: now.with_task(task), entry)


def owe_again(shelf: Shelf, case: Case, refund: RefundSeen) -> None:
    """Let a person look, once, where shipping fell through that a case counted on.

    It was given for another return of the order, which does not owe it.
    """
    if ending(refund) is Moved.YES or not Decimal(refund.shipping):
        return

    def owed(now: Case) -> Case | None:
        kept = now.approved and now.promise is Promise.DONE
        lacks = kept and lacks_shipping(shelf, now, Seen.of(refund))
        return now.with_task(_task(refund)) if lacks else None

    body = {"amount": refund.amount, "currency": refund.currency}
    entry = Entry(key=f"{ASTRAY}{refund.refund_id}", kind="event", body=body)
    if not shelf.has(case.return_id, entry.key):
        shelf.amend(case.return_id, owed, entry)


def _task(refund: RefundSeen) -> Task:
    whole = Money.of(refund.amount, refund.currency)
    there = Money(amount=arrived(refund.payments), currency=refund.currency)
    part = f" only {said(there)} went back; the rest" if there.amount else ""
    text = (
        f"{'Of a' if part else 'A'} refund of {said(whole)}{part} {FELL}; look at it."
    )
    return Task(kind=TaskKind.REFUND_FELL, text=text)
