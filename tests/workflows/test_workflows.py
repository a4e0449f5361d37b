"""The durable stories on a real DBOS, a real database and a development store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS

from plugin import workflows
from plugin.case import Case, Status
from plugin.ports import NoAccess, PlatformError, Refused, Unreachable
from plugin.shop import Mode
from tests.casework.scene import SHOP, Scene
from tests.devstore.world import ROOT, Receiver, World


class Moody:
    """A platform whose declines fail as often as it is told, then work."""

    def __init__(self, platform: Any) -> None:
        self._platform = platform
        self.errors: list[Exception] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def decline(self, *args: Any) -> Any:
        if self.errors:
            raise self.errors.pop()
        return self._platform.decline(*args)


class Running:
    """A scene whose stories are told by DBOS."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.platform = Moody(scene.services.platform)
        workflows.register(replace(scene.services, platform=self.platform))
        workflows.launch(scene.archive.engine, worker="test", poll_seconds=0.05)
        self.client = workflows.client(scene.archive.engine)

    def enqueue(self, job: workflows.Job) -> None:
        with self.scene.archive.engine.begin() as db:
            workflows.enqueue(self.client, db, job)

    def answered(self, return_id: str) -> Case:
        """Wait until a story has left the case where the app leaves it."""

        def settled() -> bool:
            case = self.scene.shelf.find(return_id)
            return case is not None and case.status is not Status.DECIDED

        wait_for(settled)
        case = self.scene.shelf.find(return_id)
        assert case is not None
        return case

    def told(self) -> dict[str, str]:
        """Every workflow that ended, with its word."""
        wait_for(
            lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING", "DELAYED"])
        )
        return {w.workflow_id: str(w.output) for w in DBOS.list_workflows()}


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not ready():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(workflows, "PAUSES", (0.05, 0.05))
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Running(Scene(world, tmp_path))
    yield made
    DBOS.destroy(destroy_registry=True)
    world.close()
    ear.close()


def test_it_tells_a_story_once_however_often_it_is_queued(running: Running) -> None:
    return_id = running.scene.asked(days=45)
    job = workflows.answer(SHOP, return_id)

    for _ in range(3):
        running.enqueue(job)
    case = running.answered(return_id)

    assert case.status is Status.ANSWERED
    assert running.told() == {job.id: "answered"}
    assert running.scene.effects()["returnDeclineRequest"] == 1


@pytest.mark.parametrize(
    "error", [Unreachable("down"), NoAccess("no token"), ValueError("our own fault")]
)
def test_it_tries_again_after_a_pause(running: Running, error: Exception) -> None:
    running.platform.errors = [error, error]
    return_id = running.scene.asked(days=45)
    job = workflows.answer(SHOP, return_id)

    running.enqueue(job)
    case = running.answered(return_id)

    code = getattr(error, "code", "unexpected")
    assert case.status is Status.ANSWERED
    assert running.told() == {
        job.id: f"retry:{code}",
        f"{job.id}~1": f"retry:{code}",
        f"{job.id}~2": "answered",
    }


def test_it_gives_a_person_what_was_refused_for_good(running: Running) -> None:
    running.platform.errors = [Refused("no")]
    return_id = running.scene.asked(days=45)

    running.enqueue(workflows.answer(SHOP, return_id))
    case = running.answered(return_id)

    assert case.status is Status.FAILED
    assert running.scene.found(return_id)["status"] == "REQUESTED"
    assert set(running.told().values()) == {"failed:refused"}
    assert running.scene.alive_codes() == []
    assert running.scene.keys(return_id)[-2:] == [
        "outcome:failed",
        "call:deactivate-code",
    ]


def test_it_gives_up_after_the_last_pause(running: Running) -> None:
    running.platform.errors = [PlatformError("down")] * 9
    return_id = running.scene.asked(days=45)

    running.enqueue(workflows.answer(SHOP, return_id))
    case = running.answered(return_id)

    assert case.status is Status.FAILED
    assert len(running.told()) == len(workflows.PAUSES) + 1


def test_it_sends_a_confirmed_refusal_once(running: Running) -> None:
    scene = running.scene
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    running.enqueue(workflows.answer(SHOP, return_id))
    assert running.answered(return_id).status is Status.PROPOSED

    for who in ("staff:1", "staff:2"):
        running.enqueue(workflows.confirm(SHOP, return_id, who))
    wait_for(lambda: scene.found(return_id)["status"] == "DECLINED")

    assert set(running.told().values()) == {"proposed", "answered"}
    assert scene.effects()["returnDeclineRequest"] == 1
    assert scene.keys(return_id).count("confirmed") == 1


def test_every_story_is_known_by_name() -> None:
    assert set(workflows.STORIES) == {
        workflows.ANSWER,
        workflows.CONFIRM,
        workflows.CHANGE,
        workflows.REFUND,
        workflows.GOODBYE,
    }
