"""A scene whose stories are told by a real DBOS, and a platform with moods."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dbos import DBOS

from plugin import jobs, workflows
from plugin.case import Case, Status
from plugin.ports import NoAccess, Unreachable
from tests.casework.scene import Scene


class Moody:
    """A platform that is away, slow to show, or whose declines fail, when told to."""

    def __init__(self, platform: Any) -> None:
        self._platform = platform
        self.errors: list[Exception] = []
        self.down = False
        self.down_after: str | None = None
        self.unread = 0
        self.shut: str | None = None
        self.before: Callable[[], None] = _nothing

    def use(self, platform: Any) -> None:
        """Ask another platform from now on."""
        self._platform = platform

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            if self.down:
                raise Unreachable("away")
            if name == self.shut:
                self.before()
                raise NoAccess("shut")
            if name == "request" and self.unread:
                self.unread -= 1
                return None
            if name == "decline" and self.errors:
                raise self.errors.pop()
            done = getattr(self._platform, name)(*args, **named)
            self.down = name == self.down_after
            return done

        return call


class Running:
    """A scene whose stories are told by DBOS."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.platform = Moody(scene.services.platform)
        self.engine = scene.archive.engine
        workflows.migrate(self.engine)
        self.client = workflows.client(self.engine)
        self.services = replace(scene.services, platform=self.platform)
        workflows.register(self.services, self.client)
        workflows.launch(self.engine, worker="test", poll_seconds=0.05)

    def enqueue(self, job: jobs.Job) -> None:
        with self.engine.begin() as db:
            workflows.enqueue(self.client, db, job)

    def wait_for_try(self, job: jobs.Job, number: int) -> None:
        """Wait until a story is told for the so manieth time."""
        ids = [f"try-{number}:{job.id}"]
        wait_for(lambda: bool(self.client.list_workflows(workflow_ids=ids)))

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


def _nothing() -> None:
    """Let nothing happen."""


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not ready():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
