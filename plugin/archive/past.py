"""Past returns: what customers asked for before, and how far that was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive.fading import names_forgotten
from plugin.archive.inserting import insert_into
from plugin.archive.keyring import Keyring
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import (
    backfills,
    past_items,
    past_refunds,
    past_returns,
    shops,
    tokens,
)
from plugin.past import (
    ALL_ORDERS,
    DONE,
    History,
    PastItem,
    PastRefund,
    PastReturn,
    PastRow,
)

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Backfill:
    """How the reading of a shop's past stands; `position` is a byte of its file."""

    generation: int
    state: str
    operation_id: str | None
    since: datetime | None
    objects: int = 0
    lines: int = 0
    position: int = 0
    tries: int = 0
    why: str | None = None
    next_at: datetime
    finished_at: datetime | None = None


class Remembering:
    """The part of a shelf that remembers what customers asked for before."""

    engine: sa.Engine
    keyring: Keyring
    _shop: str

    def history(self, customer_id: str) -> History | None:
        """List a customer's returns; None while the past was not read to its end."""
        query = sa.select(past_returns).where(past_returns.c.shop == self._shop)
        query = query.order_by(past_returns.c.requested_at)
        with self.engine.connect() as db:
            known = _backfill(db, self._shop)
            if known is None or known.state != DONE:
                return None
            tag = self.keyring.known_tag(db, self._shop, customer_id)
            found = db.execute(query.where(past_returns.c.customer == tag)).mappings()
            returns = tuple(_past_return(row, customer_id) for row in found)
            kept_from = _kept_from(db, self._shop)
        since = max((at for at in (known.since, kept_from) if at), default=None)
        return History(since=since, returns=returns)

    def remember_return(self, past: PastReturn, items: Sequence[PastItem]) -> None:
        """Write down a return that the app saw itself."""
        with self.engine.begin() as db:
            keep_rows(db, self.keyring, self._shop, [past, *items], own=True)

    def restate_return(self, return_id: str, status: str) -> None:
        """Write down where a return stands by now."""
        change = sa.update(past_returns).where(
            past_returns.c.shop == self._shop, past_returns.c.return_id == return_id
        )
        with self.engine.begin() as db:
            db.execute(change.values(status=status, own=True))

    def remember_refund(self, past: PastRefund) -> None:
        """Write down a refund that the app saw itself."""
        with self.engine.begin() as db:
            keep_rows(db, self.keyring, self._shop, [past], own=True)

    def backfill(self) -> Backfill | None:
        """Tell how the reading of the shop's past stands; None before it began."""
        with self.engine.connect() as db:
            return _backfill(db, self._shop)


def backfill(engine: sa.Engine, shop: str) -> Backfill | None:
    """Tell how the reading of a shop's past stands; None before it began."""
    with of_shop(engine, shop).connect() as db:
        return _backfill(db, shop)


def keep_backfill(db: sa.Connection, shop: str, now: Backfill) -> None:
    """Write down how far a shop's past was read, inside the caller's transaction."""
    values = {name: getattr(now, name) for name in Backfill.__slots__}
    insert = insert_into(backfills, db.dialect).values(shop=shop, **values)
    db.execute(
        insert.on_conflict_do_update(index_elements=[backfills.c.shop], set_=values)
    )


def move_on(db: sa.Connection, shop: str, was: Backfill, now: Backfill) -> bool:
    """Write down how far a file was read; False where another began anew meanwhile."""
    change = sa.update(backfills).where(
        backfills.c.shop == shop,
        backfills.c.operation_id == was.operation_id,
        backfills.c.position == was.position,
    )
    values = {name: getattr(now, name) for name in Backfill.__slots__}
    return db.execute(change.values(values)).rowcount == 1


