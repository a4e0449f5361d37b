"""A shop that nobody can enter sleeps until its merchant opens the app."""

from __future__ import annotations

import pytest

from plugin import jobs, tries, workflows
from plugin.archive.vault import Vault
from plugin.case import Status
from plugin.ports import NoAccess
from plugin.tries import AWAY, DAY, NAPS, Try
from tests.casework.scene import SHOP
from tests.workflows.running import Running, wait_for

JOB = "answer_request:shop:1"


def asleep(running: Running) -> list[str]:
    found = running.client.list_workflows(status="DELAYED")
    return sorted(each.workflow_id for each in found)


def test_what_sleeps_uses_up_no_try_and_looks_ever_less() -> None:
    one = Try(story="answer_request", base=JOB, arguments={}, attempt=3, busy=2)
    pauses = []

    for _ in range(6):
        pause = one.pause(AWAY, forever=False)
        assert pause is not None
        pauses.append(pause)
        id, one = one.again(AWAY, pause)

    assert pauses == [*NAPS, DAY, DAY]
    assert id == f"away-6:{JOB}"
    assert (one.attempt, one.busy, one.away) == (3, 2, 6)


def test_a_dead_token_puts_a_shop_to_sleep_until_the_app_is_opened(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "NAPS", (3600,))
    scene = running.scene
    vault = scene.tokens.vault
    assert isinstance(vault, Vault)
    planned = [jobs.answer(SHOP, scene.asked(days=45)) for _ in range(3)]
    scene.world.control("tokens/revoke", shop=SHOP)

    for job in planned:
        running.enqueue(job)
    wait_for(lambda: len(asleep(running)) == 3)
    slept, dead_since = asleep(running), vault.dead_since(SHOP)
    scene.tokens.exchange(SHOP, scene.world.id_token(SHOP))
    woken = workflows.wake(running.client, SHOP)
    cases = [running.answered(str(job.arguments["return_id"])) for job in planned]

    assert slept == sorted(f"away-1:{job.id}" for job in planned)
    assert dead_since is not None
    assert woken == 3
    assert {case.status for case in cases} == {Status.ANSWERED}
    assert set(running.told().values()) == {AWAY, "answered"}
    assert scene.effects()["returnDeclineRequest"] == 3


def test_it_wakes_nobody_elses_stories(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "NAPS", (3600,))
    return_id = running.scene.asked(days=45)
    running.platform.errors = [NoAccess("closed")]
    running.enqueue(jobs.answer(SHOP, return_id))
    wait_for(lambda: len(asleep(running)) == 1)

    assert workflows.wake(running.client, "other.myshopify.com") == 0
    assert len(asleep(running)) == 1
    assert workflows.wake(running.client, SHOP) == 1
    assert running.answered(return_id).status is Status.ANSWERED


def test_it_looks_by_itself_too(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "NAPS", (0.05,) * 9)
    return_id = running.scene.asked(days=45)
    running.platform.errors = [NoAccess("frozen")] * 3

    running.enqueue(jobs.answer(SHOP, return_id))

    # The schedule has two tries here: three naps used up none.
    assert running.answered(return_id).status is Status.ANSWERED
