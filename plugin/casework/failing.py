"""Failing: a refund of which less is there than was seen goes to a person, once."""

from __future__ import annotations

from plugin.case import (
    ASTRAY,
    PAID,
    UNDONE,
    Case,
    Entry,
    Task,
    TaskKind,
)
from plugin.casework.arriving import FELL, Moved, arrived, said
from plugin.casework.comparing import Audit, ending
from plugin.casework.counting import counted, numbered
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


def fell_as(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> str | None:
    """Name the entry of a refund that did not arrive; None where others tell of it."""
    if _is_undone(shelf, case, refund, found):
        # It was seen, and counted, as given.
        return numbered(f"{UNDONE}{refund.refund_id}", shelf.keys(case.return_id))
    theirs = ending(refund) is not Moved.YES and not found.ours
    return f"{ASTRAY}{refund.refund_id}" if theirs else None


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
    told = f"{UNDONE}{refund.refund_id}"
    known = any(key.startswith(told) for key in shelf.keys(case.return_id))
    return found.ours and ending(refund) is not Moved.YES and not known


def leave_failed(
    shelf: Shelf, case: Case, refund: RefundSeen, found: Audit, key: str
) -> None:
    """Let a person look at a refund that did not arrive, once.

    From now on what is left of it counts.
    """
    if shelf.has(case.return_id, key):
        return
    whole = Money.of(refund.amount, refund.currency)
    there = Money(amount=arrived(refund.payments), currency=refund.currency)
    part = f" only {said(there)} went back; the rest" if there.amount else ""
    text = (
        f"{'Of a' if part else 'A'} refund of {said(whole)}{part} {FELL}; look at it."
    )
    task = Task(kind=TaskKind.REFUND_FELL, text=text)
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
