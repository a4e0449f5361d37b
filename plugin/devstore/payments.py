"""What was paid for an order, by which gateway, and what of it may still go back."""

from __future__ import annotations

from decimal import Decimal

from plugin.devstore.errors import Rejected
from plugin.devstore.ids import Ids
from plugin.devstore.model import Order, OrderTransaction
from plugin.devstore.money import MoneyBag, rounded
from plugin.devstore.store import Store


def total_price(order: Order) -> MoneyBag:
    """What the goods of an order cost, without tax on top and the way there."""
    return order.rate.total(
        item.discounted_unit_price_after_all_discounts_set.times(item.quantity)
        for item in order.line_items
    )


def tax_on(order: Order, goods: Decimal) -> Decimal:
    """What the tax on goods comes to, which no price includes."""
    return rounded(goods * order.tax_percent / 100, order.rate.shop_currency)


def total_paid(order: Order) -> Decimal:
    """What was paid for an order, all together, in the shop's currency."""
    goods = total_price(order).shop_money.amount
    return goods + tax_on(order, goods) + order.shipping


def total_refunded(order: Order) -> MoneyBag:
    """What was given back of an order; no part of a refund that failed."""
    failed = [
        each.amount_set.times(-1)
        for refund in order.refunds
        for each in refund.transactions
        if each.failed
    ]
    given = [refund.total_refunded_set for refund in order.refunds]
    return order.rate.total([*given, *failed])


def shipping_left(order: Order) -> Decimal:
    """What of the way there was not given back yet; no more than is given at once."""
    given = [
        line.subtotal_amount_set.shop_money.amount
        for refund in order.refunds
        if not refund.transactions or any(not t.failed for t in refund.transactions)
        for line in refund.refund_shipping_lines
    ]
    return max(order.shipping - sum(given, Decimal(0)), Decimal(0))


def refundable(order: Order) -> Decimal:
    """What may still be given back, in the shop's currency."""
    return total_paid(order) - total_refunded(order).shop_money.amount


def financial_status(order: Order) -> str:
    """How much of an order is paid and kept."""
    if not order.refunds:
        return "PAID"
    return "PARTIALLY_REFUNDED" if refundable(order) else "REFUNDED"


def pay(ids: Ids, order: Order) -> None:
    """Let the customer pay an order, by each of its gateways alike."""
    gateways = order.payment_gateway_names or ["manual"]
    left = total_paid(order)
    for position, gateway in enumerate(gateways):
        share = left / (len(gateways) - position)
        amount = rounded(share, order.rate.shop_currency)
        left -= amount
        sale = OrderTransaction(
            id=ids.gid("OrderTransaction"),
            kind="SALE",
            gateway=gateway,
            amount_set=order.rate.bag(amount),
            created_at=order.created_at,
        )
        order.transactions.append(sale)


def left_of(order: Order, sale: OrderTransaction) -> Decimal:
    """What of one payment may still go back the way it came."""
    back = [
        each
        for each in order.transactions
        if each.parent_transaction is sale and not each.failed
    ]
    given = sum((each.amount_set.shop_money.amount for each in back), Decimal(0))
    return sale.amount_set.shop_money.amount - given


def shares(order: Order, amount: Decimal) -> list[tuple[OrderTransaction, Decimal]]:
    """Divide an amount over the payments it may go back to."""
    found = []
    for sale in (each for each in order.transactions if each.kind == "SALE"):
        share = min(amount, left_of(order, sale))
        if share > 0:
            found.append((sale, share))
            amount -= share
    return found


def take_from_sales(
    store: Store, order: Order, amount: Decimal
) -> list[OrderTransaction]:
    """Give an amount back, the oldest payment first."""
    return [refund_of(store, order, *share) for share in shares(order, amount)]


def refund_of(
    store: Store, order: Order, sale: OrderTransaction, amount: Decimal
) -> OrderTransaction:
    """Give part of one payment back; no more than is left of it."""
    if not 0 < amount <= left_of(order, sale):
        raise Rejected("Refund amount is more than the transaction has", code="INVALID")
    return OrderTransaction(
        id=store.ids.gid("OrderTransaction"),
        kind="REFUND",
        gateway=sale.gateway,
        amount_set=order.rate.bag(amount),
        created_at=store.clock.now(),
        parent_transaction=sale,
        status=order.refunds_end,
    )


def end_refunds(order: Order, status: str) -> None:
    """Let the gateways end what is pending of an order, and what goes back later."""
    order.refunds_end = status
    for each in order.transactions:
        if each.kind == "REFUND" and each.status == "PENDING":
            each.status = status


def fail_late(order: Order) -> None:
    """Let refunds that were through fail after all, as a bank may; nobody is told."""
    for each in order.transactions:
        if each.kind == "REFUND":
            each.status = "FAILURE"
