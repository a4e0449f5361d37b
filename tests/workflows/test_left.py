"""What slept in a shop that left ends; nothing of it is lost to a shop that is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plugin import casework, jobs, tries, workflows
from plugin.case import Status, TaskKind
from plugin.casework.granting import quote_refund
from plugin.casework.record import SHOP_LEFT
from plugin.jobs import Job
from plugin.ports import Unreachable
from plugin.privacy import Topic
from plugin.tries import AWAY
from tests.archive.shelves import ask
from tests.casework.paying import PRICE, lets_pay, paid_back
from tests.casework.scene import SHOP
from tests.workflows.running import Running, wait_for

NOBODY = "nobody.myshopify.com"


@pytest.fixture
def running(on_both: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setattr(tries, "NAPS", (3600,))
    return on_both


def planned(shop: str) -> list[Job]:
    """Plan stories that each ask the platform first."""
    refund = {"refund_id": "gid://shopify/Refund/1"}
    return [
        jobs.check(shop, "2026-11-02", []),
        Job(story=jobs.SHOP, shop=shop, subject="1", arguments={}),
        Job(story=jobs.REFUND, shop=shop, subject="1", arguments=refund),
    ]


def sleepers(running: Running) -> int:
    return len(running.client.list_workflows(status="DELAYED"))


def is_here(running: Running) -> bool:
    tenant = running.scene.shelf.shop()
    return tenant is not None and tenant.installed


def test_what_sleeps_ends_once_its_shop_has_left(running: Running) -> None:
    running.scene.world.control("tokens/revoke", shop=SHOP)
    for job in planned(SHOP):
        running.enqueue(job)
    wait_for(lambda: sleepers(running) == 3)

    running.scene.leave()
    workflows.wake(running.client, SHOP)

    told = running.told()
    wakened = {told[f"away-1:{job.id}"] for job in planned(SHOP)}
    assert wakened == {SHOP_LEFT}
    assert {told[job.id] for job in planned(SHOP)} == {AWAY}


def test_nothing_sleeps_for_a_shop_that_nobody_knows(running: Running) -> None:
    for job in planned(NOBODY):
        running.enqueue(job)

    assert running.told() == {job.id: SHOP_LEFT for job in planned(NOBODY)}


def test_leaving_itself_is_recorded_in_a_shop_that_nobody_can_enter(
    running: Running,
) -> None:
    running.scene.world.control("install", shop=SHOP, installed=False)
    goodbye = Job(story=jobs.GOODBYE, shop=SHOP, subject="1", arguments={})
    running.enqueue(goodbye)
    wait_for(lambda: not is_here(running))
    for job in planned(SHOP):
        running.enqueue(job)

    told = running.told()
    assert told.pop(goodbye.id) == "uninstalled"
    assert set(told.values()) == {SHOP_LEFT}


def test_a_refund_by_hand_in_a_shop_that_left_is_left_to_its_staff(
    running: Running,
) -> None:
    scene = running.scene
    return_id = scene.asked(days=5)
    case = scene.run(return_id)
    assert case is not None
    owed = quote_refund(running.services, shop=SHOP, return_id=return_id)
    running.platform.shut = "outlook"
    running.enqueue(jobs.give(SHOP, return_id, "staff:1", owed.amount, 1))
    wait_for(lambda: sleepers(running) == 1)

    running.platform.before = scene.leave
    workflows.wake(running.client, SHOP)

    running.told()
    assert scene.keys(return_id)[-1] == "refund:left:1"
    left = scene.shelf.find(return_id)
    assert left is not None
    assert f"({SHOP_LEFT})" in left.to_do[-1]


def refund_asleep(running: Running) -> tuple[Job, str]:
    """Let a member of staff give a refund while the shop's token is dead."""
    return_id = running.scene.asked(days=5)
    running.scene.run(return_id)
    owed = quote_refund(running.services, shop=SHOP, return_id=return_id)
    running.scene.world.control("tokens/revoke", shop=SHOP)
    job = jobs.give(SHOP, return_id, "staff:1", owed.amount, 1)
    running.enqueue(job)
    wait_for(lambda: sleepers(running) == 1)
    return job, return_id


