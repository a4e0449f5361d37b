"""A return whose item stays is closed once its money was given, whatever is cut off."""

from __future__ import annotations

from contextlib import suppress

import pytest

from plugin import casework
from plugin.casework.closing import CLOSE
from plugin.casework.giving_up import leave_rest
from plugin.ports import NoAccess, Refused, Throttled, Unreachable
from tests.casework.paying import PRICE, approved, lets_pay, paid_back, pay
from tests.casework.scene import SHOP, Crash, Scene


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
    assert case.tasks == (
        "Tell the customer that nothing has to be sent back.",
        "Close the return in Shopify: its money was given, and the item stays.",
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
