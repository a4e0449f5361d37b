"""A loop keeps in a file what it brings; what is in its way the thread keeps."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from plugin import jobs
from plugin.archive.store import SqlArchive
from plugin.jobs import Job
from plugin.privacy import Ask, Person, Topic
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.webhooks.letters import SHOP, make_event, make_job
from tests.webhooks.test_inbox import blocked, rows
from webhooks import gathering
from webhooks import inbox as inbox_module
from webhooks.inbox import Inbox
from webhooks.rows import Kept
from webhooks.waiting import InboxFailed

NEW = Kept(new=True, reason=None)
THREAD = "inbox-writer"


@pytest.fixture
def writers(box: Inbox) -> Iterator[list[str]]:
    """In which thread each commit was made."""
    found: list[str] = []

    def note(_db: sa.Connection) -> None:
        found.append(threading.current_thread().name)

    sa.event.listen(box.engine, "commit", note)
    yield found
    sa.event.remove(box.engine, "commit", note)


def soon(box: Inbox, name: object, job: Job | None = None) -> Awaitable[Kept]:
    return box.put_soon(make_event(webhook_id=f"event-{name}"), job or make_job())


def run(made: Callable[[], Awaitable[list[Kept]]]) -> list[Kept]:
    async def all_of_it() -> list[Kept]:
        return await made()

    return asyncio.run(all_of_it())


def ours(box: Inbox) -> str:
    """Who writes where nothing is in the way."""
    here = threading.current_thread().name
    return here if box.engine.dialect.name == "sqlite" else THREAD


def test_what_comes_in_a_moment_is_kept_by_one_commit(
    box: Inbox, writers: list[str]
) -> None:
    kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(40))))

    assert kept == [NEW] * 40
    assert len(rows(box.engine)) == 40
    # The thread takes what is there: the first one may have been alone.
    assert set(writers) == {ours(box)}
    assert len(writers) <= (1 if ours(box) != THREAD else 2)


def test_no_commit_holds_more_than_a_batch(
    box: Inbox, writers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "BATCH", 10)

    kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(25))))

    assert kept == [NEW] * 25
    assert len(writers) >= 3


def test_the_thread_keeps_what_another_writer_is_in_the_way_of(
    box: Inbox, writers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "LOCK_SECONDS", 0.0)
    stack = ExitStack()

    async def later() -> list[Kept]:
        first = asyncio.ensure_future(soon(box, 1))
        while box._writing is None:
            await asyncio.sleep(0.01)
        stack.close()
        return [await first, await soon(box, 2)]

    with stack:
        stack.enter_context(blocked(box.engine))
        kept = run(later)

    assert kept == [NEW, NEW]
    # What the test itself held comes first.
    assert writers[1:] == [THREAD, ours(box)]


def test_a_loop_waits_for_no_connection(box: Inbox, writers: list[str]) -> None:
    with ExitStack() as stack:
        for _ in range(max(1, box.engine.pool.checkedin())):  # type: ignore[attr-defined]  # of a queue pool
            stack.enter_context(box.engine.connect())
        kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(1))))

    assert kept == [NEW]
    assert writers == [THREAD]


def test_what_is_asked_by_law_is_kept_whoever_writes_it(
    box: Inbox, clock: HandClock
) -> None:
    person = Person(customer_id="gid://shopify/Customer/1")
    ask = Ask(topic=Topic.REDACT_CUSTOMER, person=person)
    stack = ExitStack()

    async def later() -> list[Kept]:
        first = asyncio.ensure_future(soon(box, 1, jobs.by_law(SHOP, "law-1", ask)))
        while box._writing is None:
            await asyncio.sleep(0.01)
        stack.close()
        return [await first, await soon(box, 2, jobs.by_law(SHOP, "law-2", ask))]

    with stack:
        stack.enter_context(blocked(box.engine))
        kept = run(later)

    shelf = SqlArchive(box.engine, clock.now, KEYRING).of(SHOP)
    assert kept == [NEW, NEW]
    assert [shelf.asked(id) is None for id in ("law-1", "law-2")] == [False, False]


def test_a_loop_that_stood_still_leaves_the_writing_to_the_thread(
    box: Inbox, writers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "STILL_SECONDS", 0.0)
    monkeypatch.setattr(gathering, "APART_SECONDS", 0.5)

    async def in_turn() -> list[Kept]:
        kept = [await soon(box, 1), await soon(box, 2)]
        await asyncio.sleep(0.6)
        return [*kept, await soon(box, 3)]

    kept = run(in_turn)

    assert kept == [NEW] * 3
    assert writers == [ours(box), THREAD, ours(box)]


def test_who_can_be_kept_by_nobody_is_told_so(box: Inbox) -> None:
    async def closed() -> list[Kept]:
        first = asyncio.ensure_future(soon(box, 1))
        await asyncio.sleep(0)
        box.close()
        return [await first]

    with blocked(box.engine), pytest.raises(InboxFailed):
        run(closed)

    assert rows(box.engine) == []
