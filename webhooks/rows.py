"""The inbox's rows: what is kept of an event, and the one statement that keeps it.

What is kept is an event's identity, its hash and the job it asks for; the body itself
is not, so nothing a payload may carry (a card holder's name) comes to rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from plugin.archive.keyring import Keyring
from plugin.archive.requests import keep_request
from plugin.archive.tables import inbox
from plugin.jobs import Job
from webhooks.verify import Event

WAITING, HANDED, IGNORED, PROBE = "waiting", "handed", "ignored", "probe"
# What makes an event the same as another.
KEY = ("shop", "webhook_id", "topic", "body_sha256")
COLUMNS = tuple(column.name for column in inbox.c if column.name != "id")
# Said to the driver itself: to word a list, and many rows at once, SQLAlchemy held the
# interpreter for a quarter of the time that it was held (`py-spy --gil`).
KNOWN = "SELECT shop, uninstalled_at FROM shops WHERE shop IN"
INSERT = f"INSERT INTO inbox ({', '.join(COLUMNS)}) VALUES"
UNLESS_THERE = f"ON CONFLICT DO NOTHING RETURNING {', '.join(KEY)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of an event: `new` is False for one that was here before."""

    new: bool
    reason: str | None


def row_of(
    event: Event, job: Job | None, reason: str | None, now: datetime
) -> dict[str, Any]:
    """Write an event as a row; it waits when it asks for a job.

    It is the event of the shop that its signed body names, where it names one: whoever
    sends it in another's name first must not be in the way of the true one.
    """
    return {
        "shop": job.shop if job else event.shop,
        "topic": event.topic,
        "webhook_id": event.webhook_id,
        "event_id": event.event_id,
        "api_version": event.api_version,
        "triggered_at": event.triggered_at,
        "body_sha256": event.body_sha256,
        "job": _job_text(job),
        "state": WAITING if job else IGNORED,
        "reason": reason,
        "received_at": now,
        "ask": None if job is None else job.ask,
    }


def probe(now: datetime) -> dict[str, Any]:
    """Make the row that is written only to see that rows can be written."""
    empty: dict[str, Any] = {column.name: None for column in inbox.c if column.nullable}
    names = ("shop", "topic", "webhook_id", "body_sha256", "job")
    texts = dict.fromkeys(names, "")
    return {**empty, **texts, "state": PROBE, "received_at": now, "ask": None}


def keep(db: sa.Connection, rows: list[dict[str, Any]], keyring: Keyring) -> list[Kept]:
    """Insert rows inside the caller's transaction; what is there stays as it is.

    All go in by one statement: a statement each costs more than all else together. The
    rows given stay as they are: whoever is in the way, they can be tried again.
    """
    known = _known(db, {row["shop"] for row in rows})
    judged = [_judge(row, known) for row in rows]
    new = _insert(db, judged)
    kept = [_kept(row, new) for row in judged]
    for given, row, own in zip(rows, judged, kept, strict=True):
        ask = given["ask"]
        if ask is not None and own.new and row["shop"] in known:
            keep_request(db, keyring, row, ask, id=json.loads(row["job"])["subject"])
    if any(row["state"] == PROBE for row in rows):
        db.execute(sa.delete(inbox).where(inbox.c.state == PROBE))
    return kept


def job_in(row: sa.RowMapping) -> Job:
    """Read the job that a row asks for."""
    return Job(**json.loads(row["job"]))


def _known(db: sa.Connection, domains: set[str]) -> dict[str, bool]:
    """Tell of each shop that is on record whether it has the app."""
    list_ = _marks(db.dialect.paramstyle, len(domains))
    found = db.exec_driver_sql(f"{KNOWN} {list_}", tuple(domains))
    return {shop: uninstalled_at is None for shop, uninstalled_at in found}


def _judge(row: dict[str, Any], known: dict[str, bool]) -> dict[str, Any]:
    """Make the row that goes in: a stranger's event waits for nothing.

    What is asked by law is done also where the shop has left.
    """
    judged = {name: value for name, value in row.items() if name != "ask"}
    listed = row["shop"] in known if row["ask"] else known.get(row["shop"], False)
    if not listed and row["state"] == WAITING:
        judged |= {"state": IGNORED, "reason": "unknown_shop"}
    return judged


def _insert(db: sa.Connection, rows: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """Insert what is not there yet; returns the keys of what went in."""
    marks = _marks(db.dialect.paramstyle, len(COLUMNS))
    moment = _moments(db.dialect)
    values = [
        moment(row[name]) if name == "received_at" else row[name]
        for row in rows
        for name in COLUMNS
    ]
    many = ", ".join([marks] * len(rows))
    found = db.exec_driver_sql(f"{INSERT} {many} {UNLESS_THERE}", tuple(values))
    return {tuple(own) for own in found}


def _marks(paramstyle: str, count: int) -> str:
    """Stand for so many values, in the words of a driver."""
    mark = "?" if paramstyle == "qmark" else "%s"
    return f"({', '.join([mark] * count)})"


@lru_cache(maxsize=4)
def _moments(dialect: sa.Dialect) -> Callable[[datetime], Any]:
    """Make what says a moment as a database keeps it."""
    kind = inbox.c.received_at.type.dialect_impl(dialect)
    return kind.bind_processor(dialect) or _as_it_is


def _as_it_is(moment: datetime) -> datetime:
    return moment


def _kept(row: dict[str, Any], new: set[tuple[str, ...]]) -> Kept:
    """Tell what became of a row; of two alike in one batch the first is the new one."""
    key = tuple(row[name] for name in KEY)
    first = key in new
    new.discard(key)
    return Kept(new=first, reason=row["reason"])


def _job_text(job: Job | None) -> str:
    if job is None:
        return "{}"
    fields = {"story": job.story, "shop": job.shop, "subject": job.subject}
    return json.dumps({**fields, "arguments": dict(job.arguments)})
