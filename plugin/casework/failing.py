"""Failing: a refund of which less is there than was seen goes to a person, once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from plugin.case import (
    ASTRAY,
    LESS,
    PAID,
    REFUND_LEFT,
    UNDONE,
    Case,
    Entry,
    Promise,
    Task,
    TaskKind,
)
from plugin.casework.arriving import FELL, Moved, arrived, said
from plugin.casework.attributing import cases_of
from plugin.casework.comparing import Audit, ending
from plugin.casework.counting import counted, named, numbered
from plugin.casework.covering import Seen, missing_shipping, money_of
from plugin.casework.turns import is_asked, key_of, owes
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf

# What is noted of a refund that was counted before.
_FELL = (UNDONE, LESS)


def fell_as(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> str | None:
    """Name the entry of a refund that did not arrive; None where others tell of it."""
    if _is_undone(shelf, case, refund, found):
        # It was seen, and counted, as given.
        start = UNDONE if _tells(shelf, case, refund, found) else LESS
        return numbered(f"{start}{refund.refund_id}", shelf.keys(case.return_id))
    theirs = ending(refund) is not Moved.YES and not found.ours
    astray = theirs and not _is_told(shelf, case, refund)
    tells = astray and _tells(shelf, case, refund, found)
    return f"{ASTRAY}{refund.refund_id}" if tells else None


def _tells(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether a case is the one that says of a refund that it fell.

    Shipping alone counts for all that promised it: whose money is left to staff says
    it, else whose money was given, and of several the oldest.
    """
    if found.ours or refund.return_id or refund.lines or Decimal(refund.goods):
        return True
    ranks: dict[Promise | None, int] = {Promise.LEFT: 0, Promise.DONE: 1}
    there = [one for one in cases_of(shelf, refund) if one.approved]
    stand = [(ranks.get(money_of(shelf, one), 2), one.return_id) for one in there]
    first = min(stand, key=lambda each: each[0], default=(0, case.return_id))
    return not case.approved or first[1] == case.return_id


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
    """Tell whether a refund was noted before to have fallen once it was counted."""
    pairs = ((start, key) for key in shelf.keys(case.return_id) for start in _FELL)
    fell = (named(key, start) for start, key in pairs if key.startswith(start))
    return refund.refund_id in fell


def leave_failed(
    shelf: Shelf, case: Case, refund: RefundSeen, found: Audit, key: str
) -> None:
    """Let a person look at a refund that did not arrive, once.

    From now on what is left of it counts, also where another case tells of it.
    """
    if shelf.has(case.return_id, key):
        return
    body = {
        "amount": refund.amount,
        "currency": refund.currency,
        "goods": found.goods,
        "shipping": found.shipping,
        "doubtful": found.doubtful,
        "verdict": found.verdict,
    }
    kind = "undone" if key.startswith(_FELL) else "event"
    entry = Entry(key=key, kind=kind, body=body)
    if key.startswith(LESS):
        shelf.append(case.return_id, entry)
        return
    task = _task(refund)
    shelf.amend(case.return_id, lambda now: now.with_task(task), entry)


def owe_again(shelf: Shelf, case: Case, refund: RefundSeen) -> None:
    """Let a person look, once, where shipping fell through that a case counted on.

    It was given for another return of the order, which does not owe it. What the app
    might have given by itself is for that person, too.
    """
    missing = _missing(shelf, case, refund)
    if missing is None:
        return
    key = numbered(f"{ASTRAY}{refund.refund_id}", shelf.keys(case.return_id))
    why = f"{_given_with(shelf, case, refund)} {FELL}, and {said(missing)} are missing"
    text = f"{why[0].upper()}{why[1:]}; give that back yourself, and tell the customer."
    task = Task(kind=TaskKind.SHIPPING_FELL, text=text)

    def owed(now: Case) -> Case | None:
        still = _missing(shelf, now, refund) is not None
        return now.with_task(task) if still else None

    body = {"amount": refund.amount, "currency": refund.currency}
    entry = Entry(key=key, kind="event", body=body)
    shelf.amend(case.return_id, owed, *_end_of_turn(shelf, case, why), entry)


def _missing(shelf: Shelf, case: Case, refund: RefundSeen) -> Money | None:
    """Say what shipping is owed again, now that a refund is seen, if it fell."""
    if ending(refund) is Moved.YES or not Decimal(refund.shipping):
        return None
    kept = case.approved and money_of(shelf, case) is Promise.DONE
    return missing_shipping(shelf, case, Seen.of(refund)) if kept else None


def _given_with(shelf: Shelf, case: Case, refund: RefundSeen) -> str:
    """Name the shipping of a refund by the other return that it was given with."""
    there = shelf.on_order(case.order_id)
    others = (one for one in there if one.return_id != case.return_id)
    name = next(
        (
            f"return {one.return_name}"
            for one in others
            if refund.refund_id in counted(shelf, one.return_id)
        ),
        f"order {case.order_name}",
    )
    return f"the shipping that was given back with {name}"


def _end_of_turn(shelf: Shelf, case: Case, why: str) -> tuple[Entry, ...]:
    """Leave to staff what the app may still give of a case by itself."""
    keys = shelf.keys(case.return_id)
    if is_asked(keys) or not owes(replace(case, promise=Promise.LEFT), keys):
        return ()
    return (Entry(key=key_of(REFUND_LEFT, keys), kind="event", body={"why": why}),)


def _task(refund: RefundSeen) -> Task:
    whole = Money.of(refund.amount, refund.currency)
    there = Money(amount=arrived(refund.payments), currency=refund.currency)
    part = f" only {said(there)} went back; the rest" if there.amount else ""
    text = (
        f"{'Of a' if part else 'A'} refund of {said(whole)}{part} {FELL}; look at it."
    )
    return Task(kind=TaskKind.REFUND_FELL, text=text)
