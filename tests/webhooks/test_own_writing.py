"""A loop keeps in a file what it brings."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.webhooks.letters import make_event, make_job
from tests.webhooks.loops import NEW, THREAD, alone, ours, run, sizes_of, soon
from tests.webhooks.test_inbox import rows
from tests.webhooks.town import wait_until
from webhooks import gathering
from webhooks import inbox as inbox_module
from webhooks.inbox import Inbox
from webhooks.rows import Kept


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
    gatherer, now = box._gatherer, [0.0]
    # Each gathers until its time is over, and leaves nothing to the thread.
    monkeypatch.setattr(gathering, "TURNS", 10**9)
    monkeypatch.setattr(gathering, "LOCK_SECONDS", 15.0)
    monkeypatch.setattr(gatherer, "_clock", lambda: now[0])
    monkeypatch.setattr(gatherer, "_shared", True)
    sizes = sizes_of(box, monkeypatch)
    found: list[list[Kept]] = []
    first, second = (
        threading.Thread(target=lambda n=name: found.append(run(lambda: alone(box, n))))
        for name in "ab"
    )

    first.start()
    if ours(box) != THREAD:
        wait_until(lambda: gatherer._now is not None)
    mine = gatherer._now
    second.start()
    if mine is not None:
        wait_until(lambda: gatherer._now is not mine or len(mine.items) > 1)
    now[0] = 60.0
    first.join(timeout=20)
    second.join(timeout=20)

    assert found == [[NEW]] * 2
    if ours(box) != THREAD:
        assert sizes == [1, 1]


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
