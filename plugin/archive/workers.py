"""The workers' heartbeats, by the database's own clock."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from plugin.archive.inserting import insert_into
from plugin.archive.tables import Moment, workers


def beat(engine: sa.Engine, name: str) -> None:
    """Write down that a worker lives now."""
    seen = insert_into(workers, engine.dialect).values(name=name, seen_at=sa.func.now())
    seen = seen.on_conflict_do_update(
        index_elements=[workers.c.name], set_={"seen_at": sa.func.now()}
    )
    with engine.begin() as db:
        db.execute(seen)


def seen_within(engine: sa.Engine, seconds: float) -> set[str]:
    """List the workers that were seen no longer ago than that."""
    with engine.connect() as db:
        now = db.scalars(sa.select(sa.func.now(type_=Moment))).one()
        since = now - timedelta(seconds=seconds)
        return set(
            db.scalars(sa.select(workers.c.name).where(workers.c.seen_at > since))
        )
