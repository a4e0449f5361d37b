"""What is read of an order after its request: refunds, cancellation, disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from plugin.policy.money import Money
from plugin.ports import (
    DisputeSeen,
    OrderState,
    PaymentSeen,
    RefundedItem,
    RefundSeen,
    Unreachable,
)
from plugin.shopify.opting import opted_out
from plugin.shopify.texts import clean

Data = Mapping[str, Any]

# How payments stand that were not read.
UNREAD = "UNREAD"


def read_refund(data: Data) -> RefundSeen:
    """Turn the answer of `refund_by_id` into what came back, and for what.

    Raises `Unreachable` when the answer lacks what the schema promises.
    """
    try:
        return _refund(data)
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        raise Unreachable(f"a refund came back half: {type(error).__name__}") from error


def read_order(data: Data) -> OrderState:
    """Turn the answer of `order_state` into how the order stands.

    Raises `Unreachable` when the answer lacks what the schema promises.
    """
    try:
        return _order(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreachable(f"an order came back half: {type(error).__name__}") from error


def payments_of(refund: Data, which: str) -> tuple[PaymentSeen, ...]:
    """Say how the payments of a refund stand, each for itself, in one currency.

    Of those that were cut off nobody knows how they ended.
    """
    found = [
        PaymentSeen(status=each["status"], amount=_money(each["amountSet"][which]))
        for each in refund["transactions"]["nodes"]
    ]
    if has_more_payments(refund):
        nothing = Money(amount=Decimal(0), currency=found[0].amount.currency)
        found.append(PaymentSeen(status=UNREAD, amount=nothing))
    return tuple(found)


def has_more_payments(refund: Data) -> bool:
    """Tell whether a refund has more payments than were read."""
    return bool(refund["transactions"]["pageInfo"]["hasNextPage"])


def _money(money: Data) -> Money:
    return Money.of(money["amount"], money["currencyCode"])


def _order(data: Data) -> OrderState:
    disputes = data["disputes"] or ()
    return OrderState(
        cancelled=data["cancelledAt"] is not None,
        opted_out=opted_out(data) if "customer" in data else None,
        disputes=tuple(
            DisputeSeen(
                dispute_id=dispute["id"],
                kind=dispute["initiatedAs"],
                status=dispute["status"],
            )
            for dispute in disputes
        ),
    )


def _refund(data: Data) -> RefundSeen:
    total = data["totalRefundedSet"]["shopMoney"]
    ship, tax = shipping_of(data, "shopMoney")
    left = Decimal(total["amount"]) - ship - tax
    included = data["order"]["taxesIncluded"]
    return RefundSeen(
        refund_id=data["id"],
        return_id=None if data["return"] is None else data["return"]["id"],
        order_id=data["order"]["id"],
        amount=total["amount"],
        currency=total["currencyCode"],
        goods=f"{left if included else _without_tax(data, left):f}",
        shipping=f"{ship + tax if included else ship:f}",
        created_at=moment(data["createdAt"]),
        lines=tuple(map(_item, data["refundLineItems"]["nodes"])),
        payments=payments_of(data, "shopMoney"),
        note=data["note"],
        order_goods=_of_order(data, "subtotalPriceSet"),
        order_shipping=_of_order(data, "totalShippingPriceSet"),
        complete=not any(
            data[name]["pageInfo"]["hasNextPage"]
            for name in ("refundLineItems", "refundShippingLines")
        ),
    )


def _item(line: Data) -> RefundedItem:
    return RefundedItem(
        item_id=line["lineItem"]["id"],
        title=clean(line["lineItem"]["title"]),
        quantity=line["quantity"],
        sold=line["lineItem"]["quantity"],
        amount=f"{_amount(line['subtotalSet']):f}",
    )


def _of_order(data: Data, name: str) -> str | None:
    """Say what all of an order came to in a part of it; None where it is not told."""
    bag, currency = data["order"][name], data["totalRefundedSet"]["shopMoney"]
    if bag is None or bag["shopMoney"]["currencyCode"] != currency["currencyCode"]:
        return None
    return f"{_amount(bag):f}"


def shipping_of(refund: Data, which: str) -> tuple[Decimal, Decimal]:
    """Say what of a refund was paid for shipping, and what for the taxes on it."""
    lines = refund["refundShippingLines"]["nodes"]
    paid, tax = (
        sum((_amount(line[name], which) for line in lines), Decimal(0))
        for name in ("subtotalAmountSet", "taxAmountSet")
    )
    return paid, tax


def _without_tax(data: Data, left: Decimal) -> Decimal:
    """Leave out of what was for goods the taxes that no price includes."""
    items = data["refundLineItems"]["nodes"]
    if items:
        taxes = (_amount(item["totalTaxSet"]) for item in items)
        return left - sum(taxes, Decimal(0))
    goods, tax = (
        Decimal(_of_order(data, name) or 0)
        for name in ("subtotalPriceSet", "totalTaxSet")
    )
    if not goods or not tax:
        return left
    # What names no items holds as much tax as the order does.
    currency = data["totalRefundedSet"]["shopMoney"]["currencyCode"]
    share = Money(amount=left * goods / (goods + tax), currency=currency)
    return share.percent(100).amount


def moment(text: str | None) -> datetime | None:
    """Read when a refund was made; none while its making is not over."""
    return None if text is None else datetime.fromisoformat(text)


def _amount(bag: Data, which: str = "shopMoney") -> Decimal:
    return Decimal(bag[which]["amount"])
