"""The inbox's rows: what is kept of an event, and the one statement that keeps it.

What is kept is an event's identity, its hash and the job it asks for; the body itself
is not, so nothing a payload may carry (a card holder's name) comes to rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from plugin.archive.keyring import Keyring
from plugin.archive.requests import keep_request
from plugin.archive.tables import inbox, shops
from plugin.jobs import Job
from webhooks.verify import Event

WAITING, HANDED, IGNORED, PROBE = "waiting", "handed", "ignored", "probe"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of an event: `new` is False for one that was here before."""

    new: bool
    reason: str | None


def row_of(
    event: Event, job: Job | None, reason: str | None, now: datetime
) -> dict[str, Any]:
    """Write an event as a row; it waits when it asks for a job."""
    return {
        "shop": event.shop,
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
    names = ("shop", "topic", "webhook_id", "body_sha256", "job")
    empty = dict.fromkeys(names, "")
    return {**empty, "state": PROBE, "reason": None, "received_at": now}


def keep(db: sa.Connection, rows: list[dict[str, Any]], keyring: Keyring) -> list[Kept]:
    """Insert rows inside the caller's transaction; what is there stays as it is."""
    known = _known(db, {row["shop"] for row in rows})
    kept = [_keep(db, keyring, row, known) for row in rows]
    if any(row["state"] == PROBE for row in rows):
        db.execute(sa.delete(inbox).where(inbox.c.state == PROBE))
    return kept


def job_in(row: sa.RowMapping) -> Job:
    """Read the job that a row asks for."""
    return Job(**json.loads(row["job"]))


def _known(db: sa.Connection, domains: set[str]) -> dict[str, bool]:
    """Tell of each shop that is on record whether it has the app."""
    query = sa.select(shops.c.shop, shops.c.uninstalled_at)
    found = db.execute(query.where(shops.c.shop.in_(domains)))
    return {row.shop: row.uninstalled_at is None for row in found}


def _keep(
    db: sa.Connection, keyring: Keyring, row: dict[str, Any], known: dict[str, bool]
) -> Kept:
    """Keep an event; what is asked by law also where the shop has left."""
    ask = row.pop("ask", None)
    listed = row["shop"] in known if ask else known.get(row["shop"], False)
    kept = _insert(db, row, listed)
    if ask is not None and listed and kept.new:
        keep_request(db, keyring, row, ask)
    return kept


def _insert(db: sa.Connection, row: dict[str, Any], known: bool) -> Kept:
    if not known and row["state"] == WAITING:
        row |= {"state": IGNORED, "reason": "unknown_shop"}
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(inbox).values(row).on_conflict_do_nothing()
    made = db.execute(insert.returning(inbox.c.id)).first()
    return Kept(new=made is not None, reason=row["reason"])


def _job_text(job: Job | None) -> str:
    if job is None:
        return "{}"
    fields = {"story": job.story, "shop": job.shop, "subject": job.subject}
    return json.dumps({**fields, "arguments": dict(job.arguments)})
