"""Keeping house: work left in hand is taken over, what is long done is removed."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from plugin import backfill, jobs, sweeps, workflows
from plugin.archive import codes, deliveries, workers
from plugin.archive import sweeps as swept
from plugin.archive.database import exclusive
from plugin.archive.past import due
from plugin.archive.scope import Across, across
from plugin.archive.store import askable_shops
from plugin.archive.tables import inbox
from plugin.jobs import BACKFILL
from plugin.workflows import ACTIVE, QUEUE
from webhooks.dispatch import TOPICS
from webhooks.rows import PROBE, WAITING

# Six heartbeats: a pause of the machine or of the database is no death.
SILENT_SECONDS = 30.0
# A story's steps take seconds; what takes this long lost its thread.
LONGEST_SECONDS = 3600.0
# An answer takes seconds; its code must not be out for ten minutes without it.
CODE_SECONDS = 300.0
KEPT_DAYS = 30
# There are many of them, and nobody asks for an old one.
SWEEPS_KEPT_DAYS = 2
ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
BATCH = 500

log = structlog.get_logger(__name__)


def take_over(engine: sa.Engine, client: DBOSClient, *, me: str) -> int:
    """Give work in hand of workers that are gone back to the queue; returns how much.

    Gone is who has been silent for a while and no longer holds its name: a worker
    that is only slow, or paused, keeps its work.
    """
    in_hand = client.list_workflows(
        status="PENDING", load_input=False, load_output=False
    )
    holders = {found.executor_id for found in in_hand if found.executor_id}
    silent = holders - workers.seen_within(engine, SILENT_SECONDS) - {me}
    return sum(_take_from(engine, client, name) for name in sorted(silent))


def _take_from(engine: sa.Engine, client: DBOSClient, name: str) -> int:
    # Held meanwhile, so that neither its owner nor another sweep is in between.
    lock = exclusive(engine, name)
    if lock is None:
        return 0
    try:
        return _put_back(client, holder=name)
    finally:
        lock.close()


def free_stuck(client: DBOSClient) -> int:
    """Give back work that somebody has had in hand for longer than work can take."""
    before = datetime.now(UTC) - timedelta(seconds=LONGEST_SECONDS)
    return _put_back(client, since=before.isoformat())


def free_dropped(client: DBOSClient, *, me: str, in_hand: frozenset[str]) -> int:
    """Give back work of this worker that it has in hand no more; returns how much.

    Where nothing can be written, the thread that does it ends without a word.
    """
    before = datetime.now(UTC) - timedelta(seconds=SILENT_SECONDS)
    return _put_back(client, holder=me, since=before.isoformat(), but=in_hand)


def _put_back(
    client: DBOSClient,
    *,
    holder: str | None = None,
    since: str | None = None,
    but: frozenset[str] = frozenset(),
) -> int:
    in_hand = client.list_workflows(
        status="PENDING",
        executor_id=holder,
        dequeued_before=since,
        load_input=False,
        load_output=False,
    )
    found = [each for each in in_hand if each.workflow_id not in but]
    by_queue: defaultdict[str, list[str]] = defaultdict(list)
    for each in found:
        by_queue[each.queue_name or QUEUE].append(each.workflow_id)
    for queue, ids in by_queue.items():
        client.resume_workflows(ids, queue_name=queue)
    if found:
        log.warning("work_taken_over", worker=holder, events=len(found))
    return len(found)


def plan_sweeps(engine: sa.Engine, client: DBOSClient, *, every: float) -> int:
    """Queue a sweep for every shop whose turn has come; returns how many.

    Where nobody can look none is added; whoever opens the app lets it be looked again.
    """
    shops = askable_shops(engine)
    return sweeps.plan(client, shops, now=time.time(), every=every)


def plan_checks(engine: sa.Engine, client: DBOSClient) -> int:
    """Queue a look at every shop's subscriptions, once a day; returns how many.

    Where nobody can look, or a look still waits, none is added.
    """
    day, topics = datetime.now(UTC).date().isoformat(), sorted(TOPICS)
    waiting = client.list_workflows(
        status=ACTIVE, name=jobs.SUBSCRIPTIONS, load_input=False, load_output=False
    )
    shops = {*askable_shops(engine)} - {each.queue_partition_key for each in waiting}
    found = (jobs.check(shop, day, topics) for shop in shops)
    planned = {job.id: job for job in found}
    if not planned:
        return 0
    known = client.list_workflows(
        workflow_ids=list(planned), load_input=False, load_output=False
    )
    due = sorted(planned.keys() - {each.workflow_id for each in known})
    for start in range(0, len(due), BATCH):
        with engine.begin() as db:
            for id in due[start : start + BATCH]:
                workflows.enqueue(client, db, planned[id])
    return len(due)


def plan_tidying(
    engine: sa.Engine, client: DBOSClient, now: datetime | None = None
) -> int:
    """Queue the taking back of every code that stands beside no answer."""
    before = (now or datetime.now(UTC)) - timedelta(seconds=CODE_SECONDS)
    lone = codes.lone_codes(engine, before=before)
    with engine.begin() as db:
        for each in lone:
            job = jobs.tidy(each.shop, each.return_id, each.next_round)
            workflows.enqueue(client, db, job)
    return len(lone)


def plan_backfills(engine: sa.Engine, client: DBOSClient) -> int:
    """Queue a spell of work for every shop whose past is still to be read."""
    return backfill.plan(client, due(engine, datetime.now(UTC)), now=time.time())


def forget(engine: sa.Engine, client: DBOSClient) -> None:
    """Remove workflows that ended, and events that were handed over, long ago."""
    now = datetime.now(UTC)
    before = now - timedelta(days=KEPT_DAYS)
    while _forget_workflows(client, before) == BATCH:
        pass
    lately = now - timedelta(days=SWEEPS_KEPT_DAYS)
    for name in (sweeps.SWEEP, BACKFILL):
        while _forget_workflows(client, lately, name=name) == BATCH:
            pass
    while _forget_events(engine, before) == BATCH:
        pass
    swept.forget(engine, before=before)
    deliveries.forget(engine, before=before)


def _forget_workflows(
    client: DBOSClient, before: datetime, *, name: str | None = None
) -> int:
    ended = client.list_workflows(
        status=ENDED,
        name=name,
        completed_before=before.isoformat(),
        limit=BATCH,
        load_input=False,
        load_output=False,
    )
    if ended:
        client.delete_workflows([each.workflow_id for each in ended])
    return len(ended)


def _forget_events(engine: sa.Engine, before: datetime) -> int:
    # The oldest by id, so that a long table is not searched while it is locked.
    oldest = sa.select(inbox.c.id, inbox.c.received_at)
    oldest = oldest.where(inbox.c.state.not_in([WAITING, PROBE]))
    found = oldest.order_by(inbox.c.id).limit(BATCH).subquery()
    old = sa.select(found.c.id).where(found.c.received_at < before)
    with across(engine, Across.FORGETTING).begin() as db:
        return db.execute(sa.delete(inbox).where(inbox.c.id.in_(old))).rowcount
