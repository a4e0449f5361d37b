"""What stops the money of an approval: a wish for a person, a dispute, a goodbye."""

from __future__ import annotations

from contextlib import suppress

import pytest

from plugin import casework, jobs, stories
from plugin.casework.granting import may_grant, quote_refund
from plugin.casework.reckoning import ForAPerson
from plugin.casework.record import SHOP_LEFT
from plugin.ports import Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    lets_pay,
    order_of,
    paid_back,
    pay,
    take_click_down,
    task,
)
from tests.casework.scene import SHOP, Scene

SHOP_WENT = "Give the money back yourself: the app was removed before it was given."


def opt_out(scene: Scene, return_id: str) -> None:
    """Let the customer of a return ask for a person, and the app hear of it."""
    order = order_of(scene, return_id)
    assert order.customer is not None
    order.customer.tags = ["no-automated-decisions"]
    casework.record_order(
        scene.services, shop=SHOP, order_id=order.id, topic="disputes/update"
    )


def test_who_wants_a_person_is_paid_by_one(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    opt_out(scene, return_id)
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)
    before = paid_back(scene, return_id)
    left = task(scene, return_id)
    quote = quote_refund(scene.services, shop=SHOP, return_id=return_id)
    take_click_down(scene, return_id)
    pay(scene, return_id)

    assert before == []
    assert left == (
        "Give the money back yourself: the customer wants a person to decide."
    )
    assert quote.amount.amount == PRICE
    assert paid_back(scene, return_id) == [PRICE]
    assert task(scene, return_id) == ""


def test_a_dispute_stops_both_the_app_and_a_click(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    opt_out(scene, return_id)
    life.act("disputes", number=life.number(return_id))
    life.act("returns/close", return_id=return_id)
    casework.record_order(
        scene.services,
        shop=SHOP,
        order_id=order_of(scene, return_id).id,
        topic="disputes/create",
    )
    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == (
        "Give the money back yourself: the payment of the order is disputed."
    )
    with pytest.raises(ForAPerson, match="the payment of the order is disputed"):
        quote_refund(scene.services, shop=SHOP, return_id=return_id)


def test_a_click_in_a_shop_that_leaves_is_left_to_staff(scene: Scene) -> None:
    lets_pay(scene)
    scene.prefer(Mode.ASSIST)
    return_id = approved(scene)
    take_click_down(scene, return_id)
    scene.leave()
    case = pay(scene, return_id)
    again = pay(scene, return_id)
    scene.install()
    later = pay(scene, return_id)

    assert case.to_do == again.to_do == later.to_do == (SHOP_WENT,)
    assert paid_back(scene, return_id) == []
    assert may_grant(later, scene.shelf.keys(return_id))


def test_money_that_was_promised_in_a_shop_that_leaves_is_left_to_staff(
    scene: Scene,
) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    casework.answer_case(scene.services, shop=SHOP, return_id=return_id)
    scene.leave()
    case = pay(scene, return_id)
    scene.install()
    scene.prefer(Mode.AUTOMATIC, refunds=True)

    assert case.to_do == pay(scene, return_id).to_do == (SHOP_WENT,)
    assert paid_back(scene, return_id) == []


def test_money_that_waits_for_its_goods_waits_on_in_a_shop_that_leaves(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    scene.leave()
    gone = pay(scene, return_id)
    scene.install()
    lets_pay(scene, "on_receipt")
    life.act("returns/close", return_id=return_id)
    back = pay(scene, return_id)

    assert gone.to_do == back.to_do == ()
    assert paid_back(scene, return_id) == [PRICE]


def test_money_that_waits_for_its_goods_waits_on_though_a_tag_is_given_up(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = scene.asked(days=5)
    with suppress(Unreachable):
        scene.run(return_id, scene.failing_once("tag_order", Unreachable))

    casework.give_up(scene.later(hours=8), shop=SHOP, return_id=return_id, why="lost")
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)

    assert paid_back(scene, return_id) == [PRICE]


def test_nothing_is_left_of_what_was_never_promised(scene: Scene) -> None:
    lets_pay(scene)
    scene.prefer(Mode.ASSIST)
    return_id = approved(scene)
    scene.leave()

    assert pay(scene, return_id).to_do == ()


def test_money_waits_for_goods_though_an_event_was_told_while_the_shop_left(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    scene.leave()
    pay(scene, return_id)
    casework.leave_rest(scene.services, shop=SHOP, return_id=return_id, why=SHOP_LEFT)
    scene.install()
    lets_pay(scene, "on_receipt")
    life.act("returns/close", return_id=return_id)
    back = pay(scene, return_id)

    assert paid_back(scene, return_id) == [PRICE]
    assert back.to_do == ()


def test_money_that_waits_for_goods_waits_on_though_no_tag_could_be_put(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    # The story of the change came as far as the tag, and is given up for it.
    assert stories.OWED[jobs.CHANGE] == jobs.LEAVE
    for hours in (8, 16):
        casework.leave_rest(
            scene.later(hours=hours),
            shop=SHOP,
            return_id=return_id,
            why="retry:platform_unreachable",
        )
    waits = life.case(return_id)
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)

    assert (waits.tasks, waits.owed) == ((), True)
    assert paid_back(scene, return_id) == [PRICE]
