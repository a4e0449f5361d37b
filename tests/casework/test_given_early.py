"""What staff refunded for nothing that is named, before anything was left to them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from plugin import casework
from plugin.case import Promise, TaskKind
from plugin.devstore.model import Refund
from tests.casework.life import Life
from tests.casework.paying import (
    approved,
    lets_pay,
    paid_back,
    pay,
    refunds,
)
from tests.casework.scene import SHOP

GIVE = "Give the money back yourself: money was refunded on this order past the return."


def give_bare(life: Life, return_id: str, amount: str) -> Refund:
    """Let staff refund an amount of the order that names neither return nor item."""
    life.refund(life.number(return_id), amount=amount, beside=True)
    return refunds(life.scene, return_id)[-1]


def tell(life: Life, refund: Refund) -> None:
    """Tell of a refund, as its event would."""
    casework.record_refund(life.scene.services, shop=SHOP, refund_id=refund.id)


def close(life: Life, return_id: str) -> None:
    """Let the goods come in, so that their money is due."""
    life.act("returns/close", return_id=return_id)
    pay(life.scene, return_id)


@pytest.mark.parametrize("heard", ["before the task", "after the task", "both"])
def test_all_that_staff_gave_counts_whenever_it_is_heard_of(
    life: Life, heard: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    refund = give_bare(life, return_id, "89.00")
    if heard != "after the task":
        tell(life, refund)
    close(life, return_id)
    if heard != "before the task":
        tell(life, refund)
    pay(scene, return_id)

    case = life.case(return_id)
    assert (case.waits, case.to_do, case.promise) == (False, (), Promise.DONE)
    assert scene.shelf.waiting() == []
    assert paid_back(scene, return_id) == [Decimal("89.00")]


def test_it_stands_as_what_staff_gave_first(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    refund = give_bare(life, return_id, "89.00")
    tell(life, refund)

    close(life, return_id)

    assert scene.keys(return_id)[-1] == "refund:theirs"
    theirs = scene.shelf.body(return_id, "refund:theirs")
    assert theirs == {"refunds": [refund.id]}


def test_before_anything_is_left_it_counts_for_nothing(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)

    tell(life, give_bare(life, return_id, "89.00"))

    case = life.case(return_id)
    assert (case.promise, case.waits, case.to_do) == (Promise.OWED, False, ())
    [found] = life.audits(return_id)
    assert found["verdict"] == "unnamed"


@pytest.mark.parametrize(("rest", "done"), [("39.00", True), ("38.00", False)])
def test_a_part_leaves_the_rest_and_counts_against_it(
    life: Life, rest: str, done: bool
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    tell(life, give_bare(life, return_id, "50.00"))
    close(life, return_id)
    left = life.case(return_id)
    tell(life, give_bare(life, return_id, rest))

    assert (left.waits, left.to_do) == (True, (GIVE,))
    assert life.case(return_id).waits is not done
    assert life.case(return_id).to_do == (() if done else (GIVE,))
    assert sum(paid_back(scene, return_id)) == Decimal("50.00") + Decimal(rest)


def test_what_names_the_return_is_not_helped_by_what_names_nothing(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    tell(life, give_bare(life, return_id, "50.00"))
    life.refund(life.number(return_id), amount="39.00")
    tell(life, refunds(scene, return_id)[-1])

    # It may have been for anything: the app still owes what the return promised.
    assert life.case(return_id).promise is Promise.OWED
    assert [each["verdict"] for each in life.audits(return_id)] == ["unnamed", "within"]


def test_one_that_fails_after_it_counted_is_left_to_staff_again(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    refund = give_bare(life, return_id, "89.00")
    tell(life, refund)
    close(life, return_id)
    before = life.case(return_id)
    for payment in refund.transactions:
        payment.status = "FAILURE"
    tell(life, refund)

    after = life.case(return_id)
    assert (before.waits, after.waits) == (False, True)
    assert [task.kind for task in after.tasks] == [TaskKind.REFUND_FELL]


def test_on_an_order_of_two_approvals_it_counts_for_neither(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    other = replace(life.case(return_id), return_id="gid://shopify/Return/77")
    assert scene.shelf.open(other)
    tell(life, give_bare(life, return_id, "89.00"))

    close(life, return_id)

    assert life.case(return_id).to_do == (GIVE,)
    assert life.audits(return_id) == []


def test_it_counts_too_where_the_app_gives_up(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "at_once")
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    casework.answer_case(scene.services, shop=SHOP, return_id=return_id)
    tell(life, give_bare(life, return_id, "89.00"))

    casework.leave_rest(
        scene.services, shop=SHOP, return_id=return_id, why="retry:unexpected"
    )

    case = life.case(return_id)
    assert (case.waits, case.to_do) == (False, ())
    assert paid_back(scene, return_id) == [Decimal("89.00")]
