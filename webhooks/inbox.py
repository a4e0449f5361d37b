"""The inbox: events kept durably, many per commit, then handed to the workflows.

What is kept of an event is its identity, its hash and the job it asks for; the body
itself is not, so nothing a payload may carry (a card holder's name) comes to rest.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOSClient
from sqlalchemy.dialects import postgresql, sqlite

from plugin.archive.tables import inbox, shops
from plugin.workflows import Job, enqueue
from webhooks.verify import Event

WAITING, HANDED, IGNORED = "waiting", "handed", "ignored"
BATCH = 200

log = structlog.get_logger(__name__)


class InboxClosed(RuntimeError):
    """The inbox cannot keep anything now; the sender should try again."""

    code = "inbox_closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of an event: `new` is False for one that was here before."""

    new: bool
    reason: str | None


class Inbox:
    """Keeps events; a call returns only after the commit that holds its event."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        """Start the one thread that writes."""
        self.engine = engine
        self.now = now
        self.arrived = threading.Event()
        self._waiting: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        # Nothing is put behind the mark that ends the writer: it would wait forever.
        self._gate = threading.Lock()
        self._closed = False
        self._writer = threading.Thread(
            target=self._write_all, name="inbox-writer", daemon=True
        )
        self._writer.start()

    def put(self, event: Event, job: Job | None, reason: str | None = None) -> Kept:
        """Keep an event with the job it asks for; without a job it is only recorded.

        Raises `InboxClosed`, or whatever the database raises: then nothing was kept.
        """
        item = _Item(row=self._row(event, job, reason), done=Future())
        with self._gate:
            if self._closed:
                raise InboxClosed("the inbox is closing; send the event again")
            self._waiting.put(item)
        return item.done.result()

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._gate:
            self._closed = True
            self._waiting.put(None)
        self._writer.join(timeout=10)

    def _row(self, event: Event, job: Job | None, reason: str | None) -> dict[str, Any]:
        return {
            "shop": event.shop,
            "topic": event.topic,
            "webhook_id": event.webhook_id,
            "event_id": event.event_id,
            "api_version": event.api_version,
            "triggered_at": event.triggered_at,
            "body_sha256": event.body_sha256,
            "subject": _job_text(job),
            "state": WAITING if job else IGNORED,
            "reason": reason,
            "received_at": self.now(),
        }

    def _write_all(self) -> None:
        open_ = True
        while open_:
            batch, open_ = self._take()
            if batch:
                self._write(batch)

    def _take(self) -> tuple[list[_Item], bool]:
        """Take everything that waits, at least one."""
        item = self._waiting.get()
        batch: list[_Item] = []
        while item is not None:
            batch.append(item)
            if len(batch) == BATCH:
                return batch, True
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _write(self, batch: list[_Item]) -> None:
        try:
            kept = self._commit([item.row for item in batch])
        except Exception as error:
            log.exception("inbox_write_failed", events=len(batch))
            for item in batch:
                item.done.set_exception(error)
            return
        for item, result in zip(batch, kept, strict=True):
            item.done.set_result(result)
        self.arrived.set()

    def _commit(self, rows: list[dict[str, Any]]) -> list[Kept]:
        with self.engine.begin() as db:
            known = self._installed(db, {row["shop"] for row in rows})
            return [self._insert(db, row, row["shop"] in known) for row in rows]

    def _installed(self, db: sa.Connection, domains: set[str]) -> set[str]:
        query = sa.select(shops.c.shop).where(
            shops.c.shop.in_(domains), shops.c.uninstalled_at.is_(None)
        )
        return set(db.scalars(query))

    def _insert(self, db: sa.Connection, row: dict[str, Any], known: bool) -> Kept:
        if not known and row["state"] == WAITING:
            row |= {"state": IGNORED, "reason": "unknown_shop"}
        dialect = postgresql if db.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(inbox).values(row).on_conflict_do_nothing()
        made = db.execute(insert.returning(inbox.c.id)).first()
        return Kept(new=made is not None, reason=row["reason"])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Item:
    row: dict[str, Any]
    done: Future[Kept]


def _job_text(job: Job | None) -> str:
    if job is None:
        return "{}"
    fields = {"story": job.story, "shop": job.shop, "subject": job.subject}
    return json.dumps({**fields, "arguments": dict(job.arguments)})


class Pump:
    """Hands waiting events to the workflows, in one transaction with their marks."""

    def __init__(
        self,
        engine: sa.Engine,
        client: DBOSClient,
        arrived: threading.Event,
        poll_seconds: float,
    ) -> None:
        """Prepare; `start` starts the thread."""
        self.engine = engine
        self.client = client
        self.arrived = arrived
        self.poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self) -> None:
        """Start handing over."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch in hand."""
        self._stopping.set()
        self.arrived.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.arrived.wait(self.poll_seconds)
            self.arrived.clear()
            try:
                while self.hand_over() == BATCH:
                    pass
            except Exception:
                # The events stay waiting; the next round takes them again.
                log.exception("pump_failed")

    def hand_over(self) -> int:
        """Hand over one batch; returns how many events it held."""
        query = sa.select(inbox).where(inbox.c.state == WAITING)
        newest = query.order_by(inbox.c.id).limit(BATCH)
        with self.engine.begin() as db:
            if db.dialect.name == "postgresql":
                newest = newest.with_for_update(skip_locked=True)
            rows = db.execute(newest).mappings().all()
            for row in rows:
                enqueue(self.client, db, Job(**json.loads(row["subject"])))
            self._mark(db, [row["id"] for row in rows])
        return len(rows)

    def _mark(self, db: sa.Connection, ids: Sequence[int]) -> None:
        if ids:
            db.execute(sa.update(inbox).where(inbox.c.id.in_(ids)).values(state=HANDED))
