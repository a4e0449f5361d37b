"""Attributing: which cases a refund that was seen is about, and whether it is ours."""

from __future__ import annotations

from plugin.case import PAID, PAYMENT_FAILED, Case
from plugin.casework.recognizing import note_of, plans
from plugin.casework.turns import PENDING
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


def cases_of(shelf: Shelf, refund: RefundSeen) -> list[Case]:
    """Find the cases of its order that a refund without a return is about."""
    there = shelf.on_order(refund.order_id)
    ours = [case for case in there if refund.note == note_of(case)]
    about = ours or [case for case in there if _is_about(case, refund, there)]
    if len(there) == 1 and there[0].erased:
        # Nobody knows its items any more; there is no other case that it may be about.
        return there
    return about


def _is_about(case: Case, refund: RefundSeen, there: list[Case]) -> bool:
    """Tell whether a refund without a return may be about a case's items.

    One that names no items is taken to be about a refusal: somebody should look; or
    about the order's only approval, for which it may count. Of the oldest cases only
    the titles are known.
    """
    if not refund.items:
        only = [one for one in there if one.approved] == [case]
        return only or case.outcome is Outcome.DECLINE
    known = {asked.item_id for asked in case.asked}
    if None not in known:
        return not known.isdisjoint(line.item_id for line in refund.lines)
    return not {asked.title for asked in case.asked}.isdisjoint(refund.items)


def is_early(case: Case, refund: RefundSeen) -> bool:
    """Tell whether staff refunded for nothing that is named before money was left.

    It may be for anything, and counts only once staff are to give what is owed.
    """
    names = refund.return_id is not None or refund.items
    return case.approved and not names and not case.waits


def is_ours(shelf: Shelf, case: Case, refund: RefundSeen) -> bool:
    """Recognise our own refund, even before its answer was written down."""
    if refund.note == note_of(case):
        return True
    bodies = (
        shelf.body(case.return_id, key) for key in (PAID, PAYMENT_FAILED, PENDING)
    )
    made = (body["done"]["answer"]["refunds"] for body in bodies if body is not None)
    known = next((refunds for refunds in made if refunds), None)
    if known is not None:
        return refund.refund_id in known
    return Money.of(refund.amount, refund.currency) in plans(shelf, case)
