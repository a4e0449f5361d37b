"""Rows for every table, made of the types of its columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from plugin.archive.copying import Pair
from plugin.archive.tables import Moment

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
# What SQLite holds as text and numbers, and PostgreSQL as what it is.
MOST = 2**40


def fill(source: sa.Engine, found: list[Pair], count: int) -> None:
    """Write so many rows into every table; every second leaves out what it may."""
    # Numbers as text are not in order as numbers are: 10 comes before 9.
    numbers = range(8, 8 + count)
    with source.begin() as db:
        for pair in found:
            rows = [_row(pair.read, number) for number in numbers]
            db.execute(sa.insert(pair.read), rows)


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    left_out = {
        column.name
        for column in table.columns
        if number % 2 and column.nullable and not column.primary_key
    }
    return {
        column.name: None if column.name in left_out else _value(column, number)
        for column in table.columns
    }


def _value(column: sa.Column[Any], number: int) -> Any:
    kind = column.type
    if isinstance(kind, Moment):
        return NOON + timedelta(microseconds=number)
    if isinstance(kind, sa.JSON):
        return {"ü": [number, None, 0.5]}
    if isinstance(kind, sa.LargeBinary):
        return bytes([0, 255, number])
    if isinstance(kind, sa.Boolean):
        return number % 4 == 0
    if isinstance(kind, sa.BigInteger):
        return MOST + number
    if isinstance(kind, sa.Integer):
        return number + 7
    if isinstance(kind, sa.Float):
        return number + 0.1
    return f"{number}-é'\\"[: getattr(kind, "length", None) or 8]
