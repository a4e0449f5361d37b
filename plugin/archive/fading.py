"""Fading: the past of who was erased, and what is too old to keep.

A file of the past may have been gathered before somebody was erased, and be read after
that. So it is known for a while whom and which orders its rows must not name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from plugin.archive.inserting import insert_into
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import (
    backfills,
    cases,
    forgotten,
    past_items,
    past_refunds,
    past_returns,
)

# Longer than a shop takes to gather a file and keeps it, which is seventeen days.
FORGOTTEN_DAYS = 30
BATCH = 200


def hold_past(db: sa.Connection, shop: str) -> None:
    """Hold a shop's past: whoever reads a file in waits, or is met.

    Taken before the shop's keys by everyone, so that nobody waits in a circle.
    """
    db.execute(sa.update(backfills).where(backfills.c.shop == shop).values(shop=shop))


def unlink(
    db: sa.Connection,
    shop: str,
    tag: str | None,
    order_ids: Sequence[str],
    now: datetime,
) -> None:
    """Leave no word of whose a person's returns and refunds were, nor let one come.

    The caller holds the shop's past.
    """
    _forget(db, shop, [*([tag] if tag else []), *order_ids], now)
    for table in (past_returns, past_refunds):
        whose = [] if tag is None else [table.c.customer == tag]
        for which in (*whose, *_among(table.c.order_id, order_ids)):
            change = sa.update(table).where(table.c.shop == shop, which)
            db.execute(change.values(customer=None))


def _among(column: sa.Column[Any], ids: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    parts = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
    return [column.in_(part) for part in parts]


def _forget(db: sa.Connection, shop: str, names: Sequence[str], now: datetime) -> None:
    for name in dict.fromkeys(names):
        insert = insert_into(forgotten, db.dialect).values(shop=shop, name=name, at=now)
        keys = [forgotten.c.shop, forgotten.c.name]
        db.execute(insert.on_conflict_do_update(index_elements=keys, set_={"at": now}))


def names_forgotten(db: sa.Connection, shop: str) -> frozenset[str]:
    """Name the customers, by tag, and the orders that no row of a file may link."""
    query = sa.select(forgotten.c.name).where(forgotten.c.shop == shop)
    return frozenset(db.scalars(query))


def drop_forgotten(engine: sa.Engine, now: Callable[[], datetime]) -> None:
    """Forget whom no file can bring back any more."""
    old = forgotten.c.at < now() - timedelta(days=FORGOTTEN_DAYS)
    with across(engine, Across.FORGETTING).begin() as db:
        db.execute(sa.delete(forgotten).where(old))


def forget_older(engine: sa.Engine, shop: str, before: datetime) -> int:
    """Remove what was returned and refunded before a moment; returns how much.

    A return whose case is kept stays with it. From then on the shop's past is known
    from that moment only.
    """
    with of_shop(engine, shop).begin() as db:
        hold_past(db, shop)
        old = _old_returns(shop, before)
        ids = sa.select(past_returns.c.return_id).where(*old)
        of_these = (past_items.c.shop == shop, past_items.c.return_id.in_(ids))
        db.execute(sa.delete(past_items).where(*of_these))
        gone: int = db.execute(sa.delete(past_returns).where(*old)).rowcount
        if gone:
            kept = backfills.c.kept_from
            later = sa.or_(kept.is_(None), kept < before)
            reach = sa.update(backfills).where(backfills.c.shop == shop, later)
            db.execute(reach.values(kept_from=before))
        return gone + db.execute(_old_refunds(shop, before)).rowcount


def _old_returns(shop: str, before: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        past_returns.c.shop == shop,
        past_returns.c.requested_at < before,
        ~_kept(past_returns),
    ]


def _old_refunds(shop: str, before: datetime) -> sa.Delete:
    """Find what was refunded long ago; what has no day is as old as its file."""
    read = sa.select(backfills.c.finished_at).where(backfills.c.shop == shop)
    at = sa.func.coalesce(past_refunds.c.refunded_at, read.scalar_subquery())
    mine = (past_refunds.c.shop == shop, at < before, ~_kept(past_refunds))
    return sa.delete(past_refunds).where(*mine)


def _kept(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        cases.c.shop == table.c.shop,
        cases.c.return_id == table.c.return_id,
        cases.c.erased_at.is_(None),
    )
