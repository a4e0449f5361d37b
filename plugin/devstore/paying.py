"""Money that the app gives back: by processing a return, or beside any return."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graphql import GraphQLError

from plugin.devstore.credits import give_credit
from plugin.devstore.errors import Rejected
from plugin.devstore.mail import send_mail
from plugin.devstore.model import Order, OrderTransaction, Refund, Return
from plugin.devstore.money import display
from plugin.devstore.outcomes import (
    Picked,
    in_shop_money,
    pick_lines,
    shipping_of,
)
from plugin.devstore.payments import refund_of, refundable, shipping_left
from plugin.devstore.refunds import book, refund_item, shipping_line
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

MISMATCH = "The same idempotency key cannot be used with different operation parameters"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What goes back: to which payments, and as store credit."""

    transactions: list[OrderTransaction]
    credit: Decimal
    expires_at: Any

    @property
    def total(self) -> Decimal:
        """All of it, in the shop's currency."""
        back = (each.amount_set.shop_money.amount for each in self.transactions)
        return sum(back, self.credit)


def process(
    store: Store, shop: Shop, asked: Return, given: dict[str, Any]
) -> Refund | None:
    """Confirm what came back of a return, and give the money for it."""
    if asked.status != "OPEN":
        message = "Return is not open"
        raise Rejected(message, code="INVALID_STATE", field=["input", "returnId"])
    picked = pick_lines(asked, given.get("returnLineItems") or [])
    _check_processable(picked)
    transfer = given.get("financialTransfer") or {}
    made = None
    if transfer.get("issueRefund") is not None:
        made = _refund(store, asked, picked, given, transfer["issueRefund"])
    for line, quantity in picked:
        line.processed_quantity += quantity
        line.refunded_quantity += quantity if made else 0
    if made is not None:
        book(store, shop, made)
        _credit(store, shop, made, transfer["issueRefund"])
        _tell(store, made, notify=bool(given.get("notifyCustomer")))
    body: dict[str, Any] = {}
    store.fire(shop, "returns/process", body, order=asked.order, about=asked)
    return made


