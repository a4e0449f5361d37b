"""A worker works only while the name is its own, and goes on after trouble."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import housekeeping, workflows
from plugin import worker as worker_module
from plugin.archive import workers
from plugin.archive.database import Lock, exclusive
from plugin.worker import Worker
from tests.databases import end_sessions_with_names
from tests.workflows.ending import end_engine
from tests.workflows.running import wait_for

NAME = "worker-1"


@pytest.fixture
def worker(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(worker_module, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.1)
    workflows.migrate(engine)
    client = workflows.client(engine)
    made = Worker(engine, client, threading.Event(), name=NAME, poll_seconds=0.05)
    yield made
    made.stop()
    client.destroy()
    end_engine()


def works(engine: sa.Engine) -> bool:
    """Tell whether the worker was seen working since it was last asked."""
    found = NAME in workers.seen_within(engine, 3600)
    with engine.begin() as db:
        db.execute(sa.text("DELETE FROM workers"))
    return found


def test_it_waits_for_its_name_and_takes_over(
    engine: sa.Engine, worker: Worker
) -> None:
    other = exclusive(engine, NAME)
    assert other is not None

    worker.start()
    time.sleep(1)
    while_held = works(engine)
    other.close()
    wait_for(lambda: works(engine))

    assert not while_held
    assert exclusive(engine, NAME) is None


def test_it_stops_at_once_while_it_waits(engine: sa.Engine, worker: Worker) -> None:
    other = exclusive(engine, NAME)
    assert other is not None
    worker.start()
    time.sleep(0.2)

    begun = time.monotonic()
    worker.stop()
    other.close()

    assert time.monotonic() - begun < 1
    assert not works(engine)


def test_it_gives_its_name_back_when_it_stops(
    engine: sa.Engine, worker: Worker
) -> None:
    worker.start()
    wait_for(lambda: works(engine))

    worker.stop()
    successor = exclusive(engine, NAME)

    assert successor is not None
    successor.close()


def test_it_goes_on_after_its_database_was_in_trouble(
    engine: sa.Engine, worker: Worker
) -> None:
    worker.start()
    wait_for(lambda: works(engine))
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE workers RENAME TO away"))
    time.sleep(0.5)
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE away RENAME TO workers"))

    wait_for(lambda: works(engine))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_stops_working_when_another_took_its_name(
    engine: sa.Engine, worker: Worker
) -> None:
    worker.start()
    wait_for(lambda: works(engine))

    end_sessions_with_names(engine)
    other = take_name(engine)
    wait_for(lambda: stands_still(engine))
    other.close()

    wait_for(lambda: works(engine))


def take_name(engine: sa.Engine) -> Lock:
    """Hold the name before the worker has it again."""
    while True:
        found = exclusive(engine, NAME)
        if found is not None:
            return found


def stands_still(engine: sa.Engine) -> bool:
    works(engine)
    time.sleep(0.5)
    return not works(engine)


def test_a_chore_that_fails_keeps_no_other_from_being_done(
    engine: sa.Engine, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(worker_module, "FORGET_SECONDS", 6.0)
    done: list[str] = []

    def noting(name: str, do: Callable[..., object]) -> Callable[..., object]:
        def note(*given: Any, **how: Any) -> object:
            done.append(name)
            return do(*given, **how)

        return note

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the planner is broken")

    for name, do in (
        ("plan_sweeps", fail),
        ("take_over", housekeeping.take_over),
        ("forget", housekeeping.forget),
    ):
        monkeypatch.setattr(housekeeping, name, noting(name, do))

    worker.start()

    wait_for(lambda: {"plan_sweeps", "take_over", "forget"} <= set(done))
    assert NAME in workers.seen_within(engine, 3600)
