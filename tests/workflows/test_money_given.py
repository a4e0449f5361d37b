"""The money of an approval goes back once, told by the workflows themselves."""

from __future__ import annotations

import pytest

from plugin import casework, jobs
from plugin.case import Status
from plugin.jobs import Job
from tests.casework.paying import PRICE, lets_pay, paid_back
from tests.casework.scene import SHOP, Scene
from tests.workflows.running import Running, wait_for


def closed(return_id: str, webhook: str) -> Job:
    about = {"return_id": return_id, "topic": "returns/close"}
    return Job(
        story=jobs.CHANGE,
        shop=SHOP,
        subject=f"{webhook}:{return_id}",
        arguments=about,
    )


def test_it_is_given_with_the_approval(running: Running) -> None:
    lets_pay(running.scene)
    return_id = running.scene.asked(days=5)

    running.enqueue(jobs.answer(SHOP, return_id))
    running.told()

    assert running.answered(return_id).status is Status.ANSWERED
    assert paid_back(running.scene, return_id) == [PRICE]


def test_it_is_given_once_however_often_the_return_is_said_to_be_closed(
    running: Running,
) -> None:
    scene = running.scene
    lets_pay(scene, "on_receipt")
    return_id = scene.asked(days=5)
    running.enqueue(jobs.answer(SHOP, return_id))
    running.told()
    before = paid_back(scene, return_id)
    body = {"shop": SHOP, "return_id": return_id}
    assert scene.world.post("/_control/returns/close", json=body).status_code == 200

    for webhook in ("w-1", "w-2", "w-3"):
        running.enqueue(closed(return_id, webhook))
    running.told()

    assert before == []
    assert paid_back(scene, return_id) == [PRICE]


def test_an_outage_that_lasts_leaves_it_to_a_person(running: Running) -> None:
    scene = running.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    casework.answer_case(scene.services, shop=SHOP, return_id=return_id)
    running.platform.down = True

    running.enqueue(jobs.answer(SHOP, return_id))

    # Its tag waits until the platform is back, however long that takes.
    wait_for(lambda: bool(left(scene, return_id)))
    found = scene.shelf.find(return_id)
    assert found is not None
    assert found.status is Status.ANSWERED
    assert paid_back(scene, return_id) == []
    assert found.to_do == (
        "Give the money back yourself: it could not be given"
        " (retry:platform_unreachable).",
    )


def left(scene: Scene, return_id: str) -> tuple[str, ...]:
    """What a person is left to do on a case."""
    found = scene.shelf.find(return_id)
    return () if found is None else found.to_do


def test_money_on_receipt_that_cannot_be_given_for_long_is_left_to_a_person(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = running.scene
    lets_pay(scene, "on_receipt")
    return_id = scene.asked(days=5)
    running.enqueue(jobs.answer(SHOP, return_id))
    running.told()
    body = {"shop": SHOP, "return_id": return_id}
    assert scene.world.post("/_control/returns/close", json=body).status_code == 200
    monkeypatch.setattr(running.platform, "down", True)

    running.enqueue(closed(return_id, "w-1"))
    running.told()

    found = scene.shelf.find(return_id)
    assert found is not None
    assert found.status is Status.ANSWERED
    assert paid_back(scene, return_id) == []
    assert found.to_do[-1] == (
        "Give the money back yourself: whether the items are back could not be seen,"
        " or it could not be given (retry:platform_unreachable)."
    )
