"""What a return comes to in money, as the platform would suggest it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plugin.devstore.errors import Rejected
from plugin.devstore.model import Order, Return, ReturnLineItem
from plugin.devstore.money import MoneyBag, rounded
from plugin.devstore.payments import refundable, shares, shipping_left, tax_on

Picked = list[tuple[ReturnLineItem, int]]


@dataclass(frozen=True, kw_only=True)
class RefundReturnOutcome:
    """Money that goes back."""

    amount: MoneyBag
    suggested_transactions: list[dict[str, Any]]


def pick_lines(asked: Return, given: list[dict[str, Any]]) -> Picked:
    """The lines of a return that were named, each with its quantity."""
    lines = {line.id: line for line in asked.return_line_items}
    picked = []
    for each in given:
        line = lines.get(each["id"])
        if line is None:
            raise Rejected("Return line item not found", code="NOT_FOUND")
        if not 0 < each["quantity"] <= line.quantity:
            raise Rejected("Quantity is more than the return has", code="INVALID")
        picked.append((line, int(each["quantity"])))
    return picked


def goods_of(picked: Picked) -> Decimal:
    """What the named pieces cost, without tax on top."""
    return sum((_price(line, quantity) for line, quantity in picked), Decimal(0))


def shipping_of(order: Order, given: dict[str, Any] | None) -> Decimal:
    """What of the way there goes back too, in the shop's currency."""
    named = (given or {}).get("shippingRefundAmount")
    if named is not None:
        return in_shop_money(order, named)
    return shipping_left(order) if (given or {}).get("fullRefund") else Decimal(0)


def in_shop_money(order: Order, given: dict[str, Any]) -> Decimal:
    """An amount in the buyer's currency as the shop counts it."""
    if given["currencyCode"] != order.rate.currency:
        message = f"Amount must be in {order.rate.currency}"
        raise Rejected(message, code="INVALID", field=["currencyCode"])
    return rounded(
        Decimal(given["amount"]) / order.rate.factor, order.rate.shop_currency
    )


def outcome_of(
    asked: Return,
    given: list[dict[str, Any]],
    shipping: dict[str, Any] | None,
    allocation: str,
) -> dict[str, Any]:
    """What the platform suggests for some lines of a return."""
    order = asked.order
    goods = goods_of(pick_lines(asked, given))
    tax, freight = tax_on(order, goods), shipping_of(order, shipping)
    amount = min(goods + tax + freight - asked.kept, refundable(order))
    original = allocation == "ORIGINAL_PAYMENT_METHODS"
    return {
        "discountedSubtotal": order.rate.bag(goods),
        "totalTax": order.rate.bag(tax),
        "maximumRefundable": order.rate.bag(refundable(order)),
        "shipping": {
            "amountSet": order.rate.bag(freight),
            "maximumRefundableSet": order.rate.bag(shipping_left(order)),
            "taxSet": order.rate.bag(Decimal(0)),
        },
        "financialTransfer": RefundReturnOutcome(
            amount=order.rate.bag(amount),
            suggested_transactions=_suggested(order, amount) if original else [],
        ),
    }


def _suggested(order: Order, amount: Decimal) -> list[dict[str, Any]]:
    return [
        {
            "amountSet": order.rate.bag(share),
            "gateway": sale.gateway,
            "parentTransaction": sale,
        }
        for sale, share in shares(order, amount)
    ]


def _price(line: ReturnLineItem, quantity: int) -> Decimal:
    paid = line.with_code_discounted_total_price_set.shop_money
    return rounded(paid.amount * quantity / line.quantity, paid.currency_code)
