"""What falls through while something else is told stays owed, and in sight."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status, leaves_money
from plugin.casework import auditing, leaving
from plugin.ports import Unreachable
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
    refunds,
)
from tests.casework.scene import SHOP, Bomb, Crash
from tests.casework.test_owed_when_erased import erase
from tests.casework.test_part_given import refused, stands


def once_after(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, do: Callable[[], object]
) -> list[bool]:
    """Let another worker do something after a look was taken, the first time."""
    really, seen = getattr(module, name), list[bool]()

    def meanwhile(*about: object) -> object:
        found = really(*about)
        if not seen:
            seen.append(bool(found))
            do()
        return found

    monkeypatch.setattr(module, name, meanwhile)
    return seen


def test_the_first_of_two_falls_while_the_second_is_seen(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_pay(life.scene)
    return_id = refused(life.scene, life.scene.asked(days=5))
    life.refund(life.number(return_id), amount="40.00")
    record(life.scene, return_id)
    life.refund(life.number(return_id), amount="49.00")
    first, second = (each.id for each in refunds(life.scene, return_id))

    def fall() -> None:
        end_each(life.scene, return_id, "FAILURE", "SUCCESS")
        casework.record_refund(life.scene.services, shop=SHOP, refund_id=first)

    seen = once_after(monkeypatch, auditing, "is_covered", fall)
    casework.record_refund(life.scene.services, shop=SHOP, refund_id=second)

    assert seen == [True]
    assert arrived(life.scene, return_id) == Decimal("49")
    assert stands(life, return_id) == (True, True)


def test_ours_falls_while_another_is_seen(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_pay(life.scene, outbound_shipping=False)
    return_id = approved(life.scene, shipping="30.00")
    record(life.scene, return_id)
    life.refund(life.number(return_id), amount="5.00", shipping="5.00")
    first, second = (each.id for each in refunds(life.scene, return_id))

    def fall() -> None:
        end_each(life.scene, return_id, "FAILURE", "SUCCESS")
        casework.record_refund(life.scene.services, shop=SHOP, refund_id=first)

    seen = once_after(monkeypatch, auditing, "is_covered", fall)
    casework.record_refund(life.scene.services, shop=SHOP, refund_id=second)
    record(life.scene, return_id)

    assert seen == [True]
    assert arrived(life.scene, return_id) == Decimal(5)
    assert stands(life, return_id) == (True, True)


def test_what_staff_gave_early_falls_while_it_is_left_to_them(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    casework.answer_case(scene.services, shop=SHOP, return_id=return_id)
    give_beside(scene, return_id, "89.00")
    record(scene, return_id)

    def fall() -> None:
        end_each(scene, return_id, "FAILURE")
        record(scene, return_id)

    seen = once_after(monkeypatch, leaving, "given_early", fall)
    pay(scene, return_id)

    assert seen == [True]
    assert arrived(scene, return_id) == 0
    assert stands(life, return_id) == (True, True)


@pytest.mark.parametrize("at", range(1, 25))
def test_a_crash_hides_no_refund_of_ours_that_failed(life: Life, at: int) -> None:
    lets_pay(life.scene)
    return_id = approved(life.scene)
    end_each(life.scene, return_id, "FAILURE")
    [refund] = refunds(life.scene, return_id)
    with suppress(Crash):
        mined = life.scene.mined(Bomb(at=at))
        casework.record_refund(mined, shop=SHOP, refund_id=refund.id)
    record(life.scene, return_id)

    assert arrived(life.scene, return_id) == 0
    assert stands(life, return_id) == (True, True)


@pytest.mark.parametrize("verb", ["approve", "decline"])
@pytest.mark.parametrize("seen", [False, True], ids=["at once", "after review"])
def test_an_amount_may_be_for_a_return_that_staff_approved(
    life: Life, verb: str, seen: bool
) -> None:
    scene = life.scene
    lets_pay(scene)
    number, items = of_two(scene)
    ours = refused(scene, scene.ask_again(number, items[0]))
    scene.prefer(Mode.OBSERVE)
    theirs = scene.ask_again(number, items[1])
    if seen:
        scene.run(theirs)
    life.staff(theirs, verb)
    scene.run(theirs)
    about: dict[str, Any] = {"shop": SHOP, "return_id": theirs}
    casework.record_change(scene.services, **about, topic=f"returns/{verb}")
    prices = [price_of(item) for item in order_of(scene, theirs).line_items]

    give_beside(scene, theirs, f"{max(prices):.2f}")
    record(scene, theirs)

    assert life.case(theirs).status is Status.SUPERSEDED
    assert stands(life, ours) == ((True, True) if verb == "approve" else (False, False))


def test_an_erased_case_is_not_covered_by_a_part(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    number, items = of_two(scene, paid_with=["gift_card", "shopify_payments"])
    return_id = scene.ask_again(number, items[0])
    scene.run(return_id)
    order = order_of(scene, return_id)
    prices = [price_of(item) for item in order.line_items]
    give_beside(scene, return_id, f"{sum(prices):.2f}", *order.line_items)
    record(scene, return_id)
    erase(life, return_id)

    end_each(scene, return_id, "SUCCESS", "FAILURE")
    record(scene, return_id)

    assert stands(life, return_id)[0]


def unclosed(life: Life, **order: Any) -> str:
    """Have money given for what stays, whose return could not be closed."""
    return_id = life.scene.asked(days=5, **order)
    with suppress(Unreachable):
        away = life.scene.failing_once("close_return", Unreachable)
        life.scene.run(return_id, away)
    services = life.scene.services
    casework.leave_rest(services, shop=SHOP, return_id=return_id, why="retry:x")
    record(life.scene, return_id)
    return return_id


def test_a_return_whose_money_fell_through_is_not_closed(life: Life) -> None:
    lets_pay(life.scene, "without_return", outbound_shipping=False)
    return_id = unclosed(life, shipping="30.00")
    # Staff give a part of the shipping too, which nobody promised.
    life.refund(life.number(return_id), amount="5.00", shipping="5.00")
    record(life.scene, return_id)

    end_each(life.scene, return_id, "FAILURE", "SUCCESS")
    record(life.scene, return_id)
    casework.close_paid(life.scene.services, shop=SHOP, return_id=return_id)

    assert arrived(life.scene, return_id) == 5
    assert life.scene.found(return_id)["status"] == "OPEN"


def test_no_task_says_that_money_was_given_which_fell_through(life: Life) -> None:
    lets_pay(life.scene, "without_return")
    return_id = unclosed(life)

    end_each(life.scene, return_id, "FAILURE")
    record(life.scene, return_id)

    assert arrived(life.scene, return_id) == 0
    close = "Close the return in Shopify: the item stays with the customer."
    assert close in life.case(return_id).to_do


@pytest.mark.parametrize("at", [None, *range(1, 30)])
def test_a_refund_of_staff_that_fell_is_said_once(life: Life, at: int | None) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = refused(scene, scene.asked(days=5))
    life.refund(life.number(return_id), amount="89.00")
    record(scene, return_id)
    end_each(scene, return_id, "FAILURE")
    [refund] = refunds(scene, return_id)
    with suppress(Crash):
        mined = scene.mined(Bomb(at=at, after=True))
        casework.record_refund(mined, shop=SHOP, refund_id=refund.id)
    record(scene, return_id)

    told = [key for key in scene.keys(return_id) if leaves_money(key)]
    assert told == ["refund:left", f"refund:undone:{refund.id}"]
    assert stands(life, return_id) == (True, True)
