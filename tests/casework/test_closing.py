"""A return whose item stays is closed once its money was given, whatever is cut off."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from plugin import casework
from plugin.casework.closing import CLOSE
from plugin.casework.giving_up import leave_rest
from plugin.ports import NoAccess, Refused, Services, Throttled, Unreachable
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    arrived,
    end_each,
    give_beside,
    lets_pay,
    of_two,
    order_of,
    paid_back,
    pay,
    price_of,
    record,
    refunds,
)
from tests.casework.scene import SHOP, Crash, Scene
from tests.casework.test_splitting import Meddling


class Busy(Throttled):
    """The shop's budget is used up."""

    def __init__(self, _operation: str) -> None:
        super().__init__(1.0)


def cut_off(scene: Scene, error: type[BaseException]) -> str:
    """Let a return whose item stays be paid, and its closing be cut off."""
    lets_pay(scene, "without_return")
    return_id = scene.asked(days=5)
    with suppress(Crash, Unreachable, NoAccess):
        scene.run(return_id, scene.failing_once("close_return", error))
    return return_id


@pytest.mark.parametrize("error", [Crash, Unreachable, Busy, NoAccess])
def test_it_is_closed_later_that_could_not_be_closed_at_once(
    scene: Scene, error: type[BaseException]
) -> None:
    return_id = cut_off(scene, error)
    before = scene.found(return_id)["status"]
    pay(scene, return_id)
    pay(scene, return_id)

    assert before == "OPEN"
    assert scene.found(return_id)["status"] == "CLOSED"
    assert scene.keys(return_id)[-2:] == ["call:refund", "call:close"]
    assert scene.effects()["returnClose"] == 1
    assert paid_back(scene, return_id) == [PRICE]


def test_what_the_platform_refuses_for_good_is_only_noted(scene: Scene) -> None:
    return_id = cut_off(scene, Refused)
    case = pay(scene, return_id)

    body = scene.shelf.body(return_id, "call:close")
    assert body is not None
    assert body["answer"] == {"refused": "now"}
    assert CLOSE not in case.tasks
    assert scene.effects()["returnClose"] == 0


def test_what_is_never_closed_is_left_to_staff(scene: Scene) -> None:
    return_id = cut_off(scene, Unreachable)
    for _ in range(2):
        casework.leave_rest(scene.services, shop=SHOP, return_id=return_id, why="x")

    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.to_do == (
        "Tell the customer that nothing has to be sent back.",
        "Close the return in Shopify: the item stays with the customer.",
    )
    assert case.waits
    assert not pay(scene, return_id).waits


@pytest.mark.parametrize("pays", ["at_once", "on_receipt"])
def test_what_has_to_come_back_stays_open(scene: Scene, pays: str) -> None:
    lets_pay(scene, pays)
    return_id = approved(scene)
    casework.leave_rest(scene.services, shop=SHOP, return_id=return_id, why="x")

    case = scene.shelf.find(return_id)
    assert case is not None
    assert CLOSE not in case.tasks
    assert scene.effects()["returnClose"] == 0


def test_what_was_left_to_staff_is_theirs_no_more_once_it_is_closed(
    scene: Scene,
) -> None:
    return_id = cut_off(scene, Unreachable)
    leave_rest(scene.services, shop=SHOP, return_id=return_id, why="retry:unreachable")
    before = scene.shelf.find(return_id)
    case = pay(scene, return_id)

    assert before is not None
    assert CLOSE in before.tasks
    assert scene.found(return_id)["status"] == "CLOSED"
    assert CLOSE not in case.tasks


def test_a_closing_hides_no_refund_of_staff_that_failed(life: Life) -> None:
    scene = life.scene
    return_id = cut_off(scene, Unreachable)
    leave_rest(scene.services, shop=SHOP, return_id=return_id, why="retry:unreachable")
    [ours] = refunds(scene, return_id)
    theirs = replace(ours, id=scene.store.ids.gid("Refund"), note=None)
    theirs.transactions = [
        replace(each, id=scene.store.ids.gid("OrderTransaction"), status="FAILURE")
        for each in ours.transactions
    ]
    scene.store.shops[SHOP].refunds[theirs.id] = theirs
    casework.record_refund(scene.services, shop=SHOP, refund_id=theirs.id)
    case = pay(scene, return_id)

    assert scene.keys(return_id)[-1] == "call:close"
    assert "failed at the payment provider; look at it" in case.to_do[-1]
    assert case.waits
    assert [each.return_id for each, _ in scene.shelf.waiting()] == [return_id]


