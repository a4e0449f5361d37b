"""A scene where the merchant lets Evenhand give money back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin import casework
from plugin.case import Case, Entry
from plugin.devstore.model import LineItem, Order, Refund
from plugin.devstore.payments import take_from_sales
from plugin.devstore.refunds import book, refund_item
from plugin.policy.remedies import Pays
from plugin.shop import Mode
from tests.casework.scene import SHOP, Scene

PRICE = Decimal("89.0")


def lets_pay(
    scene: Scene, pays: str | None = "at_once", *, fees: Any = (), **refund: Any
) -> None:
    """Let the policy say when money goes back, and the merchant that it may."""
    terms = {**refund, **({"pays": pays} if pays else {})}
    scene.change_policy(refund=terms, fees=list(fees))
    scene.prefer(Mode.AUTOMATIC, refunds=True)


def approved(scene: Scene, **order: Any) -> str:
    """Let a return be approved, and paid if its time has come."""
    return_id = scene.asked(days=5, **order)
    scene.run(return_id)
    return return_id


def pay(scene: Scene, return_id: str) -> Case:
    """Tell the story of the money once more."""
    casework.pay_case(scene.services, shop=SHOP, return_id=return_id)
    case = casework.close_paid(scene.services, shop=SHOP, return_id=return_id)
    assert case is not None
    return case


def order_of(scene: Scene, return_id: str) -> Order:
    """The order of a return, as the store has it."""
    return scene.store.shops[SHOP].returns[return_id].order


def refunds(scene: Scene, return_id: str) -> list[Refund]:
    """Every refund of a return's order, as the store has them."""
    return list(order_of(scene, return_id).refunds)


def paid_back(scene: Scene, return_id: str) -> list[Decimal]:
    """What each refund of a return's order came to."""
    found = refunds(scene, return_id)
    return [each.total_refunded_set.shop_money.amount for each in found]


def arrived(scene: Scene, return_id: str) -> Decimal:
    """What went back of a return's order for sure, by the store's own truth."""
    order_id = order_of(scene, return_id).id
    parts = [
        (Decimal(amount), status)
        for refund in scene.world.truth(SHOP)["refunds"]
        if refund["order_id"] == order_id
        for amount, status in zip(
            refund["transactions"], refund["statuses"], strict=True
        )
    ]
    return sum((part for part, status in parts if status == "SUCCESS"), Decimal(0))


def record(scene: Scene, return_id: str) -> None:
    """Tell of every refund of a return's order, as its events would."""
    for refund in refunds(scene, return_id):
        casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)


def of_two(scene: Scene, **order: Any) -> tuple[int, list[str]]:
    """Place an order of two items, and tell its number and its items."""
    about = {"delivered_days_ago": 5, "country": "US", "province": "CO", "lines": 2}
    [made] = scene.world.control("orders", shop=SHOP, **about, **order)
    return made["order_number"], made["line_item_ids"]


def price_of(item: LineItem) -> Decimal:
    """What a piece of an item cost, after every discount."""
    return item.discounted_unit_price_after_all_discounts_set.shop_money.amount


def give_beside(scene: Scene, return_id: str, amount: str, *items: LineItem) -> Refund:
    """Let staff refund an amount for items, on the order's page, past any return."""
    store, order = scene.store, order_of(scene, return_id)
    with store.lock:
        refund = Refund(
            id=store.ids.gid("Refund"),
            order=order,
            return_=None,
            created_at=store.clock.now(),
            note=None,
            total_refunded_set=order.rate.bag(Decimal(amount)),
        )
        refund.transactions = take_from_sales(store, order, Decimal(amount))
        refund.refund_line_items = [
            refund_item(store, order, item, 1) for item in items
        ]
        for item in items:
            item.refundable_quantity -= 1
        book(store, store.shops[SHOP], refund)
    return refund


def end_each(scene: Scene, return_id: str, *ends: str) -> None:
    """Let each payment of an order's refunds end for itself."""
    there = order_of(scene, return_id).transactions
    back = [payment for payment in there if payment.kind == "REFUND"]
    for payment, end in zip(back, ends, strict=True):
        payment.status = end


def balance(scene: Scene, return_id: str) -> Decimal:
    """What the customer of a return has as store credit."""
    customer = order_of(scene, return_id).customer
    accounts = scene.store.shops[SHOP].credits.items()
    of = [account for (id, _), account in accounts if customer and id == customer.id]
    return sum((account.balance for account in of), Decimal(0))


def task(scene: Scene, return_id: str) -> str:
    """The last task of a case."""
    case = scene.shelf.find(return_id)
    assert case is not None
    return case.to_do[-1] if case.to_do else ""


def make_due_at_once(scene: Scene, return_id: str) -> None:
    """Let a case that waits for its goods wait no more."""
    case = scene.shelf.find(return_id)
    assert case is not None
    items = tuple(replace(item, pays=Pays.AT_ONCE) for item in case.settled)
    changed = replace(case, settled=items)
    entry = Entry(key="changed", kind="event", body={})
    scene.shelf.keep(changed, entry, was=case.status)


def take_click_down(scene: Scene, return_id: str) -> None:
    """Take down that staff give all of the price by hand, and go no further."""
    casework.grant_refund(
        scene.services,
        shop=SHOP,
        return_id=return_id,
        by="staff:7",
        amount="89.00",
        currency="USD",
        number=1,
    )
