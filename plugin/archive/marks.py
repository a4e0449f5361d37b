"""Marks: what a database says of a copy from it or to it, and who may work on it.

NotUsable            a database that must not be served
├── BeingCopied      a copy from it or to it goes on now
├── HalfCopied       a copy to it was begun and not ended
└── MovedAway        it was copied to another database, which is served now
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from plugin.archive.database import Lock, exclusive, shared
from plugin.archive.tables import Moment

# Held by every process that works on a database, and alone by one that copies it. No
# worker's name has capitals.
USE = "USE"
BEGUN, DONE = "begun", "done"
FROM, TO = "from", "to"

# They are there only where a copy was begun: no part of the shape that is migrated.
metadata = sa.MetaData()
# One row: `id` is the same on both sides of a copy.
copies = sa.Table(
    "evenhand_copy",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("side", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("at", Moment, nullable=False),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What a database says of a copy: which, from or to it, and how far."""

    id: str
    side: str
    state: str
    at: datetime


class NotUsable(Exception):
    """A database that must not be served."""

    code = "not_usable"


class BeingCopied(NotUsable):
    """A copy from it or to it goes on now."""

    code = "being_copied"


class HalfCopied(NotUsable):
    """A copy to it was begun and not ended."""

    code = "half_copied"


class MovedAway(NotUsable):
    """It was copied to another database, which is served now."""

    code = "moved_away"


def use(engine: sa.Engine) -> Lock:
    """Be one of those who work on a database, until the lock is closed.

    A copy of it that was begun does not go on afterwards: what it has is old.
    Raises `NotUsable`.
    """
    lock = shared(engine, USE)
    if lock is None:
        raise BeingCopied("the database is being copied; wait until that has ended")
    try:
        refuse_unusable(engine)
        _forget_begun(engine)
    except BaseException:
        lock.close()
        raise
    return lock


def refuse_unusable(engine: sa.Engine) -> None:
    """Raise `NotUsable` for a database that is not whole, or was moved away."""
    mark = refuse_half(engine)
    if mark is not None and mark.state == DONE:
        what = f"the database was copied to another on {mark.at:%Y-%m-%d %H:%M}Z"
        raise MovedAway(
            f"{what}; set `DATABASE_URL` to that one, or run `evenhand db reopen`"
        )


def refuse_half(engine: sa.Engine) -> Mark | None:
    """Raise `HalfCopied` for a database that is not whole; gives any other mark."""
    mark = find(engine)
    if mark is not None and mark.side == TO:
        what = "only a part of the database was copied"
        raise HalfCopied(f"{what}; run `evenhand db copy` again until it ends with 0")
    return mark


def find(engine: sa.Engine) -> Mark | None:
    """Read the mark of a database; most have none."""
    if not sa.inspect(engine).has_table(copies.name):
        return None
    with engine.connect() as db:
        row = db.execute(sa.select(copies)).mappings().one_or_none()
    return None if row is None else Mark(**row)


def put(db: sa.Connection, mark: Mark) -> None:
    """Put a mark in the place of any other."""
    db.execute(sa.delete(copies))
    db.execute(sa.insert(copies).values(asdict(mark)))


def remove(engine: sa.Engine) -> bool:
    """Take every mark away; tells whether there was one."""
    found = find(engine) is not None
    with engine.begin() as db:
        copies.drop(db, checkfirst=True)
    return found


def alone(engine: sa.Engine) -> Lock | None:
    """Hold a database for a copy, or say None while somebody works on it."""
    return exclusive(engine, USE)


def _forget_begun(engine: sa.Engine) -> None:
    # Here it is one from this database: one to it was refused.
    if find(engine) is not None:
        with engine.begin() as db:
            db.execute(sa.delete(copies).where(copies.c.state == BEGUN))
