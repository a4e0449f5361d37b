"""Attributing: which cases a refund that was seen is about, and whether it is ours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from plugin.case import PAID, PAYMENT_FAILED, Case, Status
from plugin.casework.reckoning import gives_shipping
from plugin.casework.recognizing import note_of, plans
from plugin.casework.turns import PENDING, is_ended
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


def cases_of(shelf: Shelf, refund: RefundSeen) -> list[Case]:
    """Find the cases of its order that a refund without a return is about.

    What was given before a return was asked for is about none.
    """
    there = shelf.on_order(refund.order_id)
    ours = [case for case in there if refund.note == note_of(case)]
    about = ours or [case for case in there if _is_about(shelf, case, refund, there)]
    if len(there) == 1 and there[0].erased:
        # Nobody knows its items any more; there is no other case that it may be about.
        about = there
    return [case for case in about if case in ours or _is_since(shelf, case, refund)]


def _is_since(shelf: Shelf, case: Case, refund: RefundSeen) -> bool:
    """Tell whether a refund was made once a case was asked for.

    Of an erased one only our own opening of it is known, which is later.
    """
    facts = shelf.body(case.return_id, "facts") or {}
    asked = facts.get("requested_at")
    since = datetime.fromisoformat(asked) if asked else shelf.opened_at(case.return_id)
    if refund.created_at is None or since is None:
        return True
    # The platform tells whole seconds.
    return refund.created_at >= since.replace(microsecond=0)


def _is_about(shelf: Shelf, case: Case, refund: RefundSeen, there: list[Case]) -> bool:
    """Tell whether a refund without a return may be about a case's items.

    One that names no items is taken to be about a refusal: somebody should look; or
    about the order's only approval, staff's own among them, for which it may count.
    Shipping alone counts for whatever promised it. Of the oldest cases only the titles
    are known.
    """
    if not refund.items:
        approved = [one for one in there if one.approved or _by_staff(shelf, one)]
        only = approved == [case] and case.approved
        ships = case.approved and gives_shipping(case) and not Decimal(refund.goods)
        return only or ships or case.outcome is Outcome.DECLINE
    known = {asked.item_id for asked in case.asked}
    if None not in known:
        return not known.isdisjoint(line.item_id for line in refund.lines)
    return not {asked.title for asked in case.asked}.isdisjoint(refund.items)


def _by_staff(shelf: Shelf, case: Case) -> bool:
    """Tell whether staff may have approved a return themselves."""
    if case.status is not Status.SUPERSEDED:
        return False
    # The first where they did before we could look at it; erased cases have neither.
    keys = ("outcome", f"outcome:{Status.SUPERSEDED.value}")
    found = (shelf.body(case.return_id, key) for key in keys)
    return all(one is None or one["platform"] != "DECLINED" for one in found)


def is_early(case: Case, refund: RefundSeen) -> bool:
    """Tell whether staff refunded for nothing that is named before money was left.

    It may be for anything, and counts only once staff are to give what is owed.
    """
    names = refund.return_id is not None or refund.lines
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
    if is_ended(shelf.keys(case.return_id)):
        # What is given of the same amount since is staff's.
        return False
    return Money.of(refund.amount, refund.currency) in plans(shelf, case)
