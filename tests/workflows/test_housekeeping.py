"""Who is gone is found out, what was left in hand is taken over, the old is removed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from dbos import DBOSClient

from plugin import housekeeping, jobs, workflows
from plugin.archive import tables, workers
from plugin.archive.database import exclusive
from plugin.housekeeping import KEPT_DAYS, LONGEST_SECONDS, SILENT_SECONDS
from tests.webhooks.letters import SHOP, make_event, make_job
from webhooks.rows import HANDED, IGNORED, WAITING, row_of

LONG_AGO = datetime.now(UTC) - timedelta(days=KEPT_DAYS, hours=1)
LATELY = datetime.now(UTC) - timedelta(days=KEPT_DAYS, hours=-1)


@pytest.fixture
def client(engine: sa.Engine) -> Iterator[DBOSClient]:
    workflows.migrate(engine)
    made = workflows.client(engine)
    yield made
    made.destroy()


def workflow_table(engine: sa.Engine) -> str:
    return (
        "dbos.workflow_status"
        if engine.dialect.name == "postgresql"
        else ("workflow_status")
    )


def queue(engine: sa.Engine, client: DBOSClient, subject: str) -> str:
    job = jobs.answer(SHOP, subject)
    with engine.begin() as db:
        workflows.enqueue(client, db, job)
    return job.id


def change(engine: sa.Engine, id: str, **values: object) -> None:
    """Write into a workflow's row what its worker would have written."""
    sets = ", ".join(f"{name} = :{name}" for name in values)
    statement = f"UPDATE {workflow_table(engine)} SET {sets} WHERE workflow_uuid = :id"
    with engine.begin() as db:
        db.execute(sa.text(statement), {**values, "id": id})


def take_in_hand(
    engine: sa.Engine, client: DBOSClient, subject: str, worker: str, ago: float = 60
) -> str:
    id = queue(engine, client, subject)
    started = (datetime.now(UTC).timestamp() - ago) * 1000
    change(
        engine,
        id,
        status="PENDING",
        executor_id=worker,
        owner_xid="x",
        started_at_epoch_ms=int(started),
    )
    return id


def seen(engine: sa.Engine, name: str, ago: float) -> None:
    """Let a worker have been seen some seconds ago."""
    workers.beat(engine, name)
    at = datetime.now(UTC) - timedelta(seconds=ago)
    where = tables.workers.c.name == name
    with engine.begin() as db:
        db.execute(sa.update(tables.workers).where(where).values(seen_at=at))


def queued(client: DBOSClient) -> list[tuple[str, str | None, str | None]]:
    found = client.list_workflows(status="ENQUEUED")
    return sorted(
        (each.workflow_id, each.queue_name, each.queue_partition_key) for each in found
    )


def take_over(engine: sa.Engine, client: DBOSClient) -> int:
    return housekeeping.take_over(engine, client, me="worker-b")


@pytest.mark.parametrize("ago", [SILENT_SECONDS + 5, None])
def test_it_takes_over_what_a_worker_that_is_gone_had_in_hand(
    engine: sa.Engine, client: DBOSClient, ago: float | None
) -> None:
    if ago is not None:
        seen(engine, "worker-1", ago)
    ids = [take_in_hand(engine, client, str(n), "worker-1") for n in range(3)]

    taken = [take_over(engine, client), take_over(engine, client)]

    assert taken == [3, 0]
    assert queued(client) == [(id, workflows.QUEUE, SHOP) for id in ids]


def test_it_leaves_a_worker_alone_that_was_seen_lately(
    engine: sa.Engine, client: DBOSClient
) -> None:
    seen(engine, "worker-1", SILENT_SECONDS - 5)
    take_in_hand(engine, client, "1", "worker-1")

    assert take_over(engine, client) == 0


def test_it_leaves_a_paused_worker_alone_that_holds_its_name(
    engine: sa.Engine, client: DBOSClient
) -> None:
    seen(engine, "worker-1", SILENT_SECONDS + 3600)
    take_in_hand(engine, client, "1", "worker-1")
    lock = exclusive(engine, "worker-1")
    assert lock is not None

    while_it_lives = take_over(engine, client)
    lock.close()

    assert (while_it_lives, take_over(engine, client)) == (0, 1)


def test_it_leaves_its_own_work_alone(engine: sa.Engine, client: DBOSClient) -> None:
    take_in_hand(engine, client, "1", "worker-b")

    assert take_over(engine, client) == 0


def test_it_lets_two_sweepers_take_the_same_work_once(
    engine: sa.Engine, client: DBOSClient
) -> None:
    for number in range(40):
        take_in_hand(engine, client, str(number), "worker-1")
    taken: list[int] = []
    sweepers = [
        threading.Thread(target=lambda: taken.append(take_over(engine, client)))
        for _ in range(2)
    ]

    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()

    assert sum(taken) == 40


def test_it_frees_work_whose_thread_was_lost(
    engine: sa.Engine, client: DBOSClient
) -> None:
    stuck = take_in_hand(engine, client, "1", "worker-b", LONGEST_SECONDS + 60)
    take_in_hand(engine, client, "2", "worker-b", LONGEST_SECONDS - 60)

    freed = housekeeping.free_stuck(client)

    assert freed == 1
    assert queued(client) == [(stuck, workflows.QUEUE, SHOP)]


def test_it_gives_back_work_of_its_own_that_no_thread_does(
    engine: sa.Engine, client: DBOSClient
) -> None:
    dropped = take_in_hand(engine, client, "1", "worker-b", SILENT_SECONDS + 5)
    done_now = take_in_hand(engine, client, "2", "worker-b", SILENT_SECONDS + 5)
    take_in_hand(engine, client, "3", "worker-b", SILENT_SECONDS - 5)
    take_in_hand(engine, client, "4", "worker-1", SILENT_SECONDS + 5)

    freed = housekeeping.free_dropped(
        client, me="worker-b", in_hand=frozenset({done_now})
    )

    assert freed == 1
    assert queued(client) == [(dropped, workflows.QUEUE, SHOP)]


def test_it_forgets_what_ended_long_ago(engine: sa.Engine, client: DBOSClient) -> None:
    ended = {"old": LONG_AGO, "new": LATELY}
    for subject, at in ended.items():
        id = queue(engine, client, subject)
        moment = int(at.timestamp() * 1000)
        change(engine, id, status="SUCCESS", completed_at=moment)
    queue(engine, client, "open")

    housekeeping.forget(engine, client)

    left = {found.workflow_id.rpartition(":")[2] for found in client.list_workflows()}
    assert left == {"new", "open"}


def test_it_forgets_events_that_were_handed_over_long_ago(
    engine: sa.Engine, client: DBOSClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    states = [(WAITING, LONG_AGO), (HANDED, LATELY), (IGNORED, LATELY)]
    rows = [
        row_of(make_event(webhook_id=f"event-{n}"), make_job(), None, at)
        | {"state": state}
        for n, (state, at) in enumerate([*[(HANDED, LONG_AGO)] * 5, *states])
    ]
    with engine.begin() as db:
        db.execute(sa.insert(tables.inbox), rows)

    housekeeping.forget(engine, client)

    with engine.connect() as db:
        left = list(db.scalars(sa.select(tables.inbox.c.webhook_id)))
    assert sorted(left) == ["event-5", "event-6", "event-7"]
