"""Refunds in the store's books, and those the merchant's staff gives in the admin."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from plugin.devstore import payloads
from plugin.devstore.errors import Rejected
from plugin.devstore.model import (
    LineItem,
    Order,
    Refund,
    RefundShippingLine,
    Return,
)
from plugin.devstore.money import MoneyBag
from plugin.devstore.payments import refundable, take_from_sales, tax_on
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store


@dataclass(frozen=True, kw_only=True)
class RefundLineItem:
    """One item that money was given back for."""

    id: str
    line_item: LineItem
    quantity: int
    subtotal_set: MoneyBag
    total_tax_set: MoneyBag


def refund_order(
    store: Store,
    shop: Shop,
    order: Order,
    *,
    amount: Decimal | None = None,
    shipping: Decimal = Decimal(0),
    beside: bool = False,
) -> Refund:
    """Give money back, all that is left or an amount, and tell the app.

    `shipping` says how much of it was paid for the way there. An amount without a
    return names no items; `beside` gives it past a return that is open.
    """
    given = refundable(order) if amount is None else amount
    if not 0 < given <= refundable(order):
        raise Rejected("amount is more than was paid", code="INVALID")
    made = Refund(
        id=store.ids.gid("Refund"),
        order=order,
        return_=None if beside else _open_return(order),
        created_at=store.clock.now(),
        note=None,
        total_refunded_set=order.rate.bag(given),
    )
    made.transactions = take_from_sales(store, order, given)
    made.refund_line_items = _items(store, made, everything=amount is None)
    if shipping:
        made.refund_shipping_lines = [shipping_line(store, order, shipping)]
    if made.return_ is not None:
        for line in made.return_.return_line_items:
            line.refunded_quantity = line.quantity
    book(store, shop, made)
    return made


def book(store: Store, shop: Shop, made: Refund) -> None:
    """Write a refund into the store's books, and tell the app."""
    shop.refunds[made.id] = made
    made.order.refunds.append(made)
    made.order.transactions += made.transactions
    made.order.updated_at = made.created_at
    if made.return_ is not None:
        made.return_.refunds.append(made)
    payload = payloads.refund_created(made, shop)
    store.fire(shop, "refunds/create", payload, order=made.order, about=made.return_)


def _open_return(order: Order) -> Return | None:
    return next((each for each in order.returns if each.status == "OPEN"), None)


def _items(store: Store, made: Refund, *, everything: bool) -> list[object]:
    if made.return_ is not None:
        back = made.return_.return_line_items
        pairs = [(line.fulfillment_line_item.line_item, line.quantity) for line in back]
    else:
        items = made.order.line_items if everything else []
        pairs = [(item, item.quantity) for item in items]
    return [refund_item(store, made.order, *pair) for pair in pairs]


def refund_item(
    store: Store, order: Order, item: LineItem, quantity: int
) -> RefundLineItem:
    """What goes back of one item."""
    price = item.discounted_unit_price_after_all_discounts_set
    return RefundLineItem(
        id=store.ids.gid("RefundLineItem"),
        line_item=item,
        quantity=quantity,
        subtotal_set=price.times(quantity),
        total_tax_set=order.rate.bag(
            tax_on(order, price.times(quantity).shop_money.amount)
        ),
    )


def shipping_line(store: Store, order: Order, amount: Decimal) -> RefundShippingLine:
    """What goes back of the way there."""
    return RefundShippingLine(
        id=store.ids.gid("RefundShippingLine"),
        subtotal_amount_set=order.rate.bag(amount),
        tax_amount_set=order.rate.total([]),
    )
