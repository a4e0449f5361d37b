"""Sealing anew: whatever rests under an own secret, under the first one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import InvalidToken, MultiFernet

from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import data_keys, endpoints, tokens

# What rests sealed in each table. A test compares it with every table's bytes.
SEALED: Mapping[sa.Table, tuple[str, ...]] = {
    tokens: ("access", "refresh"),
    endpoints: ("url", "secret", "old_secret"),
    data_keys: ("wrapped",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Resealed:
    """How many rows were sealed anew, and how many of each shop no secret opens."""

    sealed: int
    lost: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """How many rows of a table a shop has, and how many of them no secret opens."""

    shop: str
    count: int
    locked: int


def reseal(engine: sa.Engine, table: sa.Table, keys: MultiFernet) -> Resealed:
    """Seal every row of a table with the first key; safe to repeat.

    A row that somebody writes meanwhile is left to them: they seal with the first.
    """
    with across(engine, Across.KEYS).connect() as db:
        rows = list(db.execute(sa.select(table)).mappings())
    sealed, lost = 0, Counter[str]()
    for row in rows:
        try:
            sealed += _reseal_row(engine, table, keys, row)
        except InvalidToken:
            lost[row["shop"]] += 1
    return Resealed(sealed=sealed, lost=dict(sorted(lost.items())))


def opened(
    engine: sa.Engine,
    table: sa.Table,
    keys: MultiFernet,
    shop: str | None = None,
    *,
    most: int | None = None,
) -> list[Opened]:
    """Count by shop what a table holds and what no key opens; changes nothing.

    With `most`, only so many rows are looked at.
    """
    query = sa.select(table.c.shop, *(table.c[name] for name in SEALED[table]))
    if shop is not None:
        query = query.where(table.c.shop == shop)
    query = query.limit(most)
    count, locked = Counter[str](), Counter[str]()
    with across(engine, Across.KEYS).connect() as db:
        rows = list(db.execute(query))
    # After the transaction: it takes long where there are many.
    for own, *sealed in rows:
        count[own] += 1
        locked[own] += not all(_opens(keys, each) for each in sealed if each)
    return [Opened(shop=s, count=count[s], locked=locked[s]) for s in sorted(count)]


def _opens(keys: MultiFernet, sealed: bytes) -> bool:
    try:
        keys.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _reseal_row(
    engine: sa.Engine, table: sa.Table, keys: MultiFernet, row: Mapping[Any, Any]
) -> int:
    old = {name: row[name] for name in SEALED[table] if row[name]}
    if not old:
        return 0
    new = {name: keys.rotate(sealed) for name, sealed in old.items()}
    where = list(_same(table, row, old))
    with of_shop(engine, row["shop"]).begin() as db:
        return db.execute(sa.update(table).where(*where).values(new)).rowcount


def _same(
    table: sa.Table, row: Mapping[Any, Any], old: Mapping[str, bytes]
) -> Iterator[sa.ColumnElement[bool]]:
    for column in table.primary_key:
        yield column == row[column.name]
    for name, sealed in old.items():
        yield table.c[name] == sealed
