"""Codes: which may be there although no answer of ours names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from plugin.archive.scope import Across, across
from plugin.archive.tables import cases, entries, shops
from plugin.case import Status

BEGUN = "begun"
TAKEN_BACK = "call:deactivate-code"
# Elsewhere the code is promised, or nothing was begun.
LONE = tuple(
    status.value
    for status in Status
    if status not in (Status.ANSWERED, Status.PROPOSED)
)
BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Lone:
    """A case whose code may be out; `rounds` counts how often it was taken back.

    `generation` is the shop's: what was to be done before it left is done once it is
    back.
    """

    shop: str
    return_id: str
    rounds: int
    generation: int = 1

    @property
    def next_round(self) -> str:
        """Name the round in which it is to be taken back."""
        return f"{self.generation}.{self.rounds}"


def lone_codes(engine: sa.Engine, *, before: datetime) -> list[Lone]:
    """List cases left alone since before a moment, of shops that have the app."""
    query = sa.select(
        cases.c.shop,
        cases.c.return_id,
        _count(TAKEN_BACK).label("rounds"),
        shops.c.generation,
    )
    query = query.join(shops, shops.c.shop == cases.c.shop)
    query = query.where(shops.c.uninstalled_at.is_(None), cases.c.status.in_(LONE))
    query = query.where(may_be_out(), _begun_last() < before)
    with across(engine, Across.PLANNING).connect() as db:
        return [Lone(**row) for row in db.execute(query.limit(BATCH)).mappings()]


def may_be_out() -> sa.ColumnElement[bool]:
    """Find cases whose answer was begun more often than its code was taken back."""
    begun, taken = _count(BEGUN), _count(TAKEN_BACK)
    return sa.and_(cases.c.has_code, begun > taken)


def _count(call: str) -> sa.ScalarSelect[int]:
    query = sa.select(sa.func.count()).select_from(entries)
    return query.where(*_of_case(call)).scalar_subquery()


def _begun_last() -> sa.ScalarSelect[datetime]:
    query = sa.select(sa.func.max(entries.c.at))
    return query.where(*_of_case(BEGUN)).scalar_subquery()


def _of_case(call: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Match the entries of a call in every round."""
    mine = entries.c.shop == cases.c.shop, entries.c.return_id == cases.c.return_id
    name = sa.or_(entries.c.key == call, entries.c.key.startswith(f"{call}:"))
    return (*mine, name)
