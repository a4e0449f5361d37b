"""Payment disputes: a customer's bank takes the money back, or asks first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plugin.devstore.clock import iso, iso_or_none
from plugin.devstore.errors import Rejected
from plugin.devstore.ids import number_of
from plugin.devstore.model import Order
from plugin.devstore.payments import total_price
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

OPEN = ("NEEDS_RESPONSE", "UNDER_REVIEW")
ENDED = ("ACCEPTED", "LOST", "PREVENTED", "WON")
TIME_TO_ANSWER = timedelta(days=9)


@dataclass(kw_only=True, eq=False)
class OrderDisputeSummary:
    """One dispute of an order's payment."""

    id: str
    initiated_as: str
    status: str
    initiated_at: datetime
    finalized_on: datetime | None = None


def open_dispute(
    store: Store, shop: Shop, order: Order, *, kind: str
) -> OrderDisputeSummary:
    """Let a customer dispute an order's payment, and tell the app."""
    made = OrderDisputeSummary(
        id=store.ids.gid("OrderDisputeSummary"),
        initiated_as=kind,
        status="NEEDS_RESPONSE",
        initiated_at=store.clock.now(),
    )
    order.disputes.append(made)
    _tell(store, shop, order, made, "disputes/create")
    return made


def move_dispute(store: Store, shop: Shop, order: Order, *, status: str) -> None:
    """Bring the newest dispute of an order to another status, and tell the app."""
    found = order.disputes[-1] if order.disputes else None
    if not isinstance(found, OrderDisputeSummary):
        raise Rejected("the order has no dispute", code="NOT_FOUND")
    found.status = status
    if status in ENDED:
        found.finalized_on = store.clock.now()
    _tell(store, shop, order, found, "disputes/update")


def _tell(
    store: Store, shop: Shop, order: Order, dispute: OrderDisputeSummary, topic: str
) -> None:
    order.updated_at = store.clock.now()
    store.fire(shop, topic, _payload(shop, order, dispute), order=order)


def _payload(shop: Shop, order: Order, dispute: OrderDisputeSummary) -> dict[str, Any]:
    """The body of disputes/create and disputes/update; it has no gids."""
    paid = total_price(order).shop_money
    due = dispute.initiated_at + TIME_TO_ANSWER
    return {
        "id": number_of(dispute.id),
        "order_id": number_of(order.id),
        "type": dispute.initiated_as.lower(),
        "amount": str(paid.amount),
        "currency": shop.currency_code,
        "reason": "product_not_received",
        "network_reason_code": "13.1",
        "status": dispute.status.lower(),
        "evidence_due_by": iso(due),
        "evidence_sent_on": None,
        "finalized_on": iso_or_none(dispute.finalized_on),
        "initiated_at": iso(dispute.initiated_at),
    }
