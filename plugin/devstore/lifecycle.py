"""What becomes of returns, orders, shops and grants after the first day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from plugin.devstore import marks, payloads
from plugin.devstore.clock import iso
from plugin.devstore.errors import Rejected
from plugin.devstore.ids import number_of
from plugin.devstore.model import (
    Customer,
    ExchangeLineItem,
    MailingAddress,
    Order,
    Return,
)
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

APP_INSTALLATION_NUMBER = 548380009
SHOP_FIELDS = ("name", "email", "currency_code", "iana_timezone")


def close_return(store: Store, shop: Shop, found: Return) -> None:
    """Close an open return: everything that was to be done is done."""
    _move(store, found, was="OPEN", to="CLOSED")
    found.closed_at = store.clock.now()
    _tell_return(store, shop, found, "returns/close")


def reopen_return(store: Store, shop: Shop, found: Return) -> None:
    """Open a closed return again."""
    _move(store, found, was="CLOSED", to="OPEN")
    found.closed_at = None
    _tell_return(store, shop, found, "returns/reopen")


def cancel_open_return(store: Store, shop: Shop, found: Return) -> None:
    """Cancel an approved return nothing has come back of, as staff."""
    if found.refunds:
        raise Rejected("Return has been refunded already", code="INVALID_STATE")
    _move(store, found, was="OPEN", to="CANCELED")
    _tell_return(store, shop, found, "returns/cancel")


def take_in(store: Store, shop: Shop, found: Return) -> None:
    """Process everything of an open return without a refund, as staff."""
    if found.status != "OPEN":
        raise Rejected("Return is not open", code="INVALID_STATE")
    for line in found.return_line_items:
        line.processed_quantity = line.quantity
    found.order.updated_at = store.clock.now()
    store.fire(shop, "returns/process", {}, order=found.order, about=found)


def add_exchange(store: Store, shop: Shop, found: Return) -> None:
    """Put another piece of the first line into an open return, as staff."""
    if found.status != "OPEN":
        raise Rejected("Return is not open", code="INVALID_STATE")
    item = found.return_line_items[0].fulfillment_line_item.line_item
    made = ExchangeLineItem(
        id=store.ids.gid("ExchangeLineItem"), title=item.title, quantity=1
    )
    found.exchange_line_items.append(made)
    _tell_removals(store, shop, found, {})


def remove_from_return(store: Store, shop: Shop, found: Return) -> None:
    """Take one piece of the last line out of an open return."""
    if found.status != "OPEN" or found.return_line_items[-1].refundable_quantity < 1:
        raise Rejected("Nothing can be removed from this return", code="INVALID_STATE")
    line = found.return_line_items[-1]
    line.quantity -= 1
    _tell_removals(store, shop, found, {line.id: -1})


def _tell_removals(
    store: Store, shop: Shop, found: Return, deltas: dict[str, int]
) -> None:
    removals = [
        {"admin_graphql_api_id": id, "delta": delta} for id, delta in deltas.items()
    ]
    found.order.updated_at = store.clock.now()
    body = {
        "admin_graphql_api_id": found.id,
        "return_line_items": {"removals": removals},
        "restocking_fees": {"updates": [], "removals": []},
        "return_shipping_fees": {"updates": [], "removals": []},
    }
    store.fire(shop, "returns/update", body, order=found.order, about=found)


def take_out(
    store: Store, shop: Shop, found: Return, given: list[dict[str, Any]]
) -> None:
    """Take lines out of an open return, or a requested one where the shop lets that."""
    states = ("OPEN", "REQUESTED") if shop.edits_requests else ("OPEN",)
    if found.status not in states:
        raise Rejected("Return cannot be changed", code="INVALID_STATE")
    lines = {line.id: line for line in found.return_line_items}
    for each in given:
        line = lines.get(each["returnLineItemId"])
        if line is None or not 0 < each["quantity"] <= line.refundable_quantity:
            raise Rejected("Quantity is more than the return has", code="INVALID")
    for each in given:
        lines[each["returnLineItemId"]].quantity -= each["quantity"]
    left = [line for line in found.return_line_items if line.quantity]
    found.return_line_items = left
    _tell_removals(
        store, shop, found, {e["returnLineItemId"]: -e["quantity"] for e in given}
    )


def cancel_order(store: Store, shop: Shop, order: Order) -> None:
    """Cancel an order; its returns stay as they are."""
    if order.cancelled_at is not None:
        raise Rejected("Order has been cancelled already", code="INVALID")
    order.cancelled_at = order.updated_at = store.clock.now()
    store.fire(shop, "orders/cancelled", _order(order, shop), order=order)


def mark_owner(
    store: Store, owner: Order | Customer, tags: list[str], fields: dict[str, str]
) -> None:
    """Put tags and the shop's own metafields on an order or a customer, as staff."""
    owner.tags = list(dict.fromkeys([*owner.tags, *tags]))
    for key, value in fields.items():
        marks.set_own_metafield(store, owner, key, value)


