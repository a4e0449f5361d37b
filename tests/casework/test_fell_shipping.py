"""Shipping of an order that falls through is owed again, once, to who counted on it."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status, TaskKind
from plugin.ports import Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import (
    end_each,
    give_beside,
    lets_pay,
    of_two,
    order_of,
    pay,
    price_of,
    record,
)
from tests.casework.scene import SHOP, Bomb, Crash
from tests.casework.test_part_given import refused, stands

SHIP = "30.00"


def lets_two_terms(life: Life, *, pays: str = "at_once") -> None:
    """Let what is faulty be paid back with its shipping, and all else without."""
    clauses = deepcopy(life.scene.packs.preset("standard-30-days")["clauses"])
    [faulty] = (clause for clause in clauses if clause["id"] == "faulty")
    faulty["refund"] = {"pays": pays, "outbound_shipping": True}
    plain = {"pays": "at_once", "outbound_shipping": False}
    life.scene.change_policy(refund=plain, fees=[], clauses=clauses)
    life.scene.prefer(Mode.AUTOMATIC, refunds=True)


def of_two_terms(life: Life) -> tuple[str, str]:
    """Let an order's two items be owed: the first alone, the second with shipping."""
    scene = life.scene
    lets_two_terms(life)
    number, items = of_two(scene, shipping=SHIP)
    first = refused(scene, scene.ask_again(number, items[0]))
    second = scene.ask_again(number, items[1], reason="defective")
    return first, refused(scene, second)


@pytest.mark.parametrize("at", [None, *range(1, 25)])
def test_shipping_that_falls_with_one_return_is_owed_to_the_other_again(
    life: Life, at: int | None
) -> None:
    scene = life.scene
    first, second = of_two_terms(life)
    order = order_of(scene, first)
    prices = [price_of(item) for item in order.line_items]
    life.act("returns/close", return_id=second)
    # Staff give the first its price and all the shipping; the second its price.
    life.refund(life.number(first), amount=f"{prices[0] + 30:.2f}", shipping="30.00")
    life.act("returns/close", return_id=first)
    give_beside(scene, second, f"{prices[1]:.2f}", order.line_items[1])
    record(scene, first)
    done = [stands(life, each) for each in (first, second)]

    end_each(scene, first, "FAILURE", "SUCCESS")
    with suppress(Crash):
        mined = scene.mined(Bomb(at=at))
        casework.record_refund(mined, shop=SHOP, refund_id=order.refunds[0].id)
    record(scene, first)
    told = [stands(life, each) for each in (first, second)]
    # They give the first its price anew, and only then the shipping.
    price, ship = f"{prices[0]:.2f}", "30.00"
    give_beside(scene, first, price, order.line_items[0])
    record(scene, first)
    between = [stands(life, each) for each in (first, second)]
    life.refund(life.number(first), amount=ship, shipping=ship)
    record(scene, first)

    assert done == [(False, False)] * 2
    assert told == [(True, True)] * 2
    assert between == [(False, False), (True, True)]
    assert [stands(life, each) for each in (first, second)] == [(False, False)] * 2


def both(life: Life, *returns: str) -> list[tuple[bool, bool]]:
    """How each of some returns stands."""
    return [stands(life, each) for each in returns]


def test_shipping_is_owed_though_a_return_staff_approved_was_left_it(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, outbound_shipping=True)
    number, items = of_two(scene, shipping=SHIP)
    first = scene.ask_again(number, items[0])
    about: dict[str, Any] = {"shop": SHOP, "return_id": first}
    casework.decide_case(scene.services, **about)
    life.staff(first, "approve")
    casework.answer_case(scene.services, **about)
    prices = [price_of(item) for item in order_of(scene, first).line_items]
    life.refund(number, amount=f"{prices[0] + 30:.2f}", shipping=SHIP)
    life.act("returns/close", return_id=first)
    record(scene, first)
    second = refused(scene, scene.ask_again(number, items[1]))
    life.act("returns/close", return_id=second)
    item = order_of(scene, first).line_items[1]
    give_beside(scene, second, f"{prices[1]:.2f}", item)
    record(scene, second)
    done = stands(life, second)

    end_each(scene, first, "FAILURE", "SUCCESS")
    record(scene, first)

    assert life.case(first).status is Status.SUPERSEDED
    assert (done, stands(life, second)) == ((False, False), (True, True))


def first_gives_shipping(life: Life, first: str) -> None:
    """Let staff give the first of two its price and all the shipping, and close it."""
    [price, _] = [price_of(item) for item in order_of(life.scene, first).line_items]
    life.refund(life.number(first), amount=f"{price + 30:.2f}", shipping=SHIP)
    life.act("returns/close", return_id=first)
    record(life.scene, first)


