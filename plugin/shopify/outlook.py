"""What a return comes to in money, as the platform shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import DecimalException
from typing import Any

from plugin.policy.money import BadMoney, Money
from plugin.ports import LineOutlook, Outlook, RefundGiven, Share, Unreachable
from plugin.shopify.later import moment, payments_of, read_order, shipping_of

Data = Mapping[str, Any]

# `refunds(first: 20)` and `refunds(first: 10)` in the operation; a plain list tells of
# no more.
MOST_REFUNDS = 20
MOST_OF_RETURN = 10


def read_outlook(data: Data) -> Outlook:
    """Turn the answer of `refund_outlook` into an Outlook.

    Raises `Unreachable` when the answer lacks what the schema promises.
    """
    try:
        return _outlook(data)
    except (KeyError, TypeError, BadMoney, DecimalException) as error:
        raise Unreachable(f"money came back half: {type(error).__name__}") from error


def _outlook(data: Data) -> Outlook:
    order, outcome = data["order"], data["suggestedFinancialOutcome"]
    transfer = outcome["financialTransfer"] or {}
    refunds = data["refunds"]["nodes"]
    back = transfer.get("__typename") == "RefundReturnOutcome"
    return Outlook(
        status=data["status"],
        requested_at=datetime.fromisoformat(data["createdAt"]),
        order_id=order["id"],
        order=read_order(order),
        lines=tuple(_line(line) for line in data["returnLineItems"]["nodes"]),
        refunds=_refunds(order, {refund["id"] for refund in refunds}),
        goods_in_shop=_money(outcome["discountedSubtotal"], "shopMoney"),
        goods=_money(outcome["discountedSubtotal"]),
        tax=_money(outcome["totalTax"]),
        shipping=_money(outcome["shipping"]["amountSet"]),
        shipping_paid=_money(order["totalShippingPriceSet"]),
        taxes_included=order["taxesIncluded"],
        amount=_money(transfer["amount"]) if back else None,
        most=_money(outcome["maximumRefundable"]),
        shares=tuple(_shares(transfer)) if back else (),
        complete=not data["returnLineItems"]["pageInfo"]["hasNextPage"]
        and len(order["refunds"]) < MOST_REFUNDS
        and not any(map(_has_more_shipping, order["refunds"]))
        and len(refunds) < MOST_OF_RETURN,
        exchanges=bool(data["exchangeLineItems"]["nodes"]),
    )


def _has_more_shipping(refund: Data) -> bool:
    """Tell whether a refund gave more lines of shipping back than were read."""
    return bool(refund["refundShippingLines"]["pageInfo"]["hasNextPage"])


def _line(line: Data) -> LineOutlook:
    sent = line.get("fulfillmentLineItem")
    return LineOutlook(
        line_id=line["id"],
        item_id=sent["lineItem"]["id"] if sent else None,
        quantity=line["quantity"],
        refundable=line["refundableQuantity"],
        processable=line["processableQuantity"],
    )


def _refunds(order: Data, of_return: set[str]) -> tuple[RefundGiven, ...]:
    return tuple(_refund(order, each, of_return) for each in order["refunds"])


def _refund(order: Data, refund: Data, of_return: set[str]) -> RefundGiven:
    amount = _money(refund["totalRefundedSet"])
    paid, tax = shipping_of(refund, "presentmentMoney")
    ship = paid + tax if order["taxesIncluded"] else paid
    return RefundGiven(
        refund_id=refund["id"],
        amount=amount,
        note=refund["note"],
        of_return=refund["id"] in of_return,
        bare=not refund["return"] and not refund["refundLineItems"]["nodes"],
        created_at=moment(refund["createdAt"]),
        goods=replace(amount, amount=amount.amount - paid - tax),
        shipping=replace(amount, amount=ship),
        payments=payments_of(refund, "presentmentMoney"),
    )


def _shares(transfer: Data) -> list[Share]:
    return [
        Share(
            parent_id=each["parentTransaction"]["id"],
            gateway=each["gateway"] or "",
            amount=_money(each["amountSet"]),
        )
        for each in transfer["suggestedTransactions"]
        if each["parentTransaction"] is not None
    ]


def _money(bag: Data, which: str = "presentmentMoney") -> Money:
    money = bag[which]
    return Money.of(money["amount"], money["currencyCode"])
