"""Copying table after table, in batches by primary key that go on where they were.

How far a table is copied is written with its rows, in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive import marks
from plugin.archive.tables import Moment, metadata

# Where the durable engine keeps its tables on PostgreSQL, and its shape's number.
ENGINE = "dbos"
ENGINE_VERSION = "dbos_migrations"

# How far each table is; there only while a copy is under way.
progress = sa.Table(
    "evenhand_copied",
    marks.metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("key", sa.Text),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One table, as it is read and as it is written."""

    read: sa.Table
    write: sa.Table

    @property
    def name(self) -> str:
        """Name it as the target does."""
        return self.write.fullname


@dataclass(frozen=True, kw_only=True, slots=True)
class Far:
    """How far a table is copied: up to which key, how many rows, or all."""

    key: str | None = None
    rows: int = 0
    whole: bool = False


def pairs(source: sa.Engine, target: sa.Engine) -> list[Pair]:
    """List our tables and the engine's, those that others refer to first."""
    ours = [Pair(read=table, write=table) for table in metadata.sorted_tables]
    return [*ours, *_engines(source, target)]


def _engines(source: sa.Engine, target: sa.Engine) -> Iterator[Pair]:
    """Ask the target what the engine keeps: its types say how text is read."""
    there = sa.MetaData()
    there.reflect(target, schema=ENGINE)
    here = set(sa.inspect(source).get_table_names()) - {ENGINE_VERSION}
    for table in there.sorted_tables:
        if table.name in here:
            for column in table.columns:
                if isinstance(column.type, sa.JSON):
                    # Nothing stays nothing, and does not become JSON's null.
                    column.type.none_as_null = True
            yield Pair(read=_generic(table), write=table)


def _generic(table: sa.Table) -> sa.Table:
    columns = (
        sa.Column(
            each.name,
            each.type.as_generic(),
            primary_key=each.primary_key,
            nullable=each.nullable,
        )
        for each in table.columns
    )
    return sa.Table(table.name, sa.MetaData(), *columns)


def far(target: sa.Engine, pair: Pair) -> Far:
    """Read how far a table is."""
    columns = (progress.c.key, progress.c.rows, progress.c.whole)
    with target.connect() as db:
        query = sa.select(*columns).where(progress.c.name == pair.name)
        row = db.execute(query).mappings().one_or_none()
    return Far() if row is None else Far(**row)


def copy_some(
    source: sa.Engine, target: sa.Engine, pair: Pair, done: Far, *, batch: int
) -> Far:
    """Copy the next rows after those that are copied; says how far it is then."""
    with source.connect() as db:
        rows = [dict(row) for row in db.execute(_next(pair, done, batch)).mappings()]
    now = Far(
        key=_key(pair, rows[-1]) if rows else done.key,
        rows=done.rows + len(rows),
        whole=len(rows) < batch,
    )
    with target.begin() as db:
        if rows:
            db.execute(sa.insert(pair.write), rows)
        db.execute(sa.delete(progress).where(progress.c.name == pair.name))
        values = {"key": now.key, "rows": now.rows, "whole": now.whole}
        db.execute(sa.insert(progress).values(name=pair.name, **values))
    return now


def _next(pair: Pair, done: Far, batch: int) -> sa.Select[Any]:
    keys = list(pair.read.primary_key)
    query = sa.select(pair.read).order_by(*keys).limit(batch)
    if done.key is None:
        return query
    values = (
        sa.literal(_value(key, value), key.type)
        for key, value in zip(keys, json.loads(done.key), strict=True)
    )
    return query.where(sa.tuple_(*keys) > sa.tuple_(*values))


def _key(pair: Pair, row: dict[str, Any]) -> str:
    values = [row[key.name] for key in pair.read.primary_key]
    return json.dumps(values, default=datetime.isoformat)


def _value(key: sa.Column[Any], value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(key.type, Moment) else value


def follow_on(db: sa.Connection, pair: Pair) -> None:
    """Let the numbers that the target gives by itself follow those that are there."""
    column = pair.write.autoincrement_column
    if column is None:
        return
    newest = sa.select(sa.func.max(column)).scalar_subquery()
    sequence = sa.func.pg_get_serial_sequence(pair.name, column.name)
    following = sa.func.coalesce(newest, 0) + 1
    db.execute(sa.select(sa.func.setval(sequence, following, sa.false())))


def count(engine: sa.Engine, table: sa.FromClause) -> int:
    """Count a table's rows."""
    with engine.connect() as db:
        return db.scalar(sa.select(sa.func.count()).select_from(table)) or 0