def test_shipping_that_falls_while_only_a_closing_is_left_is_owed_beside_it(
    life: Life,
) -> None:
    scene = life.scene
    lets_two_terms(life, pays="without_return")
    number, items = of_two(scene, shipping=SHIP)
    first = refused(scene, scene.ask_again(number, items[0]))
    first_gives_shipping(life, first)
    second = scene.ask_again(number, items[1], reason="defective")
    with suppress(Unreachable):
        scene.run(second, scene.failing_once("close_return", Unreachable))
    casework.leave_rest(scene.services, shop=SHOP, return_id=second, why="retry:x")
    record(scene, second)
    left = life.case(second)

    end_each(scene, first, "FAILURE", "SUCCESS")
    record(scene, first)
    casework.close_paid(scene.services, shop=SHOP, return_id=second)
    item, price = order_of(scene, first).line_items[0], price_of
    give_beside(scene, first, f"{price(item):.2f}", item)
    record(scene, first)

    assert TaskKind.CLOSE in {task.kind for task in left.tasks}
    assert scene.found(second)["status"] == "CLOSED"
    assert both(life, first, second) == [(False, False), (True, True)]
    kinds = {task.kind for task in life.case(second).tasks}
    assert (TaskKind.SHIPPING_FELL in kinds, TaskKind.CLOSE in kinds) == (True, False)


def test_whoever_is_owed_shipping_again_reads_how_much_and_whose_it_was(
    life: Life,
) -> None:
    scene = life.scene
    first, second = of_two_terms(life)
    life.act("returns/close", return_id=second)
    first_gives_shipping(life, first)
    item = order_of(scene, first).line_items[1]
    give_beside(scene, second, f"{price_of(item):.2f}", item)
    record(scene, first)
    end_each(scene, first, "FAILURE", "SUCCESS")
    record(scene, first)

    assert life.case(second).to_do == (
        "The shipping that was given back with return"
        f" {life.case(first).return_name} failed at the payment provider, and"
        " 30.00 USD are missing; give that back yourself, and tell the customer.",
    )


def test_whoever_is_owed_shipping_alone_is_not_told_to_give_all_of_it(
    life: Life,
) -> None:
    scene = life.scene
    lets_two_terms(life, pays="on_receipt")
    number, items = of_two(scene, shipping=SHIP)
    first = refused(scene, scene.ask_again(number, items[0]))
    second = scene.ask_again(number, items[1], reason="defective")
    scene.run(second)
    first_gives_shipping(life, first)
    item = order_of(scene, first).line_items[1]
    give_beside(scene, second, f"{price_of(item):.2f}", item)
    record(scene, first)
    done = stands(life, second)

    end_each(scene, first, "FAILURE", "SUCCESS")
    record(scene, first)
    life.act("returns/close", return_id=second)
    pay(scene, second)
    told = [task.kind for task in life.case(second).tasks]
    life.refund(number, amount=SHIP, shipping=SHIP)
    record(scene, second)

    assert done == (False, False)
    assert told == [TaskKind.SHIPPING_FELL]
    assert stands(life, second) == (False, False)


@pytest.mark.parametrize("at", [None, *range(1, 20)])
def test_shipping_given_alone_that_falls_is_told_on_one_return(
    life: Life, at: int | None
) -> None:
    scene = life.scene
    lets_pay(scene, outbound_shipping=True)
    number, items = of_two(scene, shipping=SHIP)
    pair = [refused(scene, scene.ask_again(number, item)) for item in items]
    order = order_of(scene, pair[0])
    for each, item in zip(pair, order.line_items, strict=True):
        life.act("returns/close", return_id=each)
        give_beside(scene, each, f"{price_of(item):.2f}", item)
    life.refund(number, amount=SHIP, shipping=SHIP)
    record(scene, pair[0])
    done = both(life, *pair)

    end_each(scene, pair[0], "SUCCESS", "SUCCESS", "FAILURE")
    with suppress(Crash):
        mined = scene.mined(Bomb(at=at))
        casework.record_refund(mined, shop=SHOP, refund_id=order.refunds[2].id)
    record(scene, pair[0])
    told = both(life, *pair)
    life.refund(number, amount=SHIP, shipping=SHIP)
    record(scene, pair[0])

    assert done == [(False, False)] * 2
    assert told == [(True, True), (False, False)]
    assert both(life, *pair) == [(False, False)] * 2


def test_shipping_given_alone_that_falls_is_told_where_money_is_left(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, outbound_shipping=True)
    number, items = of_two(scene, shipping=SHIP)
    pair = [refused(scene, scene.ask_again(number, item)) for item in items]
    item = order_of(scene, pair[0]).line_items[0]
    life.act("returns/close", return_id=pair[0])
    give_beside(scene, pair[0], f"{price_of(item):.2f}", item)
    life.refund(number, amount=SHIP, shipping=SHIP)
    record(scene, pair[0])
    before = both(life, *pair)

    end_each(scene, pair[0], "SUCCESS", "FAILURE")
    record(scene, pair[0])

    assert before == both(life, *pair) == [(False, False), (True, True)]
    kinds = [task.kind for task in life.case(pair[1]).tasks]
    assert kinds == [TaskKind.GIVE_REFUND, TaskKind.REFUND_FELL]
