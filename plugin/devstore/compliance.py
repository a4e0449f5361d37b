"""Privacy: what the store asks of an app by law, as Shopify's compliance webhooks.

They reach shops that removed the app too, until everything of a shop was to be erased.
"""

from __future__ import annotations

from typing import Any

from plugin.devstore.errors import Rejected
from plugin.devstore.ids import number_of
from plugin.devstore.model import Customer, Order
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

DATA_REQUEST = "customers/data_request"
REDACT = "customers/redact"
REDACT_SHOP = "shop/redact"
SHOP_WAITS_SECONDS = 48 * 3600
CUSTOMER_WAITS_SECONDS = 10 * 86400


def request_data(store: Store, shop: Shop, order: Order) -> None:
    """Ask the app for what it holds about the customer of an order."""
    asked = {"id": store.ids.number()}
    body = {**_about(shop, order, "orders_requested"), "data_request": asked}
    store.oblige(shop, DATA_REQUEST, body)


def erase_customer(
    store: Store,
    shop: Shop,
    order: Order,
    wait_seconds: float = CUSTOMER_WAITS_SECONDS,
) -> None:
    """Erase the customer of an order here, and ask the app for it after a while."""
    body = _about(shop, order, "orders_to_redact")
    erased = _orders_of(shop, order)
    if order.customer is not None:
        shop.customers.pop(order.customer.id, None)
    for each in erased:
        each.customer, each.email = None, None

    def ask() -> None:
        with store.lock:
            store.oblige(shop, REDACT, body)

    _later(store, wait_seconds, ask)


def erase_shop_later(
    store: Store, shop: Shop, wait_seconds: float = SHOP_WAITS_SECONDS
) -> None:
    """Ask for all of a shop to be erased, unless the app is there again by then."""
    left = shop.installs

    def ask() -> None:
        with store.lock:
            if not shop.installed and shop.installs == left:
                body = {"shop_id": number_of(shop.id), "shop_domain": _domain(shop)}
                store.oblige(shop, REDACT_SHOP, body)

    _later(store, wait_seconds, ask)


def _later(store: Store, seconds: float, ask: Any) -> None:
    if seconds <= 0:
        ask()
    else:
        store.agenda.after(store.clock.real_seconds(seconds), ask)


def _about(shop: Shop, order: Order, orders: str) -> dict[str, Any]:
    mine = _orders_of(shop, order)
    return {
        "shop_id": number_of(shop.id),
        "shop_domain": _domain(shop),
        "customer": _person(order),
        orders: [number_of(each.id) for each in mine],
    }


def _person(order: Order) -> dict[str, Any]:
    """Name a customer; one who bought as a guest has an address only."""
    customer: Customer | None = order.customer
    if customer is not None:
        return {
            "id": number_of(customer.id),
            "email": customer.email,
            "phone": customer.phone,
        }
    if order.email is None:
        raise Rejected("nobody is behind this order any more", code="INVALID")
    return {"email": order.email}


def _orders_of(shop: Shop, order: Order) -> list[Order]:
    if order.customer is not None:
        return list(order.customer.orders)
    return [each for each in shop.orders.values() if each.email == order.email]


def _domain(shop: Shop) -> str:
    return shop.myshopify_domain