def change_shop(store: Store, shop: Shop, changes: dict[str, Any]) -> None:
    """Change a shop's own particulars, and tell the app."""
    unknown = sorted(set(changes) - set(SHOP_FIELDS))
    if unknown:
        raise Rejected(f"a shop has no {', '.join(unknown)} to change", code="INVALID")
    if changes.get("iana_timezone", "UTC") not in available_timezones():
        raise Rejected("there is no such time zone", code="INVALID")
    for name, value in changes.items():
        setattr(shop, name, str(value))
    store.fire(shop, "shop/update", payloads.app_uninstalled(shop))


def change_customer(order: Order, given: dict[str, Any]) -> None:
    """Give the customer of an order, and the order, other particulars."""
    if order.customer is not None:
        for name in ("name", "email", "phone"):
            setattr(
                order.customer, name, given.get(name, getattr(order.customer, name))
            )
    order.email = given.get("email", order.email)
    order.note = given.get("note", order.note)
    order.note_attributes.update(given.get("attributes", {}))
    order.shipping_address = replace(
        order.shipping_address,
        name=given.get("name"),
        address1=given.get("address1"),
    )


def change_scopes(store: Store, shop: Shop, scopes: frozenset[str]) -> None:
    """Grant a shop's app other scopes, and tell it.

    What was taken away works no more at once; what was added works with the next
    token that a merchant's session brings.
    """
    before, shop.scopes = shop.scopes, scopes
    body = {
        "id": APP_INSTALLATION_NUMBER,
        "shop_id": f"gid://shopify/Shop/{number_of(shop.id)}",
        "previous": sorted(before),
        "current": sorted(scopes),
        "updated_at": iso(store.clock.now()),
    }
    store.fire(shop, "app/scopes_update", body)


def _move(store: Store, found: Return, *, was: str, to: str) -> None:
    if found.status != was:
        message = f"Return is not {was.lower()}"
        raise Rejected(message, code="INVALID_STATE", field=["id"])
    found.status = to
    found.order.updated_at = store.clock.now()


def _tell_return(store: Store, shop: Shop, found: Return, topic: str) -> None:
    body = {
        **payloads.reference(found.id),
        "order_id": number_of(found.order.id),
        "status": found.status.lower(),
    }
    store.fire(shop, topic, body, order=found.order, about=found)


def _order(order: Order, shop: Shop) -> dict[str, Any]:
    """The body of orders/cancelled: the order, its customer and all."""
    customer = order.customer
    return {
        **payloads.reference(order.id),
        "name": order.name,
        "order_number": order.number,
        "cancel_reason": "customer",
        "cancelled_at": order.cancelled_at and iso(order.cancelled_at),
        "created_at": iso(order.created_at),
        "currency": shop.currency_code,
        "email": order.email,
        "customer": customer and _customer(customer),
        "shipping_address": _address(order.shipping_address),
        "note": order.note,
        "note_attributes": [
            {"name": name, "value": value}
            for name, value in order.note_attributes.items()
        ],
        "line_items": [
            {**payloads.reference(item.id), "title": item.title, "sku": item.sku}
            for item in order.line_items
        ],
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        **payloads.reference(customer.id),
        "email": customer.email,
        "phone": customer.phone,
        "first_name": customer.name,
    }


def _address(address: MailingAddress) -> dict[str, Any]:
    return {
        "name": address.name,
        "address1": address.address1,
        "country_code": address.country_code_v2,
        "province_code": address.province_code,
    }
