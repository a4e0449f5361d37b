"""What stands in for the engine of durable work, on the world's own clock.

It keeps the engine's promises and no more: work is queued once an id, inside the
caller's transaction; a step whose result was written is not run again, and one whose
result was not is; a workflow that sleeps is told again up to where it slept.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from tests.simulation.timeline import Timeline

# Of each row: what it is, when it is due, and what its steps gave so far.
TABLE = """
CREATE TABLE simulated_work (
  id TEXT PRIMARY KEY, name TEXT, queue TEXT, shop TEXT, status TEXT,
  due REAL, arguments BLOB, steps BLOB, output TEXT
)
"""
INSERT = (
    "INSERT INTO simulated_work VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)"
    " ON CONFLICT DO NOTHING"
)
LIST = (
    "SELECT id, name, queue, shop, status, arguments FROM simulated_work ORDER BY rowid"
)
WAITING = (
    "SELECT id, due, queue FROM simulated_work"
    " WHERE status IN ('ENQUEUED', 'DELAYED') ORDER BY due, rowid"
)
RECOVER = "UPDATE simulated_work SET status = 'ENQUEUED' WHERE status = 'PENDING'"
ACTIVE = ("ENQUEUED", "PENDING", "DELAYED")


class Slept(BaseException):
    """A workflow sleeps; it is told again when its time has come."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One workflow as the engine shows it."""

    workflow_id: str
    name: str
    queue_name: str
    queue_partition_key: str
    status: str
    arguments: bytes

    @property
    def input(self) -> dict[str, Any]:
        """What it is told with."""
        return {"args": pickle.loads(self.arguments), "kwargs": {}}  # our own


@dataclass(kw_only=True)
class Telling:
    """One run of a workflow: which step it is at, and what the steps gave before."""

    id: str
    steps: list[Any]
    at: int = 0


@dataclass(kw_only=True)
class Durable:
    """The queues on the disk, with the client's and the worker's side of them.

    Work on other queues than those that are `served` waits for ever.
    """

    engine: sa.Engine
    timeline: Timeline
    served: Collection[str]
    stories: dict[str, Callable[..., Any]] = field(default_factory=dict)
    tellings: list[Telling] = field(default_factory=list)

    # -- what the app's code calls `DBOS` ------------------------------------------

    def workflow(self, *, name: str) -> Callable[[Callable[..., Any]], Any]:
        """Take a workflow into the list of those that can be told."""

        def keep(story: Callable[..., Any]) -> Callable[..., Any]:
            self.stories[name] = story
            return story

        return keep

    @property
    def workflow_id(self) -> str:
        """The id of the workflow that is being told."""
        return self.tellings[-1].id

    def run_step(
        self, _options: dict[str, Any], step: Callable[..., Any], *arguments: Any
    ) -> Any:
        """Run a step, unless what it gave was written down before."""
        telling = self.tellings[-1]
        if telling.at == len(telling.steps):
            self._note(telling, step(*arguments))
        telling.at += 1
        return telling.steps[telling.at - 1]

    def sleep(self, seconds: float) -> None:
        """Sleep as a step: once awake, the sleep is not slept again."""
        telling = self.tellings[-1]
        if telling.at == len(telling.steps):
            self._note(telling, None)
            raise Slept(seconds)
        telling.at += 1

    def _note(self, telling: Telling, result: Any) -> None:
        self._set(telling.id, steps=pickle.dumps([*telling.steps, result]))
        telling.steps.append(result)

    # -- what the app's code calls its client ----------------------------------------

    def enqueue_in_transaction(
        self, db: sa.Connection, options: Any, *arguments: Any
    ) -> None:
        """Queue work with whatever else the caller writes; a known id is known."""
        raw = db.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute(INSERT, self._row(options, arguments))

    def enqueue(self, options: Any, *arguments: Any) -> None:
        """Queue work by itself."""
        with self._alone() as raw:
            raw.execute(INSERT, self._row(options, arguments))

    def _row(self, options: Any, arguments: Sequence[Any]) -> tuple[Any, ...]:
        delay = options.get("delay_seconds")
        return (
            options["workflow_id"],
            options["workflow_name"],
            options["queue_name"],
            options["queue_partition_key"],
            "DELAYED" if delay else "ENQUEUED",
            self.timeline.seconds + (delay or 0.0),
            pickle.dumps(arguments),
            pickle.dumps([]),
        )

    def list_workflows(
        self,
        *,
        status: Iterable[str] | str | None = None,
        name: str | None = None,
        queue_name: str | None = None,
        workflow_ids: Iterable[str] | None = None,
        workflow_id_prefix: str = "",
        load_input: bool = False,
        load_output: bool = False,
    ) -> list[Work]:
        """List work by the filters that the app uses."""
        assert not load_output, "the app reads no results"
        states = {status} if isinstance(status, str) else set(status or ())
        ids = None if workflow_ids is None else set(workflow_ids)
        return [
            each
            for each in self.all()
            if (not states or each.status in states)
            and (name is None or each.name == name)
            and (queue_name is None or each.queue_name == queue_name)
            and (ids is None or each.workflow_id in ids)
            and each.workflow_id.startswith(workflow_id_prefix)
        ]

    def set_workflow_delay(self, id: str, *, delay_seconds: float) -> None:
        """Let work that waits come at another time."""
        self._set(id, due=self.timeline.seconds + delay_seconds)

    # -- the worker's side -------------------------------------------------------------

    def all(self) -> list[Work]:
        """List all work in the order in which it was queued."""
        with self._alone() as raw:
            found = raw.execute(LIST).fetchall()
        names = [each.name for each in fields(Work)]
        return [Work(**dict(zip(names, row, strict=True))) for row in found]

    def waiting(self) -> dict[str, float]:
        """Tell what may be taken from the queues, and when."""
        with self._alone() as raw:
            found = raw.execute(WAITING).fetchall()
        return {id: due for id, due, queue in found if queue in self.served}

    def recover(self) -> None:
        """Give back to the queue what a process that died had in hand."""
        self.tellings.clear()
        with self._alone() as raw:
            raw.execute(RECOVER)

    def tell(self, id: str) -> str:
        """Tell a workflow to its end, or until it sleeps."""
        query = "SELECT name, arguments, steps FROM simulated_work WHERE id = ?"
        with self._alone() as raw:
            name, arguments, steps = raw.execute(query, (id,)).fetchone()
        self._set(id, status="PENDING")
        self.tellings.append(Telling(id=id, steps=pickle.loads(steps)))
        try:
            output = str(self.stories[name](*pickle.loads(arguments)))
        except Slept as slept:
            output, due = "asleep", self.timeline.seconds + slept.seconds
            self._set(id, status="DELAYED", due=due)
        else:
            self._set(id, status="SUCCESS", output=output)
        self.tellings.pop()
        return output

    def _set(self, id: str, **values: Any) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._alone() as raw:
            query = f"UPDATE simulated_work SET {names} WHERE id = ?"
            raw.execute(query, (*values.values(), id))

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction of its own; a crash leaves nothing of it."""
        raw = self._held.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        try:
            yield raw
            raw.commit()
        finally:
            raw.rollback()

    @cached_property
    def _held(self) -> sa.PoolProxiedConnection:
        """The one connection for what it writes alone, which is often."""
        return self.engine.raw_connection()

    def close(self) -> None:
        """Give back what it holds of the disk."""
        self._held.close()
