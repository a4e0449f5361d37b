"""Sharing: what of a refund is for the items of a case, and whether that is sure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from plugin.case import Case
from plugin.casework.splitting import PLAN, REMOVED
from plugin.ports import RefundedItem, RefundSeen, Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What of a refund's goods is a case's; `sure` where it can be nobody else's."""

    goods: Decimal
    sure: bool


def share_of(shelf: Shelf, case: Case, refund: RefundSeen, *, ours: bool) -> Share:
    """Tell what of a refund is for a case's items.

    A refund of its return, and our own, is all for them; so is an amount that names no
    items, where it is about the case at all. Else it tells by the pieces: they are the
    case's for sure where every piece that was sold is, or was paid back; and of what
    was given for other items too, what these cost is sure only if all was given.
    """
    whole = Decimal(refund.goods)
    if ours or refund.return_id is not None or not refund.lines:
        return Share(goods=whole, sure=True)
    asked = _pieces(shelf, case)
    if asked is None:
        return Share(goods=whole, sure=False)
    mine = sum((_cost(line, asked) for line in refund.lines), Decimal(0))
    every = sum((Decimal(line.amount) for line in refund.lines), Decimal(0))
    named = [line for line in refund.lines if asked[line.item_id]]
    pieces = all(line.sold in (asked[line.item_id], line.quantity) for line in named)
    if mine == every:
        return Share(goods=whole, sure=pieces)
    return Share(goods=min(whole, mine), sure=pieces and whole >= every)


def _cost(line: RefundedItem, asked: Counter[str]) -> Decimal:
    """Say what those pieces of a line cost that may be a case's."""
    pieces = min(line.quantity, asked[line.item_id])
    return Decimal(line.amount) * pieces / line.quantity if pieces else Decimal(0)


def _pieces(shelf: Shelf, case: Case) -> Counter[str] | None:
    """Count the pieces of each item that stayed in a return; None if nobody knows."""
    if case.erased or any(asked.item_id is None for asked in case.asked):
        return None
    taken_out = _taken_out(shelf, case)
    pieces: Counter[str] = Counter()
    for number, asked in enumerate(case.asked):
        if number not in taken_out:
            pieces[str(asked.item_id)] += asked.quantity
    return pieces


def _taken_out(shelf: Shelf, case: Case) -> frozenset[int]:
    """Number the lines of a request that were taken out of it, as they were asked."""
    if not shelf.has(case.return_id, REMOVED):
        return frozenset()
    plan = shelf.body(case.return_id, PLAN) or {"lines": {}}
    facts = shelf.body(case.return_id, "facts") or {"lines": ()}
    return frozenset(
        number
        for number, line in enumerate(facts["lines"])
        if line["id"] in plan["lines"]
    )
