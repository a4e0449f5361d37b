"""The durable stories on a real DBOS, a real database and a development store."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from plugin import casework, clicks, jobs, stories, tries
from plugin.case import Status
from plugin.casework.overriding import Answer
from plugin.casework.record import moves
from plugin.policy.decision import Outcome
from plugin.ports import PlatformError, Refused, Unreachable
from plugin.reception import Reception
from plugin.shop import Mode
from tests.archive.shelves import at_once
from tests.casework.scene import SHOP
from tests.workflows.running import Running, wait_for


def test_it_tells_a_story_once_however_often_it_is_queued(running: Running) -> None:
    return_id = running.scene.asked(days=45)
    job = jobs.answer(SHOP, return_id)

    for _ in range(3):
        running.enqueue(job)
    case = running.answered(return_id)

    assert case.status is Status.ANSWERED
    assert running.told() == {job.id: "answered"}
    assert running.scene.effects()["returnDeclineRequest"] == 1


@pytest.mark.parametrize("error", [Unreachable("down"), ValueError("our own fault")])
def test_it_tries_again_after_a_pause(running: Running, error: Exception) -> None:
    running.platform.errors = [error, error]
    return_id = running.scene.asked(days=45)
    job = jobs.answer(SHOP, return_id)

    running.enqueue(job)
    case = running.answered(return_id)

    code = getattr(error, "code", "unexpected")
    assert case.status is Status.ANSWERED
    assert running.told() == {
        job.id: f"retry:{code}",
        f"try-1:{job.id}": f"retry:{code}",
        f"try-2:{job.id}": "answered",
    }


def test_it_gives_a_person_what_was_refused_for_good(running: Running) -> None:
    running.platform.errors = [Refused("no")]
    return_id = running.scene.asked(days=45)
    job = jobs.answer(SHOP, return_id)

    running.enqueue(job)
    case = running.answered(return_id)

    assert case.status is Status.FAILED
    assert running.scene.found(return_id)["status"] == "REQUESTED"
    assert running.told() == {job.id: "failed:refused", f"give_up:{job.id}": "failed"}
    assert running.scene.alive_codes() == []
    assert running.scene.keys(return_id)[-2:] == [
        "outcome:failed",
        "call:deactivate-code",
    ]


def test_it_gives_up_after_the_last_pause(running: Running) -> None:
    running.platform.errors = [PlatformError("down")] * 9
    return_id = running.scene.asked(days=45)

    running.enqueue(jobs.answer(SHOP, return_id))
    case = running.answered(return_id)

    assert case.status is Status.FAILED
    # The first try, one after each pause, and the giving up.
    assert len(running.told()) == len(tries.PAUSES) + 2


def test_it_sends_a_confirmed_refusal_once(running: Running) -> None:
    scene = running.scene
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    running.enqueue(jobs.answer(SHOP, return_id))
    assert running.answered(return_id).status is Status.PROPOSED

    for who in ("staff:1", "staff:2"):
        running.enqueue(jobs.confirm(SHOP, return_id, who, number=1))
    wait_for(lambda: scene.found(return_id)["status"] == "DECLINED")

    assert set(running.told().values()) == {"proposed", "answered"}
    assert scene.effects()["returnDeclineRequest"] == 1
    assert scene.keys(return_id).count("confirmed") == 1


def test_it_carries_a_persons_own_answer_out_once(running: Running) -> None:
    running.scene.prefer(Mode.ASSIST)
    return_id = running.scene.asked(days=45)
    running.enqueue(jobs.answer(SHOP, return_id))
    proposed = running.answered(return_id).status
    asked = Answer(to=Outcome.APPROVE)
    clicks = [
        jobs.override(SHOP, return_id, by, asked, number=1)
        for by in ("staff:101", "staff:102")
    ]
    for job in clicks:
        running.enqueue(job)
    wait_for(lambda: running.scene.found(return_id)["status"] == "OPEN")

    assert proposed is Status.PROPOSED
    assert running.told()[clicks[0].id] == "answered"
    body = running.scene.shelf.body(return_id, "overridden")
    assert body is not None
    assert body["overridden_by"] == "staff:101"
    assert running.scene.effects()["returnApproveRequest"] == 1
    assert running.scene.effects()["returnDeclineRequest"] == 0
    [count] = running.scene.shelf.rule_counts()
    assert (count.declined, count.overturned) == (1, 1)


def test_every_story_is_known_by_name() -> None:
    assert set(stories.STORIES) == {
        jobs.ANSWER,
        jobs.CONFIRM,
        jobs.OVERRIDE,
        jobs.CHANGE,
        jobs.REFUND,
        jobs.GOODBYE,
        jobs.ORDER,
        jobs.SHOP,
        jobs.SCOPES,
        jobs.SUBSCRIPTIONS,
        jobs.GIVE_UP,
        jobs.GIVE,
        jobs.LEAVE,
        jobs.TIDY,
        jobs.HAND_OVER,
        jobs.FORGET_CUSTOMER,
        jobs.FORGET_SHOP,
    }


def test_a_refusal_that_is_proposed_again_is_confirmed_again(running: Running) -> None:
    scene = running.scene
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    running.enqueue(jobs.answer(SHOP, return_id))
    running.answered(return_id)
    case = scene.shelf.find(return_id)
    assert case is not None
    about = {"shop": SHOP, "number": int(case.order_name.removeprefix("#"))}
    story: dict[str, Any] = {
        "shop": SHOP,
        "order_id": case.order_id,
        "topic": "disputes/update",
    }
    parts: Any = SimpleNamespace(
        archive=scene.archive, engine=running.engine, client=running.client
    )
    staff = Reception(parts=parts)

    # The first click crosses a dispute, which the shop wins.
    scene.world.post("/_control/disputes", json=about).raise_for_status()
    first = moves(scene.shelf.keys(return_id))
    casework.record_order(scene.services, **story)
    running.enqueue(jobs.confirm(SHOP, return_id, "staff:1", number=first))
    running.told()
    won = {**about, "status": "WON"}
    scene.world.post("/_control/disputes/move", json=won).raise_for_status()
    casework.record_order(scene.services, **story)
    for _ in range(2):
        staff.confirm(SHOP, return_id, "staff:1")
    running.told()

    assert scene.found(return_id)["status"] == "DECLINED"
    assert scene.effects()["returnDeclineRequest"] == 1


def test_a_click_runs_anew_where_the_one_before_it_was_given_up(
    on_both: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "PAUSES", (3600,))
    scene = on_both.scene
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    on_both.enqueue(jobs.answer(SHOP, return_id))
    assert on_both.answered(return_id).status is Status.PROPOSED
    number = moves(scene.shelf.keys(return_id))
    job = jobs.confirm(SHOP, return_id, "staff:1", number=number)
    on_both.enqueue(replace(job, arguments={"return_id": return_id}))
    ended = on_both.told()[job.id]
    parts: Any = SimpleNamespace(
        archive=scene.archive, engine=on_both.engine, client=on_both.client
    )
    staff = Reception(parts=parts)

    # No click is so late that the story has come to its end before.
    on_both.platform.errors = [Unreachable("down")]
    raised = at_once([lambda: staff.confirm(SHOP, return_id, "staff:1")] * 4)
    anew = replace(job, subject=f"{job.subject}:again-1")
    on_both.wait_for_try(anew, 1)
    on_both.client.set_workflow_delay(f"try-1:{anew.id}", delay_seconds=0)

    told = on_both.told()
    assert raised == []
    assert ended == "failed:bad_arguments"
    assert told[f"try-1:{anew.id}"] == "answered"
    assert not any("again-2" in id for id in told)
    assert scene.found(return_id)["status"] == "DECLINED"
    assert scene.effects()["returnDeclineRequest"] == 1


def test_a_click_on_what_still_waits_for_its_next_try_is_that_one(
    on_both: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "PAUSES", (3600,))
    return_id = on_both.scene.asked(days=45)
    job = jobs.answer(SHOP, return_id)
    on_both.platform.errors = [Unreachable("down")]
    before = clicks.anew(on_both.client, job)
    on_both.enqueue(job)
    on_both.wait_for_try(job, 1)

    while_it_waits = clicks.anew(on_both.client, job)
    on_both.client.set_workflow_delay(f"try-1:{job.id}", delay_seconds=0)
    on_both.told()

    assert (before.id, while_it_waits.id) == (job.id, job.id)
    assert clicks.anew(on_both.client, job).id == f"{job.id}:again-1"
