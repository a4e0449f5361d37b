"""Money that waits when its customer is erased is left to staff, without their data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin import casework
from plugin.case import Entry
from plugin.casework.turns import REFUND_ASKED
from plugin.devstore import refunds as made_by
from plugin.devstore.model import Refund
from plugin.devstore.payments import take_from_sales
from plugin.privacy import Person, Topic
from plugin.shop import Mode
from tests.archive.shelves import ask
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    lets_pay,
    paid_back,
    pay,
    refunds,
    take_click_down,
    task,
)
from tests.casework.scene import SHOP


@pytest.mark.parametrize("lost", [False, True])
def test_money_that_is_owed_when_a_customer_is_erased_is_left_to_staff(
    life: Life, lost: bool
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    if lost:
        asked = Entry(key=REFUND_ASKED, kind="event", body={"amount": "89.0"})
        scene.shelf.append(return_id, asked)
    erase(life, return_id)
    before = task(scene, return_id)
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)

    name = life.case(return_id).return_name
    assert before == (
        f"Money may be owed on return {name}: look whether it was given, "
        "and give it if not."
    )
    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == before
    [listed] = [case for case, _ in scene.shelf.cases()]
    assert (listed.to_do, listed.waits) == ((before,), True)
    # A refund that nobody can compare leaves it there.
    scene.shelf.append(return_id, Entry(key="audit:1", kind="audit", body={}))
    assert task(scene, return_id) == before


@pytest.mark.parametrize("closed", [False, True], ids=["of it", "names nothing"])
@pytest.mark.parametrize(
    ("amounts", "owed"), [(["10.00"], True), (["89.00"], False)], ids=["part", "all"]
)
def test_the_task_is_done_once_all_that_was_promised_was_given(
    life: Life, amounts: list[str], owed: bool, closed: bool
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    erase(life, return_id)
    if closed:
        life.act("returns/close", return_id=return_id)
    for amount in amounts:
        life.refund(life.number(return_id), amount=amount)
    refunds_told(life, return_id)

    assert [f"{each:.2f}" for each in paid_back(scene, return_id)] == amounts
    assert (task(scene, return_id) != "") == owed
    assert any(key.startswith("audit:") for key in scene.keys(return_id))


def test_a_refund_on_an_order_of_two_returns_leaves_the_task(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.act("returns/close", return_id=return_id)
    case = life.case(return_id)
    other = replace(case, return_id="gid://shopify/Return/77", return_name="#2")
    assert scene.shelf.open(other)
    erase(life, return_id)
    life.refund(life.number(return_id), amount="89.00")
    refunds_told(life, return_id)

    assert task(scene, return_id) != ""


def refunds_told(life: Life, return_id: str) -> None:
    """Tell of every refund of a return's order, as its events would."""
    for refund in refunds(life.scene, return_id):
        casework.record_refund(life.scene.services, shop=SHOP, refund_id=refund.id)


