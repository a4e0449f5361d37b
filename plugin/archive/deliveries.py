"""Deliveries: what is told, what each endpoint is owed of it, how the tries ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive.inserting import insert_into
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import announcements, deliveries, endpoints

WAITING = "waiting"
DONE = "done"
UNDELIVERED = "failed"
STOPPED = "stopped"
# What a person may ask to be sent once more.
ENDED = (UNDELIVERED, STOPPED)
SHOWN = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One thing that is told, word for word."""

    id: str
    kind: str
    body: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What one endpoint is owed, and how the last try ended."""

    endpoint_id: str
    announcement_id: str
    kind: str
    state: str
    tries: int
    at: datetime
    tried_at: datetime | None
    result: str | None
    answer: str | None


def listening(db: sa.Connection, shop: str) -> list[tuple[str, str]]:
    """List the endpoints of a shop that are told, each with its kind."""
    query = sa.select(endpoints.c.id, endpoints.c.kind)
    query = query.where(endpoints.c.shop == shop, endpoints.c.enabled)
    return [(row.id, row.kind) for row in db.execute(query.order_by(endpoints.c.id))]


def announce(db: sa.Connection, shop: str, told: Told) -> bool:
    """Write down what is told; False when it was there before."""
    values = {name: getattr(told, name) for name in Told.__slots__}
    return _insert_new(db, announcements, shop=shop, **values)


def owe(db: sa.Connection, shop: str, endpoint_id: str, told: Told) -> None:
    """Write down that an endpoint is to be told."""
    values = {"endpoint_id": endpoint_id, "announcement_id": told.id, "at": told.at}
    _insert_new(db, deliveries, shop=shop, state=WAITING, tries=0, **values)


def take_up(
    db: sa.Connection, shop: str, endpoint_id: str, announcement_id: str
) -> int | None:
    """Owe what had failed once more; how often it was tried, None if it had not."""
    mine = _mine(shop, endpoint_id, announcement_id)
    again = sa.update(deliveries).where(*mine, deliveries.c.state.in_(ENDED))
    if db.execute(again.values(state=WAITING)).rowcount != 1:
        return None
    return db.scalar(sa.select(deliveries.c.tries).where(*mine))


def told(
    engine: sa.Engine, shop: str, endpoint_id: str, announcement_id: str
) -> Told | None:
    """Find what an endpoint still waits to be told."""
    both = (announcements.c.shop == deliveries.c.shop) & (
        announcements.c.id == deliveries.c.announcement_id
    )
    columns = [announcements.c[name] for name in Told.__slots__]
    query = sa.select(*columns).select_from(deliveries.join(announcements, both))
    mine = _mine(shop, endpoint_id, announcement_id)
    with of_shop(engine, shop).connect() as db:
        found = db.execute(query.where(*mine, deliveries.c.state == WAITING))
        row = found.mappings().one_or_none()
    return None if row is None else Told(**row)


def note(
    engine: sa.Engine,
    shop: str,
    endpoint_id: str,
    announcement_id: str,
    *,
    at: datetime,
    **ended: str | None,
) -> None:
    """Write down how a try ended: its `state`, `result` and `answer`."""
    change = sa.update(deliveries).where(*_mine(shop, endpoint_id, announcement_id))
    values = {**ended, "tries": deliveries.c.tries + 1, "tried_at": at}
    with of_shop(engine, shop).begin() as db:
        db.execute(change.values(values))


def newest(engine: sa.Engine, shop: str, *, limit: int = SHOWN) -> list[Delivery]:
    """List a shop's deliveries, newest first."""
    both = (announcements.c.shop == deliveries.c.shop) & (
        announcements.c.id == deliveries.c.announcement_id
    )
    query = sa.select(deliveries, announcements.c.kind).join(announcements, both)
    query = query.where(deliveries.c.shop == shop).limit(limit)
    order = (deliveries.c.at.desc(), deliveries.c.announcement_id)
    with of_shop(engine, shop).connect() as db:
        found = db.execute(query.order_by(*order, deliveries.c.endpoint_id)).mappings()
        return [Delivery(**{n: row[n] for n in Delivery.__slots__}) for row in found]


def forget(engine: sa.Engine, *, before: datetime) -> None:
    """Remove what was told before a moment, and how."""
    with across(engine, Across.FORGETTING).begin() as db:
        db.execute(sa.delete(deliveries).where(deliveries.c.at < before))
        db.execute(sa.delete(announcements).where(announcements.c.at < before))


def _mine(shop: str, endpoint_id: str, announcement_id: str) -> tuple[Any, ...]:
    return (
        deliveries.c.shop == shop,
        deliveries.c.endpoint_id == endpoint_id,
        deliveries.c.announcement_id == announcement_id,
    )


def _insert_new(db: sa.Connection, table: sa.Table, **values: object) -> bool:
    insert = insert_into(table, db.dialect).values(values).on_conflict_do_nothing()
    return db.execute(insert.returning(table.c.shop)).first() is not None
