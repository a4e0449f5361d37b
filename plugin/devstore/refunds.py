"""Refunds the merchant's staff gives in the admin."""

from __future__ import annotations

from decimal import Decimal

from plugin.devstore import payloads
from plugin.devstore.errors import Rejected
from plugin.devstore.model import Order, Refund, Return
from plugin.devstore.money import MoneyBag
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store


def refund_order(
    store: Store, shop: Shop, order: Order, *, amount: Decimal | None = None
) -> Refund:
    """Give money back, all that is left or an amount, and tell the app."""
    given = refundable(order) if amount is None else amount
    if not 0 < given <= refundable(order):
        raise Rejected("amount is more than was paid", code="INVALID")
    made = Refund(
        id=store.ids.gid("Refund"),
        order=order,
        return_=_open_return(order),
        created_at=store.clock.now(),
        note=None,
        total_refunded_set=order.rate.bag(given),
    )
    _book(shop, made)
    store.fire(
        shop,
        "refunds/create",
        payloads.refund_created(made, shop),
        order=order,
        about=made.return_,
    )
    return made


def total_price(order: Order) -> MoneyBag:
    """What was paid for an order."""
    return order.rate.total(
        item.discounted_unit_price_after_all_discounts_set.times(item.quantity)
        for item in order.line_items
    )


def total_refunded(order: Order) -> MoneyBag:
    """What was given back of an order."""
    return order.rate.total(refund.total_refunded_set for refund in order.refunds)


def refundable(order: Order) -> Decimal:
    """What may still be given back, in the shop's currency."""
    refunded = total_refunded(order).shop_money.amount
    return total_price(order).shop_money.amount - refunded


def financial_status(order: Order) -> str:
    """How much of an order is paid and kept."""
    if not order.refunds:
        return "PAID"
    return "PARTIALLY_REFUNDED" if refundable(order) else "REFUNDED"


def _open_return(order: Order) -> Return | None:
    return next((each for each in order.returns if each.status == "OPEN"), None)


def _book(shop: Shop, made: Refund) -> None:
    shop.refunds[made.id] = made
    made.order.refunds.append(made)
    made.order.updated_at = made.created_at
    if made.return_ is not None:
        made.return_.refunds.append(made)
        for line in made.return_.return_line_items:
            line.refunded_quantity = line.quantity
