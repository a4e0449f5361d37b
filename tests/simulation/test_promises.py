"""The stand-in keeps the promises of the real engine that the app relies on.

What a killed process leaves behind, and takes up again, is shown of the real one in
`tests/crash`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from plugin import workflows
from plugin.archive.database import connect
from tests.simulation.disk import Crash, open_disk
from tests.simulation.durable import Durable
from tests.simulation.timeline import Timeline
from tests.workflows.ending import end_engine

QUEUE = workflows.QUEUE
ENDED = ["SUCCESS", "ERROR"]
LATER = 3600.0


@dataclass
class Bench:
    """An engine with two stories: `tale` of two steps, and `stumble`."""

    engine: sa.Engine
    client: Any
    work: Callable[[], None]
    ran: list[str] = field(default_factory=list)
    dies_at: int | None = None

    def define(self, dbos: Any) -> None:
        @dbos.workflow(name="tale")  # type: ignore[untyped-decorator]
        def tale(word: str) -> str:
            once = dbos.run_step({"name": "first"}, self._step, word, "one")
            return str(dbos.run_step({"name": "second"}, self._step, once, "two"))

        @dbos.workflow(name="stumble")  # type: ignore[untyped-decorator]
        def stumble(word: str) -> str:
            try:
                dbos.run_step({"name": "falls"}, self._fall, word)
            except ValueError as error:
                return f"caught {error}"
            return "fell not"

    def _step(self, word: str, more: str) -> str:
        if len(self.ran) + 1 == self.dies_at:
            self.ran.append("dies")
            raise Crash
        self.ran.append(f"{word} {more}")
        return f"{word} {more}"

    def _fall(self, word: str) -> None:
        self.ran.append(word)
        raise ValueError(word)

    def queue(self, id: str, story: str = "tale", delay: float = 0.0) -> None:
        with self.engine.begin() as db:
            self.put(db, id, story, delay)

    def put(self, db: sa.Connection, id: str, story: str, delay: float) -> None:
        options = dict(workflows.options(story, id, "shop"))
        if delay:
            options["delay_seconds"] = delay
        self.client.enqueue_in_transaction(db, options, id)

    def ids(self, **which: Any) -> list[str]:
        found = self.client.list_workflows(**which, load_input=False, load_output=False)
        return sorted(each.workflow_id for each in found)


def _stand_in(folder: Path) -> Iterator[Bench]:
    engine, timeline = open_disk(folder / "stand-in.db"), Timeline()
    durable = Durable(engine=engine, timeline=timeline, served={QUEUE})

    def work() -> None:
        due = [id for id, at in durable.waiting().items() if at <= timeline.seconds]
        for id in due:
            durable.tell(id)

    bench = Bench(engine, durable, work)
    bench.define(durable)
    yield bench
    engine.dispose()


def _real(folder: Path) -> Iterator[Bench]:
    engine = connect(f"sqlite:///{folder / 'real.db'}")
    workflows.migrate(engine)
    client = workflows.client(engine)

    def work() -> None:
        until = time.monotonic() + 60
        while client.list_workflows(status=["ENQUEUED", "PENDING"]):
            assert time.monotonic() < until, "the engine does not come to its end"
            time.sleep(0.05)

    bench = Bench(engine, client, work)
    bench.define(DBOS)
    workflows.launch(engine, worker="one", poll_seconds=0.05)
    yield bench
    end_engine()
    engine.dispose()


@pytest.fixture(params=[_stand_in, _real], ids=["stand-in", "real"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    yield from request.param(tmp_path)


def test_work_of_one_id_is_done_once(bench: Bench) -> None:
    bench.queue("a")
    bench.queue("a")
    bench.work()
    bench.queue("a")
    bench.work()

    assert bench.ran == ["a one", "a one two"]
    assert bench.ids(status=ENDED) == ["a"]


def test_work_is_queued_with_what_the_caller_writes_or_not_at_all(bench: Bench) -> None:
    with bench.engine.connect() as db:
        bench.put(db, "a", "tale", 0.0)
        db.rollback()
    bench.work()

    assert bench.ran == []
    assert bench.ids() == []


def test_what_a_step_raises_reaches_the_story(bench: Bench) -> None:
    bench.queue("a", "stumble")
    bench.work()

    assert bench.ran == ["a"]
    assert bench.ids(status="SUCCESS") == ["a"]


def test_delayed_work_waits_until_it_is_let_come(bench: Bench) -> None:
    bench.queue("a", delay=LATER)
    bench.queue("b")
    bench.work()

    assert bench.ran == ["b one", "b one two"]
    assert bench.ids(status="DELAYED") == ["a"]

    bench.client.set_workflow_delay("a", delay_seconds=0)
    until = time.monotonic() + 60
    while bench.ids(status="SUCCESS") != ["a", "b"] and time.monotonic() < until:
        bench.work()

    assert bench.ids(status="SUCCESS") == ["a", "b"]


def test_it_lists_work_by_what_the_app_asks_for(bench: Bench) -> None:
    for id in ("away-1:a", "away-2:b", "c"):
        bench.queue(id, delay=LATER)
    bench.queue("d", "stumble")
    bench.work()

    assert bench.ids() == ["away-1:a", "away-2:b", "c", "d"]
    assert bench.ids(name="tale", status="DELAYED") == ["away-1:a", "away-2:b", "c"]
    assert bench.ids(workflow_id_prefix="away-") == ["away-1:a", "away-2:b"]
    assert bench.ids(workflow_ids=["c", "d", "e"]) == ["c", "d"]
    assert bench.ids(queue_name="others") == []
    assert bench.ids(status=["ENQUEUED", "PENDING"]) == []


def test_a_step_that_was_written_down_is_not_run_again(tmp_path: Path) -> None:
    with contextmanager(_stand_in)(tmp_path) as bench:
        bench.dies_at = 2
        bench.queue("a")
        with pytest.raises(Crash):
            bench.work()
        bench.client.recover()
        bench.work()

        assert bench.ran == ["a one", "dies", "a one two"]
        assert bench.ids(status="SUCCESS") == ["a"]
