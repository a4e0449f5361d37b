"""The roll: every shop in a row, and where cases are found by what they are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from plugin.archive.past import Backfill, backfill_of
from plugin.archive.promises import waiting
from plugin.archive.standing import last_events
from plugin.archive.tables import (
    backfills,
    cases,
    entries,
    inbox,
    policies,
    privacy_requests,
    shops,
    tokens,
)
from plugin.past import DONE

# Of thirty days; what is open for longer should be looked at.
LATE = timedelta(days=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopRow:
    """One shop as whoever runs the app wants to see it."""

    shop: str
    installed: bool
    installed_at: datetime
    mode: str
    policy: int | None
    waiting: int
    last_event: datetime | None
    token: str
    past: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ref:
    """Where a case is."""

    shop: str
    return_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedByLaw:
    """One request by law, with the proof of what was done."""

    shop: str
    id: str
    topic: str
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None
    result: str | None
    counts: Mapping[str, int]
    sha256: str | None
    late: bool

    @property
    def said(self) -> str:
        """Say it in one line."""
        counted = ", ".join(f"{n} {what}" for what, n in sorted(self.counts.items()))
        asked = f"{self.shop} {self.topic} asked {self.asked_at:%Y-%m-%d}"
        if self.done_at is None:
            return f"{asked}, due {self.due_at:%Y-%m-%d}{': LATE' if self.late else ''}"
        proof = f" sha256 {self.sha256}" if self.sha256 else ""
        done = f"{self.result} {self.done_at:%Y-%m-%d}"
        return f"{asked}, {done} ({counted or 'nothing'}){proof}"


def asked_by_law(
    db: sa.Connection, shop: str | None, now: datetime
) -> list[AskedByLaw]:
    """List requests by law, of one shop or of all, oldest first."""
    query = sa.select(privacy_requests).order_by(privacy_requests.c.asked_at)
    if shop is not None:
        query = query.where(privacy_requests.c.shop == shop)
    names = ("shop", "id", "topic", "asked_at", "due_at", "done_at", "result", "sha256")
    return [
        AskedByLaw(
            **{name: row[name] for name in names},
            counts=json.loads(row["counts"]),
            late=row["done_at"] is None and now - row["asked_at"] > LATE,
        )
        for row in db.execute(query).mappings()
    ]


def shop_rows(db: sa.Connection, now: datetime) -> list[ShopRow]:
    """List the shops that have or had the app."""
    heard = last_events(db)
    newest = _per_shop(db, sa.func.max(policies.c.version), policies.c.shop)
    waits = _per_shop(db, sa.func.count(), cases.c.shop, waiting())
    read = {
        row["shop"]: backfill_of(row)
        for row in db.execute(sa.select(backfills)).mappings()
    }
    held = {row.shop: row for row in db.execute(sa.select(tokens))}
    rows = db.execute(sa.select(shops).order_by(shops.c.shop)).all()
    return [
        ShopRow(
            shop=row.shop,
            installed=row.uninstalled_at is None,
            installed_at=row.installed_at,
            mode=row.mode,
            policy=newest.get(row.shop),
            waiting=waits.get(row.shop, 0),
            last_event=heard.get(row.shop),
            token=_token(held.get(row.shop), now)
            if row.uninstalled_at is None
            else "none",
            past=_past(read.get(row.shop)),
        )
        for row in rows
    ]


def _per_shop(
    db: sa.Connection,
    what: sa.ColumnElement[int],
    shop: sa.Column[str],
    *which: sa.ColumnElement[bool],
) -> dict[str, int]:
    query = sa.select(shop, what).where(*which).group_by(shop)
    return dict(db.execute(query).all())


def _past(found: Backfill | None) -> str:
    if found is None:
        return "-"
    if found.state == DONE:
        return "all" if found.since is None else f"since {found.since:%Y-%m-%d}"
    share = f"{found.state} {found.lines}/{found.objects}"
    return share if found.why is None else f"{share} ({found.why})"


def _token(held: sa.Row[Any] | None, now: datetime) -> str:
    """Say how long a shop's token can be renewed, or that its merchant must come."""
    if held is None:
        return "none"
    if held.dead_since is not None:
        return f"dead since {held.dead_since:%Y-%m-%d}: reopen the app"
    if held.refused_since is not None:
        return f"refused since {held.refused_since:%Y-%m-%d}: reopen the app"
    until: datetime = held.refresh_expires_at
    return "ended: reopen the app" if until <= now else f"until {until:%Y-%m-%d}"


def is_known(db: sa.Connection, shop: str) -> bool:
    """Tell whether a shop is on record, with the app or without."""
    query = sa.select(shops.c.shop).where(shops.c.shop == shop)
    return db.scalar(query) is not None


def all_cases(db: sa.Connection, shop: str | None) -> list[Ref]:
    """List every case, of one shop or of all, in the order they were opened."""
    query = sa.select(cases.c.shop, cases.c.return_id)
    if shop is not None:
        query = query.where(cases.c.shop == shop)
    return _refs(db, query.order_by(cases.c.opened_at, cases.c.return_id))


def find_cases(db: sa.Connection, name: str, shop: str | None) -> list[Ref]:
    """Find cases by a return's id, its number or its name, or by an event's id."""
    called = (
        cases.c.return_id == name,
        cases.c.return_id == f"gid://shopify/Return/{name}",
        cases.c.return_name == name,
        cases.c.return_id.in_(_told_by(db, name)),
        sa.tuple_(cases.c.shop, cases.c.return_id).in_(_noted(name)),
    )
    query = sa.select(cases.c.shop, cases.c.return_id).where(sa.or_(*called))
    if shop is not None:
        query = query.where(cases.c.shop == shop)
    return _refs(db, query.order_by(cases.c.shop, cases.c.return_id))


def _told_by(db: sa.Connection, webhook_id: str) -> list[str]:
    """Name the returns that an event names."""
    jobs = db.scalars(sa.select(inbox.c.job).where(inbox.c.webhook_id == webhook_id))
    found = (json.loads(job).get("arguments", {}).get("return_id") for job in jobs)
    return [return_id for return_id in found if return_id]


def _noted(webhook_id: str) -> sa.Select[tuple[str, str]]:
    """Find the cases that an event was noted on, also one of a refund or an order."""
    noted = entries.c.key == f"event:{webhook_id}"
    return sa.select(entries.c.shop, entries.c.return_id).where(noted)


def _refs(db: sa.Connection, query: sa.Select[tuple[str, str]]) -> list[Ref]:
    rows = db.execute(query).all()
    return [Ref(shop=row.shop, return_id=row.return_id) for row in rows]
