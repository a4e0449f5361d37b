"""Tallies: counts of all processes together, which only ever grow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from plugin.archive.inserting import insert_into
from plugin.archive.tables import tallies
from plugin.tally import Key


def add(db: sa.Connection, counts: Mapping[Key, float]) -> None:
    """Add counts to those that are there, inside the caller's transaction."""
    # In order, so that two writers never wait for each other.
    for key in sorted(counts):
        row = {"name": key.name, "labels": _text(key), "value": counts[key]}
        insert = insert_into(tallies, db.dialect).values(row)
        more = tallies.c.value + insert.excluded.value
        db.execute(
            insert.on_conflict_do_update(
                index_elements=["name", "labels"], set_={"value": more}
            )
        )


def read(db: sa.Connection) -> Iterator[tuple[Key, float]]:
    """Read every count, in order."""
    query = sa.select(tallies).order_by(tallies.c.name, tallies.c.labels)
    for row in db.execute(query):
        labels = tuple(sorted(json.loads(row.labels).items()))
        yield Key(row.name, labels), row.value


def move(db: sa.Connection, name: str, *, was: float, to: float) -> bool:
    """Move a bookmark forward; False when somebody else moved it meanwhile."""
    moved = sa.update(tallies).where(tallies.c.name == name, tallies.c.value == was)
    return db.execute(moved.values(value=to)).rowcount == 1


def bookmark(db: sa.Connection, name: str) -> float:
    """Read a bookmark, which stands at 0 before it is moved."""
    found: float | None = db.scalar(
        sa.select(tallies.c.value).where(tallies.c.name == name)
    )
    if found is None:
        add(db, {Key(name, ()): 0.0})
        return 0.0
    return found


def _text(key: Key) -> str:
    return json.dumps(dict(key.labels), sort_keys=True)
