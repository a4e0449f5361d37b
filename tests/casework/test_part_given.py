"""What a refund counts for: which pieces, since when, and how much of it arrived."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest

from plugin import casework
from plugin.ports import Refused, Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import (
    approved,
    arrived,
    end_each,
    give_beside,
    lets_pay,
    of_two,
    order_of,
    pay,
    price_of,
    record,
)
from tests.casework.scene import SHOP, Scene
from tests.casework.test_lost_answers import fail
from tests.casework.test_owed_when_erased import erase
from tests.casework.test_splitting import Meddling


def refused(scene: Scene, return_id: str) -> str:
    """Let the platform refuse the money of a return, which is left to staff so."""
    no = Meddling(scene, "process_return", fail(Refused("no")))
    scene.run(return_id, scene.with_client(no))
    return return_id


def stands(life: Life, return_id: str) -> tuple[bool, bool]:
    """Whether a case waits for a person, and whether any task is left."""
    case = life.case(return_id)
    return case.waits, case.tasks != ()


@pytest.mark.parametrize("whose", ["ours", "staff"])
def test_added_tax_that_did_not_arrive_is_still_owed(life: Life, whose: str) -> None:
    scene = life.scene
    lets_pay(scene, "at_once" if whose == "ours" else "on_receipt")
    ways = ["shopify_payments", "gift_card"]
    return_id = scene.asked(days=5, tax_percent="20", paid_with=ways)
    order = order_of(scene, return_id)
    for sale, amount in zip(order.transactions, ("89.00", "17.80"), strict=True):
        sale.amount_set = order.rate.bag(Decimal(amount))
    life.act("payments", number=life.number(return_id), status="PENDING")
    with suppress(Unreachable):
        scene.run(return_id)
    if whose == "staff":
        life.refund(life.number(return_id), amount="106.80")
    end_each(scene, return_id, "SUCCESS", "FAILURE")
    if whose == "ours":
        pay(scene, return_id)
    record(scene, return_id)

    assert arrived(scene, return_id) == Decimal("89.0")  # of 106.80
    assert stands(life, return_id) == (True, True)


@pytest.mark.parametrize("many", [6, 12])
def test_a_payment_that_fails_is_seen_however_many_there_are(
    life: Life, many: int
) -> None:
    scene = life.scene
    lets_pay(scene)
    ways = [*(["gift_card"] * (many - 1)), "shopify_payments"]
    return_id = life.paying(paid_with=ways)
    end_each(scene, return_id, *(["SUCCESS"] * (many - 1)), "FAILURE")
    pay(scene, return_id)
    record(scene, return_id)

    assert arrived(scene, return_id) < Decimal(89)
    assert "refund:failed" in scene.keys(return_id)
    assert stands(life, return_id) == (True, True)


def test_what_falls_through_before_it_was_ever_audited_is_told(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = approved(scene, paid_with=["gift_card", "shopify_payments"])
    end_each(scene, return_id, "SUCCESS", "FAILURE")
    record(scene, return_id)

    assert "call:refund" in scene.keys(return_id)
    assert arrived(scene, return_id) == Decimal("44.5")
    assert stands(life, return_id) == (True, True)


@pytest.mark.parametrize("again", [False, True], ids=["once", "both parts"])
def test_the_rest_of_what_fell_through_in_part_ends_the_wait(
    life: Life, again: bool
) -> None:
    scene = life.scene
    scene.prefer(Mode.AUTOMATIC, refunds=False)
    return_id = scene.asked(days=5, paid_with=["gift_card", "shopify_payments"])
    scene.run(return_id)
    life.refund(life.number(return_id), amount="89.00")
    record(scene, return_id)
    end_each(scene, return_id, "SUCCESS", "FAILURE")
    for _ in range(2):
        record(scene, return_id)
    told = stands(life, return_id)
    life.refund(life.number(return_id), amount="44.50")
    record(scene, return_id)
    done = stands(life, return_id)
    if again:
        end_each(scene, return_id, "FAILURE", "FAILURE", "SUCCESS")
        record(scene, return_id)

    assert arrived(scene, return_id) == Decimal("44.5" if again else "89.0")
    assert (told, done) == ((True, True), (False, False))
    assert stands(life, return_id) == (again, again)


def test_an_amount_from_before_the_request_covers_nothing(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    number, items = of_two(scene)
    # The second item was paid back, as an amount, before anything was asked for.
    life.refund(number, amount="89.00")
    return_id = scene.ask_again(number, items[0])
    order = order_of(scene, return_id)
    order.refunds[0].created_at = order.fulfillments[0].updated_at
    refused(scene, return_id)
    record(scene, return_id)  # its event comes late

    assert stands(life, return_id) == (True, True)


def test_an_amount_from_before_the_request_covers_no_erased_case(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    number, items = of_two(scene)
    life.refund(number, amount="89.00")
    return_id = scene.ask_again(number, items[0])
    order = order_of(scene, return_id)
    order.refunds[0].created_at = order.fulfillments[0].updated_at
    scene.run(return_id)
    erase(life, return_id)
    before = life.case(return_id).tasks
    record(scene, return_id)

    assert before != ()
    assert life.case(return_id).tasks == before


@pytest.mark.parametrize("part", [True, False], ids=["in part", "all of it"])
def test_what_was_given_for_another_item_does_not_cover_this_one(
    life: Life, part: bool
) -> None:
    scene = life.scene
    lets_pay(scene)
    number, items = of_two(scene)
    return_id = refused(scene, scene.ask_again(number, items[0]))
    order = order_of(scene, return_id)
    prices = [price_of(item) for item in order.line_items]
    # Staff keep 60 % of both back: what went back for the first is not its price.
    amount = sum(prices, Decimal(0)) * (Decimal("0.4") if part else 1)
    give_beside(scene, return_id, f"{amount:.2f}", *order.line_items)
    record(scene, return_id)

    assert arrived(scene, return_id) >= prices[0]
    assert stands(life, return_id) == (part, part)


@pytest.mark.parametrize("told", [False, True], ids=["event lost", "event told"])
def test_the_other_piece_of_a_line_is_not_this_one(life: Life, told: bool) -> None:
    scene = life.scene
    return_id = one_of_two_pieces(life)
    owed = life.case(return_id).owed
    # The other broke: staff pay it back on the order's page.
    order = order_of(scene, return_id)
    give_beside(scene, return_id, "89.00", order.line_items[0])
    if told:
        record(scene, return_id)
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)

    assert owed
    assert arrived(scene, return_id) == Decimal(178)
    assert "call:refund" in scene.keys(return_id)
    assert stands(life, return_id) == (False, False)


def one_of_two_pieces(life: Life) -> str:
    """Let one of two pieces of a line come back, whose money waits for it."""
    scene = life.scene
    lets_pay(scene, "on_receipt")
    about = {"delivered_days_ago": 5, "country": "US", "province": "CO"}
    [made] = scene.world.control("orders", shop=SHOP, **about)
    with scene.store.lock:
        order = scene.store.shops[SHOP].orders[made["order_id"]]
        [line] = order.line_items
        line.quantity = line.current_quantity = line.refundable_quantity = 2
        order.fulfillments[0].fulfillment_line_items[0].quantity = 2
        order.transactions[0].amount_set = order.rate.bag(Decimal("178.00"))
    return_id = scene.ask_again(made["order_number"], line.id)
    scene.run(return_id)
    return return_id


def test_a_part_that_was_given_for_its_item_goes_to_a_person(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    [item] = order_of(scene, return_id).line_items
    give_beside(scene, return_id, "50.00", item)
    record(scene, return_id)
    life.act("returns/close", return_id=return_id)
    left = pay(scene, return_id)
    life.refund(life.number(return_id), amount="39.00")
    record(scene, return_id)

    assert left.waits
    assert arrived(scene, return_id) == Decimal(89)
    assert stands(life, return_id) == (False, False)


@pytest.mark.parametrize("late", [False, True], ids=["in order", "its own first"])
def test_shipping_that_one_return_gave_is_not_asked_for_with_the_next(
    life: Life, late: bool
) -> None:
    scene = life.scene
    lets_pay(scene, outbound_shipping=True)
    number, items = of_two(scene, shipping="30.00")
    first = scene.ask_again(number, items[0])
    scene.run(first)
    second = refused(scene, scene.ask_again(number, items[1]))
    left = life.case(second)
    price = price_of(order_of(scene, second).line_items[1])
    life.act("returns/close", return_id=first)
    life.refund(number, amount=f"{price:f}")
    order = order_of(scene, second)
    for refund in sorted(order.refunds, key=lambda one: one.by, reverse=late):
        casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)

    assert left.waits
    every = sum((price_of(item) for item in order.line_items), Decimal(30))
    assert arrived(scene, second) == every
    assert stands(life, second) == (False, False)


def test_the_next_return_of_an_order_is_paid_without_its_shipping(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, outbound_shipping=True)
    number, items = of_two(scene, shipping="30.00")
    for item in items:
        scene.run(scene.ask_again(number, item))
    both = [made.id for made in scene.store.shops[SHOP].returns.values()][-2:]

    order = order_of(scene, both[0])
    every = sum((price_of(item) for item in order.line_items), Decimal(30))
    assert arrived(scene, both[0]) == every
    assert [stands(life, each) for each in both] == [(False, False)] * 2
    assert all("call:refund" in scene.keys(each) for each in both)
