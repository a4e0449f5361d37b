"""Standing: how things are at this moment, in all processes together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from plugin.archive import codes
from plugin.archive.promises import waiting
from plugin.archive.tables import (
    Moment,
    cases,
    deliveries,
    inbox,
    privacy_requests,
    shops,
    tokens,
    workers,
)
from plugin.case import Status

WAITING = "waiting"
UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
# What the ids of stories begin with that sleep until a merchant opens the app.
ASLEEP = "away-"
# A case in one of these has no answer of ours that could have named its code, except
# one that is being given now.
WITHOUT_ANSWER = (Status.DECIDED, Status.FAILED, Status.SUPERSEDED, Status.WITHDRAWN)
# What an answer, or the taking back of its code, may take.
GRACE = timedelta(minutes=10)
SILENT = timedelta(days=7)

# The queue of the stories; sweeps and deliveries have queues of their own.
STORIES = "cases"
_JOBS = ("workflow_uuid", "status", "created_at", "queue_name")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """How many there are, and since when the oldest."""

    count: int
    oldest: datetime | None

    def age(self, now: datetime) -> float:
        """Tell the seconds since the oldest; 0 when there is none."""
        return 0.0 if self.oldest is None else (now - self.oldest).total_seconds()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is there, and what waits for whom; never per shop."""

    cases: Mapping[tuple[str, str], int]
    workflows: Mapping[str, int]
    events: Pile
    undecided: Pile
    asleep: Pile
    unanswered: Pile
    people: Pile
    codes: Pile
    requests: Pile
    untold: Pile
    shops: int
    tokenless: int
    silent: int
    event_of_quietest: datetime | None
    worker_seen: datetime | None


def standing(db: sa.Connection, now: datetime) -> Standing:
    """Read it all."""
    people = waiting()
    unanswered = cases.c.status == Status.DECIDED.value
    heard = last_events(db)
    return Standing(
        cases=_cases(db),
        workflows=_workflows(db),
        events=_pile(db, inbox.c.received_at, inbox.c.state == WAITING),
        undecided=_stories(db, asleep=False),
        asleep=_stories(db, asleep=True),
        unanswered=_pile(db, cases.c.opened_at, unanswered),
        people=_pile(db, cases.c.opened_at, people),
        codes=_pile(db, cases.c.updated_at, _code_lives(now)),
        untold=_pile(db, deliveries.c.at, deliveries.c.state == WAITING),
        requests=_pile(
            db, privacy_requests.c.asked_at, privacy_requests.c.done_at.is_(None)
        ),
        shops=len(heard),
        tokenless=_tokenless(db, now),
        silent=sum(at is None or now - at > SILENT for at in heard.values()),
        event_of_quietest=min((at for at in heard.values() if at), default=None),
        worker_seen=db.scalar(
            sa.select(sa.func.max(workers.c.seen_at, type_=Moment()))
        ),
    )


def last_events(db: sa.Connection) -> dict[str, datetime | None]:
    """Tell when each shop that has the app was last heard."""
    heard = sa.func.max(inbox.c.received_at, type_=Moment())
    query = sa.select(shops.c.shop, heard).outerjoin(
        inbox, inbox.c.shop == shops.c.shop
    )
    query = query.where(shops.c.uninstalled_at.is_(None)).group_by(shops.c.shop)
    return dict(db.execute(query.order_by(shops.c.shop)).all())


def _cases(db: sa.Connection) -> dict[tuple[str, str], int]:
    by = (cases.c.status, cases.c.outcome)
    query = sa.select(*by, sa.func.count()).group_by(*by)
    return {(status, outcome or "none"): n for status, outcome, n in db.execute(query)}


def _pile(
    db: sa.Connection, at: sa.Column[datetime], which: sa.ColumnElement[bool]
) -> Pile:
    oldest = sa.func.min(at, type_=Moment())
    row = db.execute(sa.select(sa.func.count(), oldest).where(which)).one()
    return Pile(count=row[0], oldest=row[1])


def _code_lives(now: datetime) -> sa.ColumnElement[bool]:
    """Find codes that may be there, and stand beside no answer of ours."""
    lone = cases.c.status.in_([status.value for status in WITHOUT_ANSWER])
    return sa.and_(lone, codes.may_be_out(), cases.c.updated_at < now - GRACE)


def _tokenless(db: sa.Connection, now: datetime) -> int:
    usable = sa.exists().where(
        tokens.c.shop == shops.c.shop,
        tokens.c.refresh_expires_at > now,
        tokens.c.dead_since.is_(None),
    )
    query = sa.select(sa.func.count()).select_from(shops)
    return db.scalar(query.where(shops.c.uninstalled_at.is_(None), ~usable)) or 0


def _workflows(db: sa.Connection) -> dict[str, int]:
    jobs = _jobs(db)
    query = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
    rows = db.execute(query.where(jobs.c.status.in_(UNFINISHED)))
    found: dict[str, int] = dict(rows.all())
    return {status: found.get(status, 0) for status in UNFINISHED}


def _stories(db: sa.Connection, *, asleep: bool) -> Pile:
    """Find the work that was taken over from the inbox and has not ended.

    What sleeps waits for a merchant to open the app, and is a pile of its own.
    """
    jobs = _jobs(db)
    sleeps = jobs.c.workflow_uuid.startswith(ASLEEP, autoescape=True)
    query = sa.select(sa.func.count(), sa.func.min(jobs.c.created_at))
    query = query.where(sleeps if asleep else ~sleeps)
    query = query.where(jobs.c.queue_name == STORIES)
    count, oldest = db.execute(query.where(jobs.c.status.in_(UNFINISHED))).one()
    since = None if oldest is None else datetime.fromtimestamp(oldest / 1000, UTC)
    return Pile(count=count, oldest=since)


def _jobs(db: sa.Connection) -> sa.TableClause:
    """Name the durable engine's own table, as its documentation gives it."""
    schema = None if db.dialect.name == "sqlite" else "dbos"
    return sa.table("workflow_status", *map(sa.column, _JOBS), schema=schema)
