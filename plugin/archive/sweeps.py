"""Sweeps: how far each shop was looked through, and what only looking found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from plugin.archive.inserting import insert_into
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import finds, inbox, sweeps

WAITING = "waiting"
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_SWEPT = sa.select(sweeps).where(sweeps.c.shop == sa.bindparam("of_shop"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """The last whole sweep of a shop; `silent` says why it seems to tell us nothing."""

    swept_at: datetime
    seen_until: datetime | None
    silent: str | None
    silent_since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Find:
    """Something of a topic that happened and that no event told us of."""

    topic: str
    subject: str
    happened_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What a shop told us by itself, and what it did not tell.

    `last` has the last event of each topic; `untold` counts, by topic, what was
    found since then.
    """

    last: Mapping[str, datetime]
    before: int
    untold: Mapping[str, int]

    @property
    def last_at(self) -> datetime | None:
        """The last event of all."""
        return max(self.last.values(), default=None)


def swept(engine: sa.Engine, shop: str) -> Swept | None:
    """Find the last whole sweep of a shop."""
    with of_shop(engine, shop).connect() as db:
        row = db.execute(_SWEPT, {"of_shop": shop}).mappings().one_or_none()
    if row is None:
        return None
    return Swept(**{name: row[name] for name in Swept.__slots__})


def keep_swept(engine: sa.Engine, shop: str, done: Swept) -> None:
    """Write down a whole sweep in place of the one before."""
    values = {name: getattr(done, name) for name in Swept.__slots__}
    insert = insert_into(sweeps, engine.dialect).values(shop=shop, **values)
    with of_shop(engine, shop).begin() as db:
        db.execute(
            insert.on_conflict_do_update(index_elements=[sweeps.c.shop], set_=values)
        )


def keep_finds(
    db: sa.Connection, shop: str, found: Iterable[Find], found_at: datetime
) -> None:
    """Write down finds inside the caller's transaction; known ones stay as they are."""
    for find in found:
        values = {name: getattr(find, name) for name in Find.__slots__}
        insert = insert_into(finds, db.dialect).values(
            shop=shop, found_at=found_at, **values
        )
        db.execute(insert.on_conflict_do_nothing())


def waits(db: sa.Connection, shop: str) -> bool:
    """Tell whether events of a shop wait to be handed over."""
    query = sa.select(inbox.c.id).where(inbox.c.shop == shop, inbox.c.state == WAITING)
    return db.execute(query.limit(1)).first() is not None


def heard(engine: sa.Engine, shop: str, *, before: datetime) -> Heard:
    """Sum up what a shop told by itself; `before` counts its events until then."""
    mine = inbox.c.shop == shop
    last = sa.select(inbox.c.topic, sa.func.max(inbox.c.received_at)).where(mine)
    early = sa.select(sa.func.count()).select_from(inbox)
    early = early.where(mine, inbox.c.received_at < before)
    with of_shop(engine, shop).connect() as db:
        events = db.execute(last.group_by(inbox.c.topic)).all()
        last_at: dict[str, datetime] = {topic: at for topic, at in events}  # noqa: C416  # a row is no pair to `dict`'s types
        count = db.scalar(early) or 0
        found = sa.select(finds.c.topic, finds.c.found_at).where(finds.c.shop == shop)
        untold: dict[str, int] = {}
        for topic, at in db.execute(found):
            if topic not in last_at or last_at[topic] < at:
                untold[topic] = untold.get(topic, 0) + 1
    return Heard(last=last_at, before=count, untold=untold)


def forget(engine: sa.Engine, *, before: datetime) -> None:
    """Remove finds from before a moment."""
    with across(engine, Across.FORGETTING).begin() as db:
        db.execute(sa.delete(finds).where(finds.c.found_at < before))
