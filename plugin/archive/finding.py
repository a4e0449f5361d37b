"""Finding what a shop's shelf holds about an order, and what a shop told later."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive import rows
from plugin.archive.casebook import Casebook
from plugin.archive.entries import stored
from plugin.archive.tables import cases, entries, shops, tokens
from plugin.archive.tables.cases import AUDITS
from plugin.case import AUDIT, UNSURE, Case
from plugin.shop import Profile

# Made once: SQLAlchemy takes longer to make a statement than to run it.
_KEYS = sa.select(entries.c.key).where(
    entries.c.shop == sa.bindparam("of_shop"),
    entries.c.return_id == sa.bindparam("of_return"),
)
# More requests than one order can sensibly have.
MOST_CASES = 100
# The word of an audit on a refund of which nothing went back.
NOTHING_WENT_BACK = "failed"


class Finding(Casebook):
    """The part of a shelf that looks across the cases of one order."""

    def on_order(self, order_id: str) -> list[Case]:
        """List the cases of an order, oldest first."""
        query = self._cases().where(cases.c.order_id == order_id).limit(MOST_CASES)
        with self.engine.connect() as db:
            found = db.execute(query.order_by(cases.c.opened_at)).mappings().all()
        return [self._case(row) for row in found]

    def has(self, return_id: str, key: str) -> bool:
        """Tell whether a case has an entry of this key."""
        return key in self.keys(return_id)

    def keys(self, return_id: str) -> frozenset[str]:
        """Name every entry of a case."""
        with self.engine.connect() as db:
            return frozenset(db.scalars(_KEYS, self._named(return_id)))

    def newest(self, return_id: str, starts: tuple[str, ...]) -> str | None:
        """Name the newest entry whose key begins with one of these."""
        query = _KEYS.order_by(entries.c.seq.desc())
        with self.engine.connect() as db:
            found = db.scalars(query, self._named(return_id)).all()
        return next((key for key in found if key.startswith(starts)), None)

    def body(self, return_id: str, key: str) -> dict[str, Any] | None:
        """Read one entry's body as data; None when there is none, or it was erased."""
        query = self._entries().where(
            entries.c.return_id == return_id, entries.c.key == key
        )
        with self.engine.connect() as db:
            seal = self._seal(db, return_id)
            row = db.execute(query).mappings().one_or_none()
        data = None if row is None else stored(row, seal).data
        return data if isinstance(data, dict) else None

    def audited(self, since: datetime) -> dict[str, bool]:
        """Name the refunds first audited since a moment, and whether any is for sure.

        What failed as a whole is left out: nothing of it changes any more.
        """
        query = sa.select(entries.c.key, entries.c.gist).where(
            entries.c.shop == self._shop, AUDITS, entries.c.at >= since
        )
        with self.engine.connect() as db:
            found = [(key, gist) for key, gist in db.execute(query)]
        named = {_refund_of(key) for key, gist in found if not _has_failed(gist)}
        sure = {_refund_of(key) for key, _ in found if key.startswith(AUDIT)}
        return {id: id in sure for id in sorted(named)}

    def gists(self, return_id: str) -> dict[str, dict[str, Any]]:
        """Read what lies open of a case's entries, by key in order; erased or not."""
        query = sa.select(entries.c.key, entries.c.gist).where(
            entries.c.shop == self._shop,
            entries.c.return_id == return_id,
            entries.c.gist.is_not(None),
        )
        with self.engine.connect() as db:
            found = db.execute(query.order_by(entries.c.seq))
            return {key: json.loads(gist) for key, gist in found}

    def opened_at(self, return_id: str) -> datetime | None:
        """Tell when a case was opened; None where there is none such."""
        query = sa.select(cases.c.opened_at).where(cases.c.return_id == return_id)
        with self.engine.connect() as db:
            return db.scalar(query.where(cases.c.shop == self._shop))

    def refresh(self, profile: Profile) -> None:
        """Record what the platform says about an installed shop by now."""
        mine = (shops.c.shop == self._shop, shops.c.uninstalled_at.is_(None))
        with self.engine.begin() as db:
            change = sa.update(shops).where(*mine)
            db.execute(change.values(rows.of_profile(profile)))

    def grant(self, scopes: frozenset[str], *, shown_by: bytes | None) -> bool:
        """Record what a token shows; False where the shop holds another by now."""
        same = (tokens.c.shop == self._shop, tokens.c.access == shown_by)
        change = sa.update(tokens).where(*same).values(scopes=",".join(sorted(scopes)))
        with self.engine.begin() as db:
            return db.execute(change).rowcount == 1


def _refund_of(key: str) -> str:
    """Name the refund of an audit, for sure or not."""
    return key.removeprefix(AUDIT).removeprefix(UNSURE)


def _has_failed(gist: str | None) -> bool:
    return gist is not None and json.loads(gist).get("verdict") == NOTHING_WENT_BACK
