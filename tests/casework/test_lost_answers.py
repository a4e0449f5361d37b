"""An answer of ours stays ours when word of it is lost and its story is given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status, TaskKind
from plugin.casework.leaving import GIVE
from plugin.policy.decision import Outcome
from plugin.ports import (
    NoAccess,
    PlatformError,
    Refused,
    Services,
    Throttled,
    Unreachable,
)
from plugin.shop import Mode
from plugin.shopify.errors import TurnedAway
from tests.casework.life import Life
from tests.casework.paying import PRICE, lets_pay, paid_back, pay, task
from tests.casework.scene import SHOP, Scene
from tests.casework.test_splitting import Meddling, asked, lets_split, lines

WHY = "retry:platform_unreachable"


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


class Losing:
    """A way to the platform on which the answer of an operation is lost."""

    def __init__(self, scene: Scene, operation: str) -> None:
        self._client = scene.client
        self._operation = operation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def execute(self, shop: str, operation: str, given: Any) -> Any:
        answer = self._client.execute(shop, operation, given)
        if operation == self._operation:
            raise Unreachable("the answer was lost")
        return answer


def lose(scene: Scene, return_id: str, operation: str) -> None:
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(Losing(scene, operation)))


def fail(error: Exception) -> Callable[[], None]:
    def failing() -> None:
        raise error

    return failing


def give_up(scene: Scene, return_id: str) -> None:
    later = scene.later(hours=8)
    casework.give_up(later, shop=SHOP, return_id=return_id, why=WHY)


def look(scene: Scene, return_id: str, services: Services | None = None) -> None:
    """Let a sweep tell how the return stands, when nothing can arrive any more."""
    later = services or scene.later(hours=8)
    casework.record_change(later, shop=SHOP, return_id=return_id, topic="sweep")


def approve(scene: Scene, return_id: str) -> None:
    """Let staff approve a return in the admin."""
    number = return_id.rpartition("/")[2]
    answer = scene.world.post(f"/{SHOP}/admin/returns/{number}/approve")
    assert answer.status_code < 400, answer.text


def test_a_lost_approval_that_is_given_up_leaves_its_money_to_a_person(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    lose(scene, return_id, "approve_return")

    for _ in range(2):
        give_up(scene, return_id)
        look(scene, return_id)
        pay(scene, return_id)

    assert scene.found(return_id)["decided_by"] == "app"
    assert life.case(return_id).status is Status.ANSWERED
    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == f"{GIVE}: it could not be given ({WHY})."


def test_a_lost_approval_is_paid_once_its_shop_left_and_came_back(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    lose(scene, return_id, "approve_return")
    scene.leave()
    scene.run(return_id)
    gone = life.case(return_id).status

    scene.install()
    lets_pay(scene)
    look(scene, return_id)
    pay(scene, return_id)

    assert gone is Status.FAILED
    assert life.case(return_id).status is Status.ANSWERED
    assert paid_back(scene, return_id) == [Decimal("89.0")]


def test_a_lost_approval_that_is_given_up_waits_for_its_goods(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = scene.asked(days=5)
    lose(scene, return_id, "approve_return")
    for _ in range(2):
        give_up(scene, return_id)
        pay(scene, return_id)
    before = (paid_back(scene, return_id), task(scene, return_id))
    life.act("returns/close", return_id=return_id)
    look(scene, return_id)
    pay(scene, return_id)

    assert before == ([], "")
    assert life.case(return_id).status is Status.ANSWERED
    assert paid_back(scene, return_id) == [Decimal("89.0")]


def test_a_lost_approval_whose_goods_came_in_meanwhile_is_left_to_a_person(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = scene.asked(days=5)
    lose(scene, return_id, "approve_return")
    life.act("returns/close", return_id=return_id)
    look(scene, return_id)
    give_up(scene, return_id)
    pay(scene, return_id)

    # Nothing would tell of the goods any more.
    assert paid_back(scene, return_id) == []
    assert task(scene, return_id).startswith(GIVE)


@pytest.mark.parametrize("left", [False, True], ids=["given up", "shop left"])
def test_a_lost_refusal_without_a_code_is_ours(life: Life, left: bool) -> None:
    scene = life.scene
    scene.change_policy(offers=[])
    return_id = scene.asked(days=45)
    lose(scene, return_id, "decline_return")
    if left:
        scene.leave()
        scene.run(return_id)
        scene.install()
    else:
        give_up(scene, return_id)

    look(scene, return_id)

    assert life.case(return_id).code is None
    assert life.case(return_id).status is Status.ANSWERED


def test_a_lost_refusal_keeps_its_code_where_the_shop_left_and_came_back(
    life: Life,
) -> None:
    scene = life.scene
    return_id = scene.asked(days=45)
    lose(scene, return_id, "decline_return")
    scene.leave()
    scene.run(return_id)
    scene.install()

    casework.tidy_code(scene.services, shop=SHOP, return_id=return_id)
    look(scene, return_id)

    case = life.case(return_id)
    assert case.status is Status.ANSWERED
    assert scene.alive_codes() == [case.code]


@pytest.mark.parametrize(
    "error", [Unreachable("cut"), Refused("no")], ids=["cut", "refused"]
)
def test_staff_who_approve_what_did_not_arrive_are_not_taken_for_us(
    life: Life, error: Exception
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    services = scene.with_client(Meddling(scene, "approve_return", fail(error)))
    with suppress(Unreachable, Refused):
        scene.run(return_id, services)
    if isinstance(error, Unreachable):
        give_up(scene, return_id)
    approve(scene, return_id)
    give_up(scene, return_id)

    look(scene, return_id)
    pay(scene, return_id)

    assert life.case(return_id).status is Status.SUPERSEDED
    assert paid_back(scene, return_id) == []


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("approve_return", NoAccess("shut")),
        ("approve_return", Throttled(1.0)),
        ("approve_return", TurnedAway("too many")),
        ("return_state", Unreachable("away")),
    ],
    ids=["no access", "throttled", "turned away", "the look before"],
)
def test_staff_who_approve_what_was_never_sent_are_not_taken_for_us(
    life: Life, operation: str, error: PlatformError
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with suppress(type(error)):
        scene.run(return_id, scene.with_client(Meddling(scene, operation, fail(error))))
    approve(scene, return_id)

    scene.run(return_id)

    assert life.case(return_id).status is Status.SUPERSEDED
    assert paid_back(scene, return_id) == []
    assert scene.effects()["returnApproveRequest"] == 0


def test_staff_who_approve_while_the_app_is_away_are_not_taken_for_us(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)

    def remove() -> None:
        scene.world.control("install", shop=SHOP, installed=False)

    removed = Meddling(scene, "approve_return", remove)
    with suppress(NoAccess):
        scene.run(return_id, scene.with_client(removed))
    scene.leave()
    scene.run(return_id)
    gone = life.case(return_id).status
    approve(scene, return_id)
    scene.install()
    lets_pay(scene)

    look(scene, return_id)
    pay(scene, return_id)

    assert (gone, life.case(return_id).status) == (Status.FAILED, Status.SUPERSEDED)
    assert paid_back(scene, return_id) == []


def test_an_approval_that_arrives_after_it_was_given_up_is_ours(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    late = Meddling(scene, "approve_return", fail(Unreachable("timed out")))
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(late))
    with pytest.raises(Unreachable):
        casework.give_up(scene.services, shop=SHOP, return_id=return_id, why=WHY)
    given_up = life.case(return_id).status

    scene.services.platform.approve(SHOP, return_id)
    look(scene, return_id)
    pay(scene, return_id)

    assert (given_up, life.case(return_id).status) == (Status.FAILED, Status.ANSWERED)
    assert scene.found(return_id)["decided_by"] == "app"
    assert paid_back(scene, return_id) == [PRICE]


def test_a_late_refusal_keeps_its_code_though_bringing_it_back_is_cut(
    life: Life,
) -> None:
    scene = life.scene
    return_id = scene.asked(days=45)
    late = Meddling(scene, "decline_return", fail(Unreachable("timed out")))
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(late))
    give_up(scene, return_id)
    during = scene.alive_codes()
    case = life.case(return_id)
    assert case.letter is not None
    assert case.ground is not None
    scene.services.platform.decline(SHOP, return_id, case.ground, case.letter.text)

    flaky = scene.failing_once("create_code", Unreachable)
    with pytest.raises(Unreachable):
        look(scene, return_id, flaky)
    look(scene, return_id, flaky)

    assert life.case(return_id).status is Status.ANSWERED
    assert (during, scene.alive_codes()) == ([], [case.code])


def test_two_tellers_of_one_story_do_not_take_each_other_for_staff(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    beside = Meddling(
        scene, "approve_return", lambda: lose(scene, return_id, "approve_return")
    )

    scene.run(return_id, scene.with_client(beside))

    assert life.case(return_id).status is Status.ANSWERED
    assert paid_back(scene, return_id) == [Decimal("89.0")]


def test_a_second_teller_is_no_reason_to_take_staff_for_us(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)

    def refused_then_approved() -> None:
        no = Meddling(scene, "approve_return", fail(Refused("no")))
        with suppress(Refused):
            scene.run(return_id, scene.with_client(no))
        approve(scene, return_id)

    beside = Meddling(scene, "approve_return", refused_then_approved)
    scene.run(return_id, scene.with_client(beside))

    assert life.case(return_id).status is Status.SUPERSEDED
    assert paid_back(scene, return_id) == []


def test_staff_who_approve_what_waited_in_a_shop_that_left_are_not_taken_for_us(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    cut = Meddling(scene, "approve_return", fail(Unreachable("cut")))
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(cut))
    scene.leave()
    scene.run(return_id)
    scene.install()
    lets_pay(scene)
    look(scene, return_id)
    approve(scene, return_id)

    look(scene, return_id)
    pay(scene, return_id)

    assert life.case(return_id).status is Status.SUPERSEDED
    assert paid_back(scene, return_id) == []


def test_the_rest_of_a_split_return_whose_approval_was_lost_is_approved(
    scene: Scene,
) -> None:
    lets_split(scene)
    return_id = asked(scene)
    lose(scene, return_id, "approve_return")

    give_up(scene, return_id)

    case = scene.shelf.find(return_id)
    assert case is not None
    assert (case.status, case.outcome) == (Status.ANSWERED, Outcome.APPROVE)
    kinds = [task.kind for task in case.tasks]
    assert kinds == [TaskKind.TELL_REFUSAL, TaskKind.GIVE_REFUND]
    assert case.to_do[1].startswith(GIVE)
    assert len(lines(scene, return_id)) == 1


def test_a_split_return_whose_shop_left_asks_for_no_second_split(
    scene: Scene,
) -> None:
    lets_split(scene)
    return_id = asked(scene)
    cut = Meddling(scene, "approve_return", fail(Unreachable("cut")))
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(cut))
    scene.leave()

    case = scene.run(return_id)

    assert case is not None
    assert case.status is Status.FAILED
    assert [task.kind for task in case.tasks] == [TaskKind.TELL_REFUSAL]


def test_a_refusal_that_staff_sent_in_our_words_is_theirs(life: Life) -> None:
    scene = life.scene
    scene.prefer(Mode.OBSERVE)
    return_id = scene.asked(days=45)
    scene.run(return_id)
    letter = life.case(return_id).letter
    assert letter is not None
    path = f"/{SHOP}/admin/returns/{return_id.rpartition('/')[2]}/decline"
    note = {"reason": "OTHER", "note": letter.text}
    scene.world.post(path, json=note).raise_for_status()

    look(scene, return_id)

    assert life.case(return_id).status is Status.SUPERSEDED
