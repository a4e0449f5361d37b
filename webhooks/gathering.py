"""Gathering: what an event loop brings within a moment it keeps by itself, in a file.

To wake a thread, and to be woken by it, costs more than to write. Only a file is
written in the loop: a server that says nothing would keep it standing for too long.
Where a commit takes long, the thread writes for many times as long.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
import structlog

from webhooks.rows import Kept
from webhooks.waiting import Awaited, InboxClosed, busy

# Who shared the last commit will soon send again: for so many turns of the loop the
# next one waits for them, however long other work makes a turn at most so many seconds.
# Nobody waits who was alone, too, the last time.
TURNS, GATHER_SECONDS = 16, 0.01
# So long the loop waits for the lock of another writer.
LOCK_SECONDS = 0.005
# It is there for others, too: where it stood for longer, or in vain, the thread writes
# for so many times as long.
STILL_SECONDS, APART = 0.05, 20

log = structlog.get_logger(__name__)


class Keeper(Protocol):
    """An inbox with a thread of its own, whose patience is longer."""

    engine: sa.Engine
    arrived: threading.Event

    def commit_unless_closed(
        self, rows: list[dict[str, Any]], seconds: float
    ) -> list[Kept]:
        """Keep rows by one commit, waiting so long at most for another's lock."""

    def hand_in(self, item: Awaited) -> None:
        """Leave an event to the thread; raises `InboxClosed` where there is none."""


@dataclass(kw_only=True, slots=True)
class Gathering:
    """What one loop brought, and brings."""

    loop: asyncio.AbstractEventLoop
    begun: float
    items: list[Awaited] = field(default_factory=list)
    _seen: int = 0
    _idle: int = 0

    def takes(self, item: Awaited, most: int) -> bool:
        """Tell whether an item may be added; the loop that brings it keeps it."""
        return item.loop is self.loop and len(self.items) < most

    def over(self, now: float, turns: int) -> bool:
        """Tell, asked at each turn of the loop, whether so many brought no more."""
        before, self._seen = self._seen, len(self.items)
        self._idle = 0 if self._seen > before else self._idle + 1
        # A turn may be long: others are served in it.
        late = now - self.begun > GATHER_SECONDS
        return late or self._idle >= turns


class Gatherer:
    """Keeps what loops bring; whatever is in the way is left to the thread."""

    def __init__(
        self, keeper: Keeper, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with nothing; the clock counts seconds."""
        self._keeper = keeper
        self._clock = clock
        self._file = keeper.engine.dialect.name == "sqlite"
        self._now: Gathering | None = None
        self._shared = False
        self._apart_until = 0.0

    @property
    def free(self) -> bool:
        """Whether a loop may keep what it brings."""
        return self._file and self._clock() >= self._apart_until

    def add(self, item: Awaited, most: int) -> None:
        """Keep an item soon, in its loop's own thread, with at most so many others."""
        gathering = self._now
        if gathering is None or not gathering.takes(item, most):
            gathering = self._now = Gathering(loop=item.loop, begun=self._clock())
            item.loop.call_soon(self._end, gathering, most)
        gathering.items.append(item)

    def _end(self, gathering: Gathering, most: int) -> None:
        """Keep what came, once no more comes."""
        over = gathering.over(self._clock(), TURNS if self._shared else 1)
        if not over and len(gathering.items) < most:
            gathering.loop.call_soon(self._end, gathering, most)
            return
        if self._now is gathering:
            self._now = None
        self._shared = len(gathering.items) > 1
        self._keep(gathering.items)

    def _keep(self, items: Sequence[Awaited]) -> None:
        waiting = [item for item in items if not item.gone]
        if not self.free:
            # The one before it, which came in the same moment, took long or failed.
            self._leave(waiting)
            return
        begun = self._clock()
        try:
            kept = self._commit([item.row for item in waiting])
        except Exception as error:
            self._stand_apart(begun, 0.0)
            self._leave(waiting)
            _tell(error)
            return
        self._stand_apart(begun, STILL_SECONDS)
        for item, result in zip(waiting, kept, strict=True):
            item.outcome = result
            item.end()
        self._keeper.arrived.set()

    def _commit(self, rows: list[dict[str, Any]]) -> list[Kept]:
        pool = self._keeper.engine.pool
        if isinstance(pool, sa.QueuePool) and not pool.checkedin():
            # The pool waits for a connection much longer than a loop may.
            raise busy()
        return self._keeper.commit_unless_closed(rows, LOCK_SECONDS) if rows else []

    def _stand_apart(self, begun: float, allowed: float) -> None:
        """Leave the writing to the thread, where the loop stood longer than allowed."""
        now = self._clock()
        if now - begun > allowed:
            self._apart_until = now + APART * (now - begun)

    def _leave(self, items: Sequence[Awaited]) -> None:
        for item in items:
            try:
                self._keeper.hand_in(item)
            except InboxClosed as error:
                item.outcome = error
                item.end()


def _tell(error: Exception) -> None:
    """Log what nobody expects here; what lasts, the thread will tell."""
    expected = (InboxClosed, sa.exc.OperationalError, sa.exc.TimeoutError)
    if not isinstance(error, expected):
        with suppress(Exception):  # broken logs are in nobody's way
            log.error("gathering_failed", exc_info=error)