def keep_rows(
    db: sa.Connection,
    keyring: Keyring,
    shop: str,
    rows: Iterable[PastRow],
    *,
    own: bool,
) -> None:
    """Write rows of the past, each once; what the app saw itself is left as it is.

    Customers are named by the shop's own tag; who was erased since a file was
    gathered is not named.
    """
    tag = keyring.tagger(db, shop)
    gone = frozenset() if own else names_forgotten(db, shop)
    by_table: dict[str, dict[str, Row]] = {}
    for row in rows:
        table, key, values = _of_row(row, tag)
        if not gone.isdisjoint((values.get("customer"), values.get("order_id"))):
            values["customer"] = None
        by_table.setdefault(table.name, {})[key] = {"shop": shop, **values}
    for table in (past_returns, past_items, past_refunds):
        found = [*by_table.get(table.name, {}).values()]
        if table is past_returns:
            found = [{**values, "own": own} for values in found]
        if found:
            db.execute(_upsert(db, table, found[0], own=own), found)


def due(engine: sa.Engine, now: datetime) -> list[str]:
    """Name the shops whose past is to be read, or read on, by now."""
    mine = backfills.c.shop == shops.c.shop
    wider = sa.and_(
        backfills.c.since.is_not(None), tokens.c.scopes.contains(ALL_ORDERS)
    )
    wanted = sa.or_(
        backfills.c.shop.is_(None),
        backfills.c.generation != shops.c.generation,
        sa.and_(sa.or_(backfills.c.state != DONE, wider), backfills.c.next_at <= now),
    )
    query = (
        sa.select(shops.c.shop)
        .join(tokens, tokens.c.shop == shops.c.shop)
        .outerjoin(backfills, mine)
        # Nobody can be asked with a token that died.
        .where(shops.c.uninstalled_at.is_(None), tokens.c.dead_since.is_(None), wanted)
    )
    with across(engine, Across.PLANNING).connect() as db:
        return list(db.scalars(query.order_by(shops.c.shop)))


def _kept_from(db: sa.Connection, shop: str) -> datetime | None:
    query = sa.select(backfills.c.kept_from).where(backfills.c.shop == shop)
    found: datetime | None = db.scalar(query)
    return found


def backfill_of(row: Any) -> Backfill:
    """Read a row of the table of backfills."""
    return Backfill(**{name: row[name] for name in Backfill.__slots__})


def _backfill(db: sa.Connection, shop: str) -> Backfill | None:
    query = sa.select(backfills).where(backfills.c.shop == shop)
    row = db.execute(query).mappings().one_or_none()
    return None if row is None else backfill_of(row)


def forget_past(db: sa.Connection, shop: str) -> None:
    """Remove what is known of a shop's past; where it has the app, it is read anew."""
    for table in (backfills, past_returns, past_items, past_refunds):
        db.execute(sa.delete(table).where(table.c.shop == shop))


def _of_row(
    row: PastRow, tag: Callable[[str | None], str | None]
) -> tuple[sa.Table, str, Row]:
    """Find a row's table and key, and write its columns."""
    values = {name: getattr(row, name) for name in type(row).__slots__}
    if "customer_id" in values:
        values["customer"] = tag(values.pop("customer_id"))
    if isinstance(row, PastReturn):
        return past_returns, row.return_id, values
    if isinstance(row, PastItem):
        return past_items, row.line_id, values
    return past_refunds, row.refund_id, values


def _past_return(row: Any, customer_id: str) -> PastReturn:
    names = ("return_id", "order_id", "requested_at", "status", "items")
    return PastReturn(customer_id=customer_id, **{name: row[name] for name in names})


def _upsert(db: sa.Connection, table: sa.Table, row: Row, *, own: bool) -> Any:
    insert = insert_into(table, db.dialect).values(row)
    keys = [column.name for column in table.primary_key]
    change = {name: insert.excluded[name] for name in row if name not in keys}
    kept = None if own or table is not past_returns else past_returns.c.own.is_(False)
    return insert.on_conflict_do_update(index_elements=keys, set_=change, where=kept)
