"""Events that loops bring to an inbox, and who keeps them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plugin.archive.database import connect
from plugin.jobs import Job
from tests.webhooks.letters import make_event, make_job
from tests.webhooks.test_inbox import blocked
from webhooks import gathering
from webhooks.inbox import Inbox
from webhooks.rows import Kept

NEW = Kept(new=True, reason=None)
THREAD = "inbox-writer"


def sizes_of(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many events each commit holds."""
    found: list[int] = []
    commit = box._commit

    def counted(given: list[dict[str, Any]], seconds: float) -> list[Kept]:
        found.append(len(given))
        return commit(given, seconds)

    monkeypatch.setattr(box, "_commit", counted)
    return found


def tries_of(
    box: Inbox, monkeypatch: pytest.MonkeyPatch, in_a_loop: Callable[[], None]
) -> list[str]:
    """In which thread each commit was tried; a loop does something before its own."""
    found: list[str] = []
    commit = box._commit

    def tried(given: list[dict[str, Any]], seconds: float) -> list[Kept]:
        found.append(threading.current_thread().name)
        if seconds == gathering.LOCK_SECONDS:
            in_a_loop()
        return commit(given, seconds)

    monkeypatch.setattr(box, "_commit", tried)
    return found


def stand() -> None:
    """Stand for longer than a loop is allowed to."""
    time.sleep(2 * gathering.STILL_SECONDS)


def soon(box: Inbox, name: object, job: Job | None = None) -> Awaitable[Kept]:
    return box.put_soon(make_event(webhook_id=f"event-{name}"), job or make_job())


async def alone(box: Inbox, name: object) -> list[Kept]:
    return [await soon(box, name)]


def run(made: Callable[[], Awaitable[list[Kept]]]) -> list[Kept]:
    async def all_of_it() -> list[Kept]:
        return await made()

    return asyncio.run(all_of_it())


@contextmanager
def other(box: Inbox) -> Iterator[None]:
    """Let another program write, on a connection that is none of ours."""
    engine = connect(box.engine.url.render_as_string(hide_password=False))
    try:
        with blocked(engine):
            yield
    finally:
        engine.dispose()


def ours(box: Inbox) -> str:
    """Who writes where nothing is in the way."""
    here = threading.current_thread().name
    return here if box.engine.dialect.name == "sqlite" else THREAD