def test_nothing_is_owed_on_an_erased_case_whose_money_was_given(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    paid = approved(scene)
    scene.prefer(Mode.AUTOMATIC, refunds=False)
    not_ours = approved(scene)
    for number, return_id in enumerate((paid, not_ours)):
        erase(life, return_id, id=f"ask-{number}")

    assert [life.case(each).erased for each in (paid, not_ours)] == [True, True]
    assert [task(scene, each) for each in (paid, not_ours)] == ["", ""]


@pytest.mark.parametrize(
    ("keys", "owed"),
    [
        (["refund:granted:1"], True),
        (["refund:granted:1", "refund:left:1"], True),
        (["may-pay", "refund:left"], True),
        (["may-pay", "call:refund"], False),
        (["refund:granted:1", "audit:1"], True),
        (["refund:granted:1", "audit:1", "refund:covered:1"], False),
        (["may-pay", "call:refund", "audit:1", "refund:failed"], True),
        (["may-pay", "refund:failed", "refund:covered:2"], False),
        (["may-pay", "refund:covered:1", "refund:undone:1"], True),
        (["may-pay", "call:refund", "refund:undone:1", "refund:covered:2"], False),
        ([], False),
    ],
)
def test_what_is_owed_shows_in_the_keys_that_stay(
    life: Life, keys: list[str], owed: bool
) -> None:
    return_id = approved(life.scene)
    entries = [Entry(key=key, kind="event", body={}) for key in keys]
    life.scene.shelf.append(return_id, *entries)
    erase(life, return_id)

    assert (task(life.scene, return_id) != "") == owed


def erase(life: Life, return_id: str, *, id: str = "ask-1") -> None:
    """Let the customer of a return be erased."""
    person = Person(customer_id=life.case(return_id).customer_id)
    ask(life.scene.shelf, Topic.REDACT_CUSTOMER, person, id=id)
    casework.forget_customer(life.scene.services, shop=SHOP, request_id=id)


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
def test_what_failed_is_owed_until_it_is_given_anew(life: Life, late: bool) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    number = life.number(return_id)
    if not late:
        life.act("payments", number=number, status="FAILURE")
    scene.run(return_id)
    refunds_told(life, return_id)
    if late:
        life.act("payments", number=number, status="FAILURE", late=True)
        refunds_told(life, return_id)
    erase(life, return_id)
    owed = task(scene, return_id)
    life.act("payments", number=number, status="SUCCESS")
    life.refund(number, amount="89.00")
    refunds_told(life, return_id)

    assert owed.startswith("Money may be owed")
    assert task(scene, return_id) == ""


def test_what_was_agreed_to_before_the_erasure_is_owed_until_it_is_given(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    scene.prefer(Mode.ASSIST)
    return_id = approved(scene)
    erase(life, return_id)
    take_click_down(scene, return_id)
    owed = task(scene, return_id)
    life.refund(life.number(return_id), amount="89.00")
    refunds_told(life, return_id)

    assert owed.startswith("Money may be owed")
    assert task(scene, return_id) == ""


def erased_of_two(life: Life) -> str:
    """Approve one of two items, erase the customer, and refund the other by hand."""
    scene = life.scene
    lets_pay(scene, "on_receipt")
    about = {"delivered_days_ago": 5, "country": "US", "province": "CO", "lines": 2}
    [made] = scene.world.control("orders", shop=SHOP, **about)
    return_id = scene.ask_again(made["order_number"], made["line_item_ids"][0])
    scene.run(return_id)
    erase(life, return_id)
    refund_second_item(life, return_id)
    refunds_told(life, return_id)
    return return_id


def test_a_refund_of_items_that_nobody_can_compare_leaves_the_task(life: Life) -> None:
    scene = life.scene
    return_id = erased_of_two(life)

    assert sum(paid_back(scene, return_id)) > PRICE
    assert task(scene, return_id).startswith("Money may be owed")


@pytest.mark.parametrize("fails", [False, True], ids=["given", "one fails"])
def test_the_task_is_done_once_every_item_of_the_order_was_paid_back(
    life: Life, fails: bool
) -> None:
    scene = life.scene
    return_id = erased_of_two(life)
    before = task(scene, return_id)
    if fails:
        life.act("payments", number=life.number(return_id), status="FAILURE")
    refund_second_item(life, return_id, item=0)
    refunds_told(life, return_id)

    assert before.startswith("Money may be owed")
    assert (task(scene, return_id) == "") == (not fails)


def refund_second_item(life: Life, return_id: str, *, item: int = 1) -> None:
    """Let staff refund, past the return, an item that was never asked for."""
    store = life.scene.store
    with store.lock:
        shop = store.shops[SHOP]
        order = shop.returns[return_id].order
        sold = order.line_items[item]
        price = sold.discounted_unit_price_after_all_discounts_set
        refund = Refund(
            id=store.ids.gid("Refund"),
            order=order,
            return_=None,
            created_at=store.clock.now(),
            note=None,
            total_refunded_set=price,
        )
        refund.transactions = take_from_sales(store, order, price.shop_money.amount)
        refund.refund_line_items = [made_by.refund_item(store, order, sold, 1)]
        made_by.book(store, shop, refund)