@pytest.mark.parametrize("erased", [False, True], ids=["left", "erased since"])
def test_a_refund_by_hand_that_slept_past_an_uninstall_ends_with_a_record(
    running: Running, erased: bool
) -> None:
    scene = running.scene
    job, return_id = refund_asleep(running)
    granted = scene.keys(return_id)[-1]

    scene.leave()
    if erased:
        scene.shelf.erase_older(datetime.now(UTC) + timedelta(days=1), "retention")
    workflows.wake(running.client, SHOP)

    told = running.told()
    left = scene.shelf.find(return_id)
    assert left is not None
    assert granted == "refund:granted:1"
    assert (told[job.id], told[f"away-1:{job.id}"]) == (AWAY, "answered")
    assert scene.keys(return_id)[-1] == "refund:left:1"
    assert (left.erased, left.waits) == (erased, True)
    assert [task.kind for task in left.tasks] == [TaskKind.GIVE_REFUND]
    assert sleepers(running) == 0
    assert scene.effects()["returnProcess"] == 0
    assert paid_back(scene, return_id) == []


def test_a_refund_by_hand_whose_shop_was_erased_ends_and_brings_nothing_back(
    running: Running,
) -> None:
    scene = running.scene
    job, return_id = refund_asleep(running)

    scene.leave()
    scene.shelf.erase_shop(ask(scene.shelf, Topic.REDACT_SHOP))
    workflows.wake(running.client, SHOP)

    assert running.told()[f"away-1:{job.id}"] == "None"
    assert (scene.shelf.shop(), scene.shelf.find(return_id)) == (None, None)
    assert scene.keys(return_id) == []
    assert paid_back(scene, return_id) == []


def test_a_request_given_up_in_a_shop_that_left_asks_nothing_of_the_platform(
    running: Running,
) -> None:
    scene = running.scene
    return_id = scene.asked(days=45)
    running.platform.errors = [Unreachable("cut")]
    with pytest.raises(Unreachable):
        scene.run(return_id, running.services)
    scene.leave()
    asked = {"return_id": return_id, "why": "retry:throttled"}

    running.enqueue(Job(story=jobs.GIVE_UP, shop=SHOP, subject="1", arguments=asked))

    assert set(running.told().values()) == {"failed"}
    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.status is Status.FAILED


def test_no_case_is_opened_in_a_shop_that_left(running: Running) -> None:
    running.scene.leave()

    casework.give_up(running.services, shop=SHOP, return_id="gid/1", why="away:left")

    assert running.scene.shelf.find("gid/1") is None


def test_what_slept_wakes_in_a_shop_that_left_and_came_back(running: Running) -> None:
    running.scene.world.control("tokens/revoke", shop=SHOP)
    [job, *_] = planned(SHOP)
    running.enqueue(job)
    wait_for(lambda: sleepers(running) == 1)

    running.scene.leave()
    running.scene.install()
    workflows.wake(running.client, SHOP)

    assert running.told()[f"away-1:{job.id}"] == "in_order"


def test_money_waits_for_goods_though_an_event_was_told_while_the_shop_left(
    running: Running,
) -> None:
    scene = running.scene
    lets_pay(scene, "on_receipt")
    return_id = scene.asked(days=5)
    running.enqueue(jobs.answer(SHOP, return_id))
    running.told()
    about = {"return_id": return_id, "topic": "returns/update"}
    event, later = (
        Job(story=jobs.CHANGE, shop=SHOP, subject=f"w-{n}", arguments=about)
        for n in (1, 2)
    )
    running.platform.shut = "state"
    running.enqueue(event)
    wait_for(lambda: sleepers(running) == 1)
    running.platform.before = scene.leave
    workflows.wake(running.client, SHOP)
    running.told()
    running.platform.shut = None
    scene.install()
    lets_pay(scene, "on_receipt")
    body = {"shop": SHOP, "return_id": return_id}
    scene.world.post("/_control/returns/close", json=body)
    running.enqueue(later)
    running.told()

    assert paid_back(scene, return_id) == [PRICE]