def create(
    store: Store, shop: Shop, given: dict[str, Any], key: str | None
) -> tuple[Refund, bool]:
    """Give money back beside any return, once a key; tells whether it is new."""
    if key is None or not key.strip():
        raise GraphQLError(
            "The @idempotent directive is required for this mutation",
            extensions={"code": "BAD_REQUEST"},
        )
    asked = json.dumps(given, sort_keys=True, default=str)
    if key in shop.refund_keys:
        known, made = shop.refund_keys[key]
        if known != asked:
            raise Rejected(MISMATCH, code="IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
        return made, False
    made = _create(store, shop, given)
    shop.refund_keys[key] = (asked, made)
    return made, True


def _check_processable(picked: Picked) -> None:
    for line, quantity in picked:
        if not 0 < quantity <= min(line.processable_quantity, line.refundable_quantity):
            message = "Quantity is more than can be processed"
            field = ["input", "returnLineItems"]
            raise Rejected(message, code="INVALID", field=field)


def _refund(
    store: Store,
    asked: Return,
    picked: Picked,
    given: dict[str, Any],
    issue: dict[str, Any],
) -> Refund:
    order = asked.order
    parents = [
        (each["parentId"], in_shop_money(order, each["transactionAmount"]))
        for each in issue["orderTransactions"]
    ]
    transfer = _transfer(store, order, parents, issue)
    _check_total(order, transfer, over=bool(issue.get("allowOverRefunding")))
    made = _made(store, order, transfer, note=given.get("note"))
    made.return_ = asked
    made.refund_line_items = [
        refund_item(store, order, line.fulfillment_line_item.line_item, quantity)
        for line, quantity in picked
    ]
    freight = shipping_of(order, given.get("refundShipping"))
    if freight:
        made.refund_shipping_lines = [shipping_line(store, order, freight)]
    return made


def _create(store: Store, shop: Shop, given: dict[str, Any]) -> Refund:
    order = shop.orders.get(given["orderId"])
    if order is None:
        raise Rejected("Order does not exist", code="NOT_FOUND", field=["orderId"])
    if order.rate.currency != order.rate.shop_currency and (
        given.get("currency") != order.rate.currency
    ):
        raise Rejected("Currency is required", code="INVALID", field=["currency"])
    parents = [
        (each.get("parentId"), _shop_amount(order, each["amount"]))
        for each in given.get("transactions") or []
    ]
    transfer = _transfer(store, order, parents, given)
    _check_total(order, transfer, over=bool(given.get("allowOverRefunding")))
    made = _made(store, order, transfer, note=given.get("note"))
    made.refund_line_items = _take_items(store, order, given)
    freight = _freight(order, given.get("shipping") or {})
    if freight:
        made.refund_shipping_lines = [shipping_line(store, order, freight)]
    book(store, shop, made)
    _credit(store, shop, made, given)
    _tell(store, made, notify=bool(given.get("notify")))
    return made


def _take_items(store: Store, order: Order, given: dict[str, Any]) -> list[object]:
    items = {item.id: item for item in order.line_items}
    taken: list[object] = []
    for each in given.get("refundLineItems") or []:
        item, quantity = items.get(each["lineItemId"]), each["quantity"]
        if item is None or not 0 < quantity <= item.refundable_quantity:
            message = "Quantity cannot refund more items than were purchased"
            raise Rejected(message, code="INVALID", field=["refundLineItems"])
        taken.append(refund_item(store, order, item, quantity))
    for each in given.get("refundLineItems") or []:
        items[each["lineItemId"]].refundable_quantity -= each["quantity"]
    return taken


def _transfer(
    store: Store,
    order: Order,
    parents: list[tuple[str | None, Decimal]],
    given: dict[str, Any],
) -> Transfer:
    sales = {each.id: each for each in order.transactions if each.kind == "SALE"}
    back = []
    for parent_id, amount in parents:
        if parent_id not in sales:
            raise Rejected("Parent transaction is not a sale", code="INVALID")
        back.append(refund_of(store, order, sales[parent_id], amount))
    methods = [each["storeCreditRefund"] for each in given.get("refundMethods") or []]
    credit = sum((in_shop_money(order, each["amount"]) for each in methods), Decimal(0))
    if credit and order.customer is None:
        raise Rejected("Store credit needs a customer", code="INVALID")
    ends = [each.get("expiresAt") for each in methods]
    return Transfer(
        transactions=back, credit=credit, expires_at=ends[0] if ends else None
    )


def _check_total(order: Order, transfer: Transfer, *, over: bool) -> None:
    if transfer.total <= 0:
        raise Rejected("Refund amount must be more than zero", code="INVALID")
    if transfer.total > refundable(order) and not over:
        message = "Refund amount exceeds the maximum refundable"
        raise Rejected(message, code="INVALID")


def _made(
    store: Store, order: Order, transfer: Transfer, *, note: str | None
) -> Refund:
    made = Refund(
        id=store.ids.gid("Refund"),
        order=order,
        return_=None,
        created_at=store.clock.now(),
        note=note,
        total_refunded_set=order.rate.bag(transfer.total),
    )
    made.transactions = transfer.transactions
    made.by = "app"
    return made


def _credit(store: Store, shop: Shop, made: Refund, given: dict[str, Any]) -> None:
    for each in given.get("refundMethods") or []:
        credit = each["storeCreditRefund"]
        amount = Decimal(credit["amount"]["amount"])
        give_credit(store, shop, made.order, amount, credit.get("expiresAt"))


def _tell(store: Store, made: Refund, *, notify: bool) -> None:
    if notify:
        text = f"You get {display(made.total_refunded_set.presentment_money)} back."
        send_mail(store, made.order, subject="Refund", text=text)


def _shop_amount(order: Order, amount: Any) -> Decimal:
    given = {"amount": amount, "currencyCode": order.rate.currency}
    return in_shop_money(order, given)


def _freight(order: Order, given: dict[str, Any]) -> Decimal:
    if given.get("amount") is not None:
        return _shop_amount(order, given["amount"])
    return shipping_left(order) if given.get("fullRefund") else Decimal(0)
