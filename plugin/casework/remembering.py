"""Remembering: what customers ask for is written down beside what they asked before."""

from __future__ import annotations

from datetime import datetime

from plugin.case import Case, Request
from plugin.past import PastItem, PastRefund, PastReturn
from plugin.ports import RefundSeen, Shelf


def remember_request(shelf: Shelf, request: Request) -> None:
    """Write down a return as it was read."""
    asked_at = request.facts.requested_at
    if asked_at is None:
        return
    lines = request.facts.lines
    past = PastReturn(
        return_id=request.return_id,
        order_id=request.order_id,
        customer_id=request.customer_id,
        requested_at=asked_at,
        status=request.status,
        items=sum(line.quantity for line in lines),
    )
    items = [
        PastItem(
            line_id=line.id,
            return_id=request.return_id,
            quantity=line.quantity,
            reason=line.reason,
        )
        for line in lines
    ]
    shelf.remember_return(past, items)


def remember_refund(
    shelf: Shelf, refund: RefundSeen, case: Case | None, at: datetime
) -> None:
    """Write down a refund; whose it is says the case that it is about."""
    shelf.remember_refund(
        PastRefund(
            refund_id=refund.refund_id,
            return_id=refund.return_id,
            order_id=refund.order_id,
            customer_id=None if case is None else case.customer_id,
            refunded_at=at,
            amount=refund.amount,
            currency=refund.currency,
        )
    )
