"""A code left beside no answer is taken back, and works again with its letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin import housekeeping, jobs, worker, workflows
from plugin.case import Status
from plugin.ports import Unreachable
from tests.casework.scene import SHOP
from tests.workflows.running import Running, wait_for


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass before a code counts as left alone."""
    monkeypatch.setattr(housekeeping, "CODE_SECONDS", -60.0)


def left_alone(running: Running) -> str:
    """Crash between a code and its letter, as nobody tells the story on."""
    scene = running.scene
    return_id = scene.asked(days=45)
    running.platform.errors = [Unreachable("cut")]
    with pytest.raises(Unreachable):
        scene.run(return_id, running.services)
    assert len(scene.alive_codes()) == 1
    return return_id


def tidy(running: Running) -> int:
    planned = housekeeping.plan_tidying(running.engine, running.client)
    running.told()
    return planned


def test_staff_who_decide_after_a_crash_leave_no_code(
    running: Running, impatient: None
) -> None:
    return_id = left_alone(running)
    number = return_id.rpartition("/")[2]
    running.scene.world.post(f"/{SHOP}/admin/returns/{number}/approve")

    planned = [tidy(running), tidy(running)]

    assert planned == [1, 0]
    assert running.scene.alive_codes() == []
    assert running.scene.keys(return_id)[-1] == "call:deactivate-code"


def test_a_letter_that_goes_out_late_names_a_code_that_works(
    running: Running, impatient: None
) -> None:
    return_id = left_alone(running)
    tidy(running)
    during = running.scene.alive_codes()
    running.enqueue(jobs.answer(SHOP, return_id))

    case = running.answered(return_id)

    running.told()
    assert during == []
    assert case.status is Status.ANSWERED
    assert running.scene.alive_codes() == [case.code]
    assert running.scene.effects()["discountCodeBasicCreate"] == 1
    assert housekeeping.plan_tidying(running.engine, running.client) == 0


def test_it_is_taken_back_however_long_the_platform_is_away(
    running: Running, impatient: None
) -> None:
    return_id = left_alone(running)
    running.platform.down = True
    housekeeping.plan_tidying(running.engine, running.client)
    job = jobs.tidy(SHOP, return_id, "1.0")
    running.wait_for_try(job, 4)
    running.platform.down = False
    running.told()

    assert running.scene.alive_codes() == []


def test_it_is_taken_back_in_a_shop_that_left_meanwhile_and_came_back(
    running: Running, impatient: None
) -> None:
    left_alone(running)
    running.scene.world.control("tokens/revoke", shop=SHOP)
    housekeeping.plan_tidying(running.engine, running.client)
    wait_for(lambda: bool(running.client.list_workflows(workflow_id_prefix="away-")))
    running.scene.leave()
    workflows.wake(running.client, SHOP)
    running.told()
    while_away = running.scene.alive_codes()

    running.scene.install()

    assert (len(while_away), tidy(running)) == (1, 1)
    assert running.scene.alive_codes() == []


def test_it_is_found_within_ten_minutes_of_its_crash() -> None:
    longest = housekeeping.CODE_SECONDS + 2 * worker.TIDY_SECONDS

    assert timedelta(seconds=longest) < timedelta(minutes=10)
