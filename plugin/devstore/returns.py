"""What happens to a return: asked for, approved, declined, canceled."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.devstore import payloads
from plugin.devstore.errors import Rejected
from plugin.devstore.mail import send_mail
from plugin.devstore.model import (
    FulfillmentLineItem,
    Order,
    Return,
    ReturnDecline,
    ReturnLineItem,
)
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

LONGEST_CUSTOMER_NOTE = 300
LONGEST_DECLINE_NOTE = 500
APPROVED = "Your return {name} was approved. Instructions will follow."


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    """One line a customer wants to send back."""

    line_item_id: str
    quantity: int
    reason: str
    note: str | None = None


def request_return(
    store: Store, shop: Shop, order: Order, asked: list[AskedLine]
) -> Return:
    """Record a customer's request and tell the app."""
    if not asked:
        raise Rejected("choose at least one line", code="BLANK", field=["lines"])
    lines = [_line(store, shop, order, each) for each in asked]
    made = Return(
        id=store.ids.gid("Return"),
        name=f"{order.name}-R{len(order.returns) + 1}",
        order=order,
        created_at=store.clock.now(),
        return_line_items=lines,
    )
    order.returns.append(made)
    order.updated_at = made.created_at
    shop.returns[made.id] = made
    payload = payloads.return_requested(made)
    store.fire(shop, "returns/request", payload, order=order, about=made)
    return made


def approve(
    store: Store, shop: Shop, asked: Return, *, by: str, notify: bool = False
) -> None:
    """Open a requested return."""
    _decide(store, asked, status="OPEN", by=by)
    asked.request_approved_at = asked.decided_at
    if notify:
        text = APPROVED.format(name=asked.name)
        send_mail(store, asked.order, subject="Return approved", text=text)
    payload = payloads.return_requested(asked)
    store.fire(shop, "returns/approve", payload, order=asked.order, about=asked)


def decline(
    store: Store,
    shop: Shop,
    asked: Return,
    decline: ReturnDecline,
    *,
    by: str,
    notify: bool = False,
) -> None:
    """Decline a requested return; a note reaches the customer word for word."""
    if len(decline.note or "") > LONGEST_DECLINE_NOTE:
        message = f"Decline note is too long (maximum is {LONGEST_DECLINE_NOTE})"
        raise Rejected(message, code="TOO_LONG", field=["input", "declineNote"])
    _decide(store, asked, status="DECLINED", by=by)
    asked.decline = decline
    if notify:
        text = decline.note or ""
        send_mail(store, asked.order, subject="Return declined", text=text)
    payload = payloads.return_declined(asked)
    store.fire(shop, "returns/decline", payload, order=asked.order, about=asked)


def cancel(store: Store, shop: Shop, asked: Return) -> None:
    """Take a requested return back, as its customer."""
    _decide(store, asked, status="CANCELED", by="customer")
    payload = payloads.return_canceled(asked)
    store.fire(shop, "returns/cancel", payload, order=asked.order, about=asked)


def _decide(store: Store, asked: Return, *, status: str, by: str) -> None:
    if asked.status != "REQUESTED":
        message = "Return is not in the requested state"
        raise Rejected(message, code="INVALID_STATE", field=["input", "id"])
    asked.status = status
    asked.decided_at = asked.order.updated_at = store.clock.now()
    asked.decided_by = by


def _line(store: Store, shop: Shop, order: Order, asked: AskedLine) -> ReturnLineItem:
    shipped = _shipped(order, asked.line_item_id)
    if not 1 <= asked.quantity <= _returnable(order, shipped):
        raise Rejected("quantity is more than can be returned", code="INVALID")
    if len(asked.note or "") > LONGEST_CUSTOMER_NOTE:
        message = f"note is too long (maximum is {LONGEST_CUSTOMER_NOTE})"
        raise Rejected(message, code="TOO_LONG", field=["lines", "note"])
    if asked.reason not in shop.reasons:
        raise Rejected("reason is not in the library", code="NOT_FOUND")
    price = shipped.line_item.discounted_unit_price_after_all_discounts_set
    return ReturnLineItem(
        id=store.ids.gid("ReturnLineItem"),
        quantity=asked.quantity,
        customer_note=asked.note or None,
        return_reason_definition=shop.reasons[asked.reason],
        fulfillment_line_item=shipped,
        with_code_discounted_total_price_set=price.times(asked.quantity),
    )


def _shipped(order: Order, line_item_id: str) -> FulfillmentLineItem:
    for fulfillment in order.fulfillments:
        for shipped in fulfillment.fulfillment_line_items:
            if shipped.line_item.id == line_item_id:
                return shipped
    raise Rejected("line is not a shipped line of this order", code="NOT_FOUND")


def _returnable(order: Order, shipped: FulfillmentLineItem) -> int:
    taken = sum(
        line.quantity
        for asked in order.returns
        if asked.status not in {"DECLINED", "CANCELED"}
        for line in asked.return_line_items
        if line.fulfillment_line_item is shipped
    )
    return shipped.quantity - taken