def test_a_closing_hides_no_payment_that_fails_meanwhile(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "without_return")
    return_id = scene.asked(days=5)

    def meanwhile() -> None:
        [refund] = refunds(scene, return_id)
        casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)
        for payment in refund.transactions:
            payment.status = "FAILURE"
        casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)

    scene.run(return_id, scene.with_client(Meddling(scene, "close_return", meanwhile)))

    assert "call:close" in scene.keys(return_id)
    assert life.case(return_id).waits


@pytest.mark.parametrize("error", [Unreachable, Crash])
def test_what_is_paid_at_the_word_of_its_refund_is_closed_or_left_to_staff(
    life: Life, error: type[BaseException]
) -> None:
    scene = life.scene
    lets_pay(scene, "without_return")
    return_id = life.paying()
    [refund] = refunds(scene, return_id)
    for payment in refund.transactions:
        payment.status = "SUCCESS"
    cut = scene.failing_once("close_return", error)
    with pytest.raises(error):
        casework.record_refund(cut, shop=SHOP, refund_id=refund.id)
    before = life.case(return_id)
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)
    after = life.case(return_id)

    assert (CLOSE in before.tasks) == before.waits == (error is Unreachable)
    assert scene.found(return_id)["status"] == "CLOSED"
    assert (CLOSE in after.tasks, after.waits) == (False, False)


@pytest.mark.parametrize("undone", [False, True], ids=["given", "given anew"])
def test_what_staff_are_to_close_waits_though_its_refund_is_heard_of_late(
    life: Life, undone: bool
) -> None:
    scene = life.scene
    return_id = cut_off(scene, Unreachable)
    leave_rest(scene.services, shop=SHOP, return_id=return_id, why="retry:unreachable")
    scene.services, real = closing_never(scene), scene.services
    with suppress(Unreachable):
        record(scene, return_id)
    if undone:
        number = life.number(return_id)
        life.act("payments", number=number, status="FAILURE", late=True)
        record(scene, return_id)
        life.refund(number, amount="89.00")
        with suppress(Unreachable):
            record(scene, return_id)
    case = life.case(return_id)
    listed = [each.return_id for each, _ in scene.shelf.waiting()]
    scene.services = real
    after = pay(scene, return_id)

    assert arrived(scene, return_id) == PRICE
    assert (CLOSE in case.tasks, case.waits, listed) == (True, True, [return_id])
    assert (CLOSE in after.tasks, after.waits) == (False, False)
    assert scene.found(return_id)["status"] == "CLOSED"


def closing_never(scene: Scene) -> Services:
    """The scene's services, on which no return can be closed."""

    def fail() -> None:
        raise Unreachable("500")

    return scene.with_client(Meddling(scene, "close_return", fail))


def test_a_return_is_closed_once_what_fell_was_given_anew(life: Life) -> None:
    scene = life.scene
    return_id = cut_off(scene, Unreachable)
    end_each(scene, return_id, "FAILURE")
    record(scene, return_id)
    # The next try of the closing comes while the money is gone.
    casework.close_paid(scene.services, shop=SHOP, return_id=return_id)
    between = life.case(return_id).waits, scene.found(return_id)["status"]
    life.refund(life.number(return_id), amount="89.00")
    record(scene, return_id)

    assert arrived(scene, return_id) == PRICE
    assert between == (True, "OPEN")
    assert not life.case(return_id).waits
    assert scene.found(return_id)["status"] == "CLOSED"


def test_both_returns_are_closed_whose_money_one_refund_gave_anew(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "without_return")
    number, items = of_two(scene)
    both = [scene.ask_again(number, item) for item in items]
    for each in both:
        with suppress(Unreachable):
            scene.run(each, scene.failing_once("close_return", Unreachable))
    end_each(scene, both[0], "FAILURE", "FAILURE")
    record(scene, both[0])
    for each in both:
        casework.close_paid(scene.services, shop=SHOP, return_id=each)
    between = [scene.found(each)["status"] for each in both]
    order = order_of(scene, both[0])
    whole = sum(price_of(item) for item in order.line_items)
    give_beside(scene, both[0], f"{whole:.2f}", *order.line_items)
    # The closing of one is cut off, which keeps none of the others from being closed.
    with suppress(Unreachable):
        cut = scene.failing_once("close_return", Unreachable)
        casework.record_refund(cut, shop=SHOP, refund_id=order.refunds[2].id)
    after = [scene.found(each)["status"] for each in both]
    record(scene, both[0])

    assert between == ["OPEN", "OPEN"]
    assert after == ["OPEN", "CLOSED"]
    assert [scene.found(each)["status"] for each in both] == ["CLOSED", "CLOSED"]
    assert [life.case(each).waits for each in both] == [False, False]
