"""What is in the way of a loop that keeps events, the thread keeps."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import jobs, logs
from plugin.archive.store import SqlArchive
from plugin.privacy import Ask, Person, Topic
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.webhooks.letters import SHOP
from tests.webhooks.loops import (
    NEW,
    THREAD,
    alone,
    other,
    ours,
    run,
    sizes_of,
    soon,
    stand,
    tries_of,
)
from tests.webhooks.test_inbox import rows
from tests.webhooks.town import until
from webhooks import gathering
from webhooks import inbox as inbox_module
from webhooks.inbox import Inbox
from webhooks.rows import Kept
from webhooks.waiting import InboxFailed

HELD_SECONDS = 2.0


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

    def long() -> None:
        stand()
        if in_vain:
            raise sa.exc.OperationalError("", {}, Exception("locked"))

    writers = tries_of(box, monkeypatch, long)
    # Long enough for the four that come next, on any machine.
    monkeypatch.setattr(gathering, "APART", 40)

    async def in_turn() -> list[Kept]:
        kept = [await soon(box, n) for n in range(5)]
        if ours(box) != THREAD:
            await until(lambda: box._gatherer.free, seconds=60)
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
    writers = tries_of(box, monkeypatch, stand)

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
        await asyncio.sleep(HELD_SECONDS)
        stack.close()
        beating.cancel()
        return [await first]

    with stack:
        stack.enter_context(other(box))
        kept = run(meanwhile)

    assert kept == [NEW]
    assert max(gaps) < HELD_SECONDS - 0.5


def test_what_nobody_expects_is_logged_and_the_thread_keeps_the_event(
    box: Inbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise LookupError

    tries_of(box, monkeypatch, broken)
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


def test_who_can_be_kept_by_nobody_is_told_so(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_vain(_given: list[dict[str, Any]], _seconds: float) -> list[Kept]:
        if threading.current_thread().name != THREAD:
            # By now the thread takes nothing more.
            box.close()
        raise sa.exc.OperationalError("", {}, Exception("locked"))

    monkeypatch.setattr(box, "_commit", in_vain)

    with pytest.raises(InboxFailed):
        run(lambda: alone(box, 1))

    assert rows(box.engine) == []
