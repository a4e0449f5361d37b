"""The inbox: events kept durably, many per commit."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from plugin.archive.database import brief
from plugin.archive.keyring import Keyring
from plugin.archive.scope import Across, across
from plugin.jobs import Job
from webhooks.gathering import Gatherer
from webhooks.rows import Kept, keep, probe, row_of
from webhooks.verify import Event
from webhooks.waiting import (
    Awaited,
    InboxClosed,
    Item,
    Waiting,
    busy,
    let_go,
    tell,
)

BATCH = 200
# Who shared a commit a moment ago will soon send again: so long the next one waits for
# them. Nobody waits who is alone.
GATHER_SECONDS = 0.001
# The sender hangs up after five seconds, and must have heard us before.
PATIENCE_SECONDS = 4.0
LOCK_SECONDS = 3.0
PROBE_SECONDS = 2.0
# Behind a batch that takes longer only so many wait as the next one holds: whoever came
# after them would be told nothing in time.
SLOW_SECONDS = 0.5

log = structlog.get_logger(__name__)


class Inbox:
    """Keeps events; a call returns only after the commit that holds its event."""

    # Since when a batch is being written, and whether the one before it could not be.
    _writing: float | None = None
    _failing = False

    def __init__(
        self, engine: sa.Engine, now: Callable[[], datetime], keyring: Keyring
    ) -> None:
        """Start the thread that writes what no loop writes itself."""
        self.engine = engine
        self._all = across(engine, Across.INBOX)
        self._gatherer = Gatherer(self)
        self.now = now
        self.keyring = keyring
        self.arrived = threading.Event()
        self._waiting: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        # Nothing is put behind the mark that ends the writer: it would wait forever.
        self._gate = threading.Lock()
        self._closed = False
        # Whoever closes waits for a loop in the middle of its commit; who closes in the
        # middle of it, in the same thread, must not wait for itself.
        self._loop_writes = threading.RLock()
        self._writer = threading.Thread(
            target=self._write_all, name="inbox-writer", daemon=True
        )
        self._writer.start()

    def put(self, event: Event, job: Job | None, reason: str | None = None) -> Kept:
        """Keep an event with the job it asks for; without a job it is only recorded.

        Raises `InboxClosed`, or whatever the database raises: then nothing was kept.
        Raises `InboxBusy` after a few seconds: then it may be kept yet, and is known
        again when it comes again. Where nothing could be kept a moment ago, one batch
        tries and everybody else is told at once, so that no thread waits for nothing.
        """
        self._refuse_in_vain()
        return self._keep(self._row(event, job, reason), PATIENCE_SECONDS)

    async def put_soon(
        self, event: Event, job: Job | None, reason: str | None = None
    ) -> Kept:
        """Keep an event, as `put` does, and hold no thread meanwhile.

        In a file the loop itself keeps what came in a moment: to wake the thread, and
        to be woken by it, costs more than to write. Whatever is in the way, the thread
        has the patience.
        """
        self._refuse_in_vain()
        loop = asyncio.get_running_loop()
        item = Awaited(
            row=self._row(event, job, reason), loop=loop, over=loop.create_future()
        )
        if self._is_free():
            self._gatherer.add(item, BATCH)
        else:
            self.hand_in(item)
        patience = loop.call_later(PATIENCE_SECONDS, item.end)
        await item.over
        patience.cancel()
        return item.result()

    def check(self) -> None:
        """Raise, as `put` would, unless an event could be kept now.

        A row is really written, and gone again with the commit that holds it.
        """
        self._keep(probe(self.now()), PROBE_SECONDS)

    def _refuse_in_vain(self) -> None:
        """Raise at once for whoever would wait for nothing."""
        since = self._writing
        if since is None:
            return
        slow = time.monotonic() - since > SLOW_SECONDS
        if self._failing or (slow and self._waiting.qsize() >= BATCH):
            raise busy()

    def _keep(self, row: dict[str, Any], seconds: float) -> Kept:
        item = Waiting(row=row)
        self.hand_in(item)
        if item.done.acquire(timeout=seconds) or item.leave():
            let_go(item.after)
        return item.result()

    def hand_in(self, item: Item) -> None:
        """Leave an event to the thread; raises `InboxClosed` where there is none."""
        with self._gate:
            if self._closed or not self._writer.is_alive():
                raise InboxClosed("the inbox is closed; send the event again")
            self._waiting.put(item)

    def _is_free(self) -> bool:
        """Tell whether nothing is in the way of a loop that writes itself."""
        ahead = self._writing is not None or not self._waiting.empty()
        return self._gatherer.free and not (self._closed or self._failing or ahead)

    def close(self) -> None:
        """Let the thread write what waits for it, then stop.

        What a loop gathers is refused: it comes again.
        """
        with self._loop_writes:
            self._closed = True
        with self._gate:
            self._waiting.put(None)
        self._writer.join(timeout=10)

    def _row(self, event: Event, job: Job | None, reason: str | None) -> dict[str, Any]:
        return row_of(event, job, reason, self.now())

    def _write_all(self) -> None:
        open_, shared = True, False
        while open_:
            # Whatever happens, also to the logs, the next one is served.
            with suppress(Exception):
                batch, open_ = self._take(GATHER_SECONDS if shared else 0.0)
                shared = len(batch) > 1
                if batch:
                    self._write(batch)

    def _take(self, gather_seconds: float) -> tuple[list[Item], bool]:
        """Take all that waits, once there is something, and nothing of who is gone."""
        item = self._waiting.get()
        if gather_seconds:
            time.sleep(gather_seconds)
        batch: list[Item] = []
        while item is not None:
            if not item.gone:
                batch.append(item)
            if len(batch) == BATCH:
                return batch, True
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _write(self, batch: list[Item]) -> None:
        self._writing = time.monotonic()
        try:
            kept = self._commit([item.row for item in batch], LOCK_SECONDS)
            self._writing, self._failing = None, False
            for item, result in zip(batch, kept, strict=True):
                item.outcome = result
            tell(batch)
        except Exception as error:
            self._writing, self._failing = None, True
            for item in batch:
                item.outcome = error
            # First the senders, who wait; then the log, which may be broken.
            tell(batch)
            log.exception("inbox_write_failed", events=len(batch))
        self.arrived.set()

    def commit_unless_closed(
        self, rows: list[dict[str, Any]], seconds: float
    ) -> list[Kept]:
        """Keep rows as a loop does, by one commit; raises `InboxClosed` afterwards.

        Raises `InboxBusy` while another loop keeps its own.
        """
        if not self._loop_writes.acquire(timeout=seconds):
            raise busy()
        try:
            if self._closed:
                raise InboxClosed("the inbox is closed; send the event again")
            return self._commit(rows, seconds)
        finally:
            self._loop_writes.release()

    def _commit(self, rows: list[dict[str, Any]], seconds: float) -> list[Kept]:
        with brief(self._all, seconds) as db:
            return keep(db, rows, self.keyring)
