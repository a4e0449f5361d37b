"""Whatever goes wrong around a story, its request is not lost."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import jobs, workflows
from plugin.case import Status
from plugin.casework.leaving import GIVE
from plugin.jobs import Job
from plugin.ports import Unreachable
from tests.casework.paying import PRICE, lets_pay, order_of, paid_back, task
from tests.casework.scene import SHOP
from tests.workflows.running import Running, wait_for


def job_of(story: str, subject: str, **arguments: Any) -> Job:
    return Job(story=story, shop=SHOP, subject=subject, arguments=arguments)


def test_it_takes_a_code_back_however_long_the_platform_was_away(
    running: Running,
) -> None:
    scene = running.scene
    running.platform.down_after = "create_code"
    return_id = scene.asked(days=45)
    job = jobs.answer(SHOP, return_id)
    running.enqueue(job)
    tried_for_long = f"try-5:give_up:{job.id}"
    wait_for(lambda: bool(running.client.list_workflows(workflow_ids=[tried_for_long])))
    during = scene.alive_codes()

    running.platform.down_after = None
    running.platform.down = False
    words = set(running.told().values())

    assert (len(during), scene.alive_codes()) == (1, [])
    assert words == {"retry:platform_unreachable", "failed"}
    assert running.answered(return_id).status is Status.FAILED
    assert scene.keys(return_id)[-2:] == ["outcome:failed", "call:deactivate-code"]
    assert scene.effects()["discountCodeBasicCreate"] == 1


class Losing:
    """A platform that takes an approval, loses its answer, and then is away."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._platform = running.scene.services.platform

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def approve(
        self, shop: str, return_id: str, asking: AbstractContextManager[object]
    ) -> None:
        with asking:
            self._platform.approve(shop, return_id)
            self._running.platform.down = True
            raise Unreachable("the answer was lost")


def test_it_leaves_the_money_of_an_approval_whose_answer_was_lost(
    running: Running,
) -> None:
    scene = running.scene
    lets_pay(scene)
    running.platform.use(Losing(running))
    return_id = scene.asked(days=5)
    running.enqueue(jobs.answer(SHOP, return_id))
    first = running.answered(return_id)
    running.platform.use(scene.services.platform)
    running.platform.down = False
    running.told()
    about = {"return_id": return_id, "topic": "sweep", "event": None}
    running.enqueue(job_of(jobs.CHANGE, "1", **about))
    running.told()

    case = running.answered(return_id)
    assert (first.status, case.status) == (Status.FAILED, Status.ANSWERED)
    assert scene.found(return_id)["decided_by"] == "app"
    assert task(scene, return_id).startswith(GIVE)
    assert "evenhand-approved" in order_of(scene, return_id).tags


class Tagless:
    """A platform that puts no tag on any order."""

    def __init__(self, platform: Any) -> None:
        self._platform = platform

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def mark(self, *_: object) -> None:
        raise Unreachable("tags are away")


def test_a_tag_that_cannot_be_put_keeps_no_money_back(running: Running) -> None:
    scene = running.scene
    lets_pay(scene)
    running.platform.use(Tagless(scene.services.platform))
    return_id = scene.asked(days=5)

    running.enqueue(jobs.answer(SHOP, return_id))
    wait_for(lambda: paid_back(scene, return_id) == [PRICE])
    before = list(order_of(scene, return_id).tags)
    running.platform.use(scene.services.platform)
    running.told()

    assert (before, order_of(scene, return_id).tags) == ([], ["evenhand-approved"])
    assert running.answered(return_id).to_do == ()


def test_it_tells_a_job_from_before_an_argument_was_new(running: Running) -> None:
    return_id = running.scene.asked(days=45)
    job = job_of(jobs.ANSWER, return_id, return_id=return_id)

    running.enqueue(job)

    assert running.told() == {job.id: "answered"}


@pytest.mark.parametrize("story", [jobs.ANSWER, jobs.CHANGE])
def test_it_ends_a_job_that_lacks_what_it_needs(running: Running, story: str) -> None:
    job = job_of(story, "odd")

    running.enqueue(job)

    assert running.told() == {job.id: "failed:bad_arguments"}


def test_it_gives_a_person_the_return_of_a_job_that_lacks_something(
    running: Running,
) -> None:
    return_id = running.scene.asked(days=45)
    job = job_of(jobs.CONFIRM, return_id, return_id=return_id)

    running.enqueue(job)

    assert running.told() == {
        job.id: "failed:bad_arguments",
        f"give_up:{job.id}": "failed",
    }
    assert running.answered(return_id).status is Status.FAILED


def test_it_tells_a_story_anew_whose_record_does_not_fit(running: Running) -> None:
    return_id = running.scene.asked(days=45)
    job = jobs.answer(SHOP, return_id)
    record = (
        "INSERT INTO operation_outputs (workflow_uuid, function_id, function_name)"
        " VALUES (:id, 1, 'a_step_of_another_release')"
    )

    with running.engine.begin() as db:
        workflows.enqueue(running.client, db, job)
        if db.dialect.name == "postgresql":
            db.execute(sa.text("SET LOCAL search_path TO public, dbos"))
        db.execute(sa.text(record), {"id": job.id})

    assert running.told() == {job.id: "retry:stopped", f"try-1:{job.id}": "answered"}
    assert running.answered(return_id).status is Status.ANSWERED


def test_it_keeps_stories_apart_whose_ids_look_like_tries(running: Running) -> None:
    return_id = running.scene.asked(days=5)
    running.scene.run(return_id)
    about = {"return_id": return_id, "topic": "returns/approve"}
    planned = [
        job_of(jobs.CHANGE, subject, **about)
        for subject in ("w", "w~1", "try-1:w", "~")
    ]
    running.platform.down = True

    for job in planned:
        running.enqueue(job)
    wait_for(
        lambda: len(running.client.list_workflows(status="SUCCESS")) >= len(planned)
    )
    running.platform.down = False

    ids = set(running.told())
    assert {job.id for job in planned} <= ids
    assert {f"try-1:{job.id}" for job in planned} <= ids


def test_it_goes_on_with_tries_that_an_older_release_queued(running: Running) -> None:
    return_id = running.scene.asked(days=45)
    running.platform.down = True
    arguments = {"shop": SHOP, "return_id": return_id, "event": None}
    options = workflows.options(jobs.ANSWER, "answer_request:a~1", SHOP)

    running.client.enqueue(options, arguments, 1)
    wait_for(lambda: bool(running.client.list_workflows(status="SUCCESS")))
    running.platform.down = False

    assert running.answered(return_id).status is Status.ANSWERED
    assert running.told() == {
        "answer_request:a~1": "retry:platform_unreachable",
        "try-2:answer_request:a~1": "answered",
    }


def test_it_tries_again_a_return_that_cannot_be_read_yet(running: Running) -> None:
    return_id = running.scene.asked(days=45)
    running.platform.unread = 1

    running.enqueue(jobs.answer(SHOP, return_id))

    assert running.answered(return_id).status is Status.ANSWERED
    assert sorted(running.told().values()) == ["answered", "retry:not_there"]


def test_it_opens_no_case_for_a_return_that_nobody_shows(running: Running) -> None:
    return_id = "gid://shopify/Return/999"

    running.enqueue(jobs.answer(SHOP, return_id))

    assert set(running.told().values()) == {"retry:not_there"}
    assert running.scene.shelf.find(return_id) is None
