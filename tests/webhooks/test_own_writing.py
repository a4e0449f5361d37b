"""A loop keeps in a file what it brings; what is in its way the thread keeps."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import jobs, logs
from plugin.archive.database import connect
from plugin.archive.store import SqlArchive
from plugin.jobs import Job
from plugin.privacy import Ask, Person, Topic
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.webhooks.letters import SHOP, make_event, make_job
from tests.webhooks.test_inbox import blocked, rows
from tests.webhooks.town import until, wait_until
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


def test_what_comes_in_a_moment_is_kept_by_one_commit(
    box: Inbox, writers: list[str]
) -> None:
    kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(40))))

    assert kept == [NEW] * 40
    assert len(rows(box.engine)) == 40
    assert box.arrived.is_set()
    # The thread takes what is there: the first one may have been alone.
    assert set(writers) == {ours(box)}
    assert len(writers) <= (1 if ours(box) != THREAD else 2)


def test_no_commit_holds_more_than_a_batch(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "BATCH", 10)
    sizes = sizes_of(box, monkeypatch)

    kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(25))))

    assert kept == [NEW] * 25
    assert max(sizes) <= 10
    assert sum(sizes) == 25


def test_who_shared_a_commit_is_waited_for(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "GATHER_SECONDS", 60.0)
    monkeypatch.setattr(gathering, "STILL_SECONDS", 60.0)
    sizes = sizes_of(box, monkeypatch)

    async def late(turns: int) -> Kept:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await soon(box, turns)

    async def in_waves() -> list[Kept]:
        first = await asyncio.gather(soon(box, "a"), soon(box, "b"))
        return [*first, *await asyncio.gather(*(late(n) for n in range(0, 40, 8)))]

    kept = run(in_waves)

    assert kept == [NEW] * 7
    if ours(box) != THREAD:
        assert sizes == [2, 5]


def test_nobody_is_waited_for_long(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "TURNS", 10**9)
    monkeypatch.setattr(gathering, "GATHER_SECONDS", 0.05)

    async def in_turn() -> list[Kept]:
        first = await asyncio.gather(soon(box, "a"), soon(box, "b"))
        return [*first, await asyncio.wait_for(soon(box, "c"), 3)]

    assert run(in_turn) == [NEW] * 3


def test_two_loops_each_keep_their_own(box: Inbox) -> None:
    found: list[list[Kept]] = []

    def brought(name: str) -> None:
        events = [f"{name}{n}" for n in range(20)]
        found.append(run(lambda: asyncio.gather(*(soon(box, each) for each in events))))

    threads = [threading.Thread(target=brought, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert found == [[NEW] * 20] * 2


def test_a_loop_keeps_nothing_of_another(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for the other to come while the first one gathers.
    monkeypatch.setattr(gathering, "TURNS", 10**9)
    monkeypatch.setattr(gathering, "GATHER_SECONDS", 1.0)
    # Nor does either leave its own to the thread, which keeps what both brought.
    monkeypatch.setattr(gathering, "LOCK_SECONDS", 15.0)
    monkeypatch.setattr(gathering, "STILL_SECONDS", 60.0)
    box._gatherer._shared = True
    sizes = sizes_of(box, monkeypatch)
    found: list[list[Kept]] = []
    first = threading.Thread(target=lambda: found.append(run(lambda: alone(box, "a"))))

    first.start()
    if ours(box) != THREAD:
        wait_until(lambda: box._gatherer._now is not None)
    found.append(run(lambda: alone(box, "b")))
    first.join(timeout=20)

    assert found == [[NEW]] * 2
    if ours(box) != THREAD:
        assert sizes == [1, 1]


async def alone(box: Inbox, name: object) -> list[Kept]:
    return [await soon(box, name)]


def test_each_is_told_its_own_of_those_who_share_a_commit(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(lambda: alone(box, "a"))
    sizes = sizes_of(box, monkeypatch)
    nobody = "nobody.myshopify.com"
    event = make_event(webhook_id="event-c", shop=nobody)
    job = make_job(shop=nobody)

    async def together() -> list[Kept]:
        puts = (soon(box, "a"), soon(box, "b"), box.put_soon(event, job))
        return [*await asyncio.gather(*puts)]

    again, new, strange = run(together)

    assert (again.new, new) == (False, NEW)
    assert (strange.new, strange.reason) == (True, "unknown_shop")
    if ours(box) != THREAD:
        assert sizes == [3]


def test_the_thread_keeps_what_another_writer_is_in_the_way_of(
    box: Inbox, writers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "APART", 0)
    asked = sizes_of(box, monkeypatch)
    stack = ExitStack()

    async def later() -> list[Kept]:
        first = asyncio.ensure_future(soon(box, 1))
        await until(lambda: box._writing is not None)
        stack.close()
        return [await first, await soon(box, 2)]

    with stack:
        stack.enter_context(other(box))
        kept = run(later)

    assert kept == [NEW, NEW]
    assert writers == [THREAD, ours(box)]
    # The loop asked the file itself, in vain.
    assert asked == [1] * (2 if ours(box) == THREAD else 3)


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
        await until(lambda: box._writing is not None)
        stack.close()
        return [await first, await soon(box, 2, jobs.by_law(SHOP, "law-2", ask))]

    with stack:
        stack.enter_context(other(box))
        kept = run(later)

    shelf = SqlArchive(box.engine, clock.now, KEYRING).of(SHOP)
    assert kept == [NEW, NEW]
    assert [shelf.asked(id) is None for id in ("law-1", "law-2")] == [False, False]


@pytest.mark.parametrize("in_vain", [False, True])
def test_a_loop_that_stood_still_leaves_the_writing_to_the_thread(
    box: Inbox, monkeypatch: pytest.MonkeyPatch, in_vain: bool
) -> None:
    """What takes longer than is allowed, or fails, keeps the loop away for a while."""
    writers: list[str] = []
    commit = box._commit

    def slowly(given: list[dict[str, Any]], seconds: float) -> list[Kept]:
        writers.append(threading.current_thread().name)
        if seconds == gathering.LOCK_SECONDS:
            time.sleep(0.1)
            if in_vain:
                raise sa.exc.OperationalError("", {}, Exception("locked"))
        return commit(given, seconds)

    monkeypatch.setattr(box, "_commit", slowly)
    # Long enough for the four that come next, on any machine.
    monkeypatch.setattr(gathering, "APART", 40)

    async def in_turn() -> list[Kept]:
        kept = [await soon(box, n) for n in range(5)]
        until = time.monotonic() + 60
        while not box._gatherer.free and time.monotonic() < until:
            await asyncio.sleep(0.05)
        return [*kept, await soon(box, 5)]

    kept = run(in_turn)

    assert kept == [NEW] * 6
    if ours(box) != THREAD:
        own = [name for name in writers if name != THREAD]
        assert writers[0] == writers[-1 - in_vain] == ours(box)
        assert len(own) == 2


def test_of_what_came_in_one_moment_a_loop_keeps_no_more_once_it_stood_still(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "BATCH", 10)
    writers: list[str] = []
    commit = box._commit

    def slowly(given: list[dict[str, Any]], seconds: float) -> list[Kept]:
        writers.append(threading.current_thread().name)
        if seconds == gathering.LOCK_SECONDS:
            time.sleep(0.1)
        return commit(given, seconds)

    monkeypatch.setattr(box, "_commit", slowly)

    kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(35))))

    assert kept == [NEW] * 35
    if ours(box) != THREAD:
        assert [name for name in writers if name != THREAD] == [ours(box)]


def test_a_loop_stands_for_a_moment_only_while_another_writes(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps: list[float] = []
    stack = ExitStack()

    async def beat() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.001)
            gaps.append(time.monotonic() - last)
            last += gaps[-1]

    async def meanwhile() -> list[Kept]:
        beating = asyncio.ensure_future(beat())
        first = asyncio.ensure_future(soon(box, 1))
        await asyncio.sleep(2)
        stack.close()
        beating.cancel()
        return [await first]

    with stack:
        stack.enter_context(other(box))
        kept = run(meanwhile)

    assert kept == [NEW]
    assert max(gaps) < 1


def test_what_nobody_expects_is_logged_and_the_thread_keeps_the_event(
    box: Inbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = box._commit

    def broken(given: list[dict[str, Any]], seconds: float) -> list[Kept]:
        if seconds == gathering.LOCK_SECONDS:
            raise LookupError
        return commit(given, seconds)

    monkeypatch.setattr(box, "_commit", broken)
    logs.configure("error")
    try:
        kept = run(lambda: asyncio.gather(*(soon(box, n) for n in range(3))))
    finally:
        logs.configure("critical")

    assert kept == [NEW] * 3
    told = capsys.readouterr().err.count('"gathering_failed"')
    assert told == (0 if ours(box) == THREAD else 1)


def test_nothing_is_kept_once_it_is_closed(box: Inbox, writers: list[str]) -> None:
    async def closed() -> list[Kept]:
        first = asyncio.ensure_future(soon(box, 1))
        await asyncio.sleep(0)
        box.close()
        return [await first]

    if ours(box) == THREAD:
        # What waits for the thread is written before it ends.
        assert run(closed) == [NEW]
        return
    with pytest.raises(InboxFailed):
        run(closed)

    assert rows(box.engine) == []
    assert writers == []


def test_whoever_closes_waits_for_the_commit_in_hand(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, order = threading.Event(), []
    commit = box._commit

    def slowly(given: list[dict[str, Any]], seconds: float) -> list[Kept]:
        begun.set()
        time.sleep(0.5)
        kept = commit(given, seconds)
        order.append("kept")
        return kept

    def close() -> None:
        assert begun.wait(timeout=15)
        box.close()
        order.append("closed")

    monkeypatch.setattr(box, "_commit", slowly)
    closing = threading.Thread(target=close)
    closing.start()
    kept = run(lambda: alone(box, 1))
    closing.join(timeout=15)

    assert kept == [NEW]
    assert order == ["kept", "closed"]


def test_who_can_be_kept_by_nobody_is_told_so(box: Inbox) -> None:
    async def closed() -> list[Kept]:
        first = asyncio.ensure_future(soon(box, 1))
        await asyncio.sleep(0)
        box.close()
        return [await first]

    with other(box), pytest.raises(InboxFailed):
        run(closed)

    assert rows(box.engine) == []
