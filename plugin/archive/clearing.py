"""Clearing: everything of a shop that left is removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive.past import forget_past
from plugin.archive.personal import HOLDINGS
from plugin.archive.redact import Redacting
from plugin.archive.tables import (
    announcements,
    cases,
    data_keys,
    deliveries,
    entries,
    finds,
    inbox,
    installs,
    metadata,
    privacy_requests,
    refusals,
)
from plugin.privacy import Erased

BATCH = 200
# By what a row is known to be older than the present install.
MOMENTS = (
    inbox.c.received_at,
    finds.c.found_at,
    refusals.c.refused_at,
    announcements.c.at,
    deliveries.c.at,
)


class Clearing(Redacting):
    """The part of a shelf that removes a shop, or what it left behind."""

    def erase_shop(self, request_id: str) -> None:
        """Remove everything of the shop but the proofs of what it asked for."""
        self._prove(request_id, sa.true())
        with self.engine.begin() as db:
            # First, so that nothing can be read any more whatever comes between.
            db.execute(sa.delete(data_keys).where(self._is_mine()))
        self._remove_cases(sa.true())
        with self.engine.begin() as db:
            for name, holding in HOLDINGS.items():
                if holding.with_shop:
                    table = metadata.tables[name]
                    db.execute(sa.delete(table).where(table.c.shop == self._shop))
            asked = privacy_requests.c.shop == self._shop
            blank = dict.fromkeys(("person", "file", "customer_tag"))
            db.execute(sa.update(privacy_requests).where(asked).values(blank))

    def erase_before(self, moment: datetime, request_id: str) -> None:
        """Remove what a shop that came back had left behind, before it came back."""
        self._prove(request_id, cases.c.opened_at < moment)
        self._remove_cases(cases.c.opened_at < moment)
        with self.engine.begin() as db:
            for column in MOMENTS:
                mine = (column.table.c.shop == self._shop, column < moment)
                db.execute(sa.delete(column.table).where(*mine))
            forget_past(db, self._shop)
            old = (installs.c.shop == self._shop, installs.c.uninstalled_at <= moment)
            db.execute(sa.delete(installs).where(*old))

    def _prove(self, request_id: str, which: sa.ColumnElement[bool]) -> None:
        """Write down what is about to be removed, once."""
        with self.engine.begin() as db:
            query = self._requests().where(privacy_requests.c.id == request_id)
            if db.execute(query).mappings().one()["sha256"] is None:
                self._note_erased(db, request_id, self._sum_up(db, which))

    def _sum_up(self, db: sa.Connection, which: sa.ColumnElement[bool]) -> Erased:
        digest, count = hashlib.sha256(), 0
        query = (
            sa.select(entries.c.sha256)
            .join(cases, _SAME)
            .where(cases.c.shop == self._shop, which)
        )
        ordered = query.order_by(entries.c.return_id, entries.c.seq)
        for each in db.scalars(ordered.execution_options(yield_per=1000)):
            digest.update(each.encode())
            count += 1
        mine = (cases.c.shop == self._shop, which)
        found = db.scalar(sa.select(sa.func.count()).select_from(cases).where(*mine))
        counts = {"cases": found or 0, "entries": count}
        return Erased(counts=counts, sha256=digest.hexdigest())

    def _remove_cases(self, which: sa.ColumnElement[bool]) -> None:
        while self._remove_batch(which):
            pass

    def _remove_batch(self, which: sa.ColumnElement[bool]) -> bool:
        """Remove some cases with their entries and keys that nothing else needs."""
        mine = cases.c.shop == self._shop
        query = sa.select(cases.c.return_id, cases.c.subject).where(mine, which)
        with self.engine.begin() as db:
            self._lock_shop_writes(db)
            found = db.execute(query.limit(BATCH)).all()
            ids = [row.return_id for row in found]
            for table in (entries, cases):
                of_these = (table.c.shop == self._shop, table.c.return_id.in_(ids))
                db.execute(sa.delete(table).where(*of_these))
            self._drop_keys(db, (row.subject for row in found if row.subject))
        return bool(found)

    def _drop_keys(self, db: sa.Connection, subjects: Iterable[str]) -> None:
        used = sa.exists().where(
            cases.c.shop == data_keys.c.shop, cases.c.subject == data_keys.c.subject
        )
        mine = (self._is_mine(), data_keys.c.subject.in_(list(subjects)), ~used)
        db.execute(sa.delete(data_keys).where(*mine))

    def _is_mine(self) -> sa.ColumnElement[bool]:
        return data_keys.c.shop == self._shop


_SAME: Any = sa.and_(
    entries.c.shop == cases.c.shop, entries.c.return_id == cases.c.return_id
)
