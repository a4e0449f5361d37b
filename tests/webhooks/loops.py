"""Events that loops bring to an inbox, and who keeps them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plugin.archive.database import connect
from plugin.jobs import Job
from tests.webhooks.letters import make_event, make_job
from tests.webhooks.test_inbox import blocked
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
