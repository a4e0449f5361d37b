"""Waiting: how whoever brought an event learns that its commit is over."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from webhooks.rows import Kept


class InboxClosed(RuntimeError):
    """The inbox cannot keep anything now; the sender should try again."""

    code = "inbox_closed"


class InboxBusy(InboxClosed):
    """The inbox did not keep anything in time; the sender should try again."""

    code = "inbox_busy"


class InboxFailed(InboxClosed):
    """The inbox could not write; the sender should try again."""

    code = "inbox_failed"


def busy() -> InboxBusy:
    """Make the error of whoever is to come again."""
    return InboxBusy("the inbox is busy; send the event again")


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(kw_only=True, slots=True)
class Item(ABC):
    """An event that waits for its commit, and what became of it."""

    row: dict[str, Any]
    outcome: Kept | Exception | None = None

    def result(self) -> Kept:
        """Give what became of it; raises what is in the way."""
        if isinstance(self.outcome, Kept):
            return self.outcome
        raise self.outcome or busy()

    @property
    @abstractmethod
    def gone(self) -> bool:
        """Whether nobody waits any more."""


@dataclass(kw_only=True, slots=True)
class Waiting(Item):
    """One for which a thread waits; `done` is let go when it is over.

    A bare lock: a `Future` costs more than keeping the row.
    """

    done: threading.Lock = field(default_factory=_held)
    after: Waiting | None = None
    left: bool = False

    def leave(self) -> bool:
        """Wait no more; tells whether it was let go at that very moment."""
        self.left = True
        return self.done.acquire(blocking=False)

    @property
    def gone(self) -> bool:
        """Whether nobody waits any more."""
        return self.left


@dataclass(kw_only=True, slots=True)
class Awaited(Item):
    """One for which a task of an event loop waits."""

    loop: asyncio.AbstractEventLoop
    over: asyncio.Future[None]

    def result(self) -> Kept:
        """Give what became of it; raises what is in the way.

        Many share one commit: an error that each of them raised would grow with each.
        """
        if isinstance(self.outcome, Exception):
            raise InboxFailed("the event was not written; send it again") from None
        return Item.result(self)

    @property
    def gone(self) -> bool:
        """Whether nobody waits any more."""
        return self.over.done()

    def end(self) -> None:
        """Let the task go on."""
        if not self.over.done():
            self.over.set_result(None)


def tell(batch: Sequence[Item]) -> None:
    """Let everybody go on whose commit is over."""
    awaited = [item for item in batch if isinstance(item, Awaited)]
    for loop in {item.loop for item in awaited}:
        # One call for all of them: each wakes the loop.
        with suppress(RuntimeError):  # it was closed
            loop.call_soon_threadsafe(_end, [i for i in awaited if i.loop is loop])
    waiting = [item for item in batch if isinstance(item, Waiting)]
    for item, after in pairwise(waiting):
        item.after = after
    let_go(waiting[0] if waiting else None)


def _end(items: Sequence[Awaited]) -> None:
    for item in items:
        item.end()


def let_go(item: Waiting | None) -> None:
    """Let one go, who lets the next one go, past those who wait no more.

    All at once they would fight for the interpreter's lock: half as many were served.
    """
    while item is not None:
        with suppress(RuntimeError):  # two may let the same one go
            item.done.release()
        item = item.after if item.left else None
