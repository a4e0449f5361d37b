"""Looking: who of a shop's staff saw personal data, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive.tables import cases, looks


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look; `subject` is the case or the request that was looked at.

    `name` is what staff call a case by: its order, and its return.
    """

    at: datetime
    by: str
    what: str
    subject: str | None
    name: str | None = None


class Looking:
    """The part of a shelf that remembers who looked."""

    engine: sa.Engine
    now: Callable[[], datetime]
    _shop: str

    def looked(self, by: str, what: str, subject: str | None = None) -> None:
        """Write a look down, before anything is shown."""
        row = {"shop": self._shop, "at": self.now(), "by": by, "what": what}
        with self.engine.begin() as db:
            db.execute(sa.insert(looks).values(subject=subject, **row))

    def looks(self, limit: int = 100) -> list[Look]:
        """List the newest looks."""
        named = (cases.c.order_name, cases.c.return_name)
        query = sa.select(looks, *named).select_from(_WITH_CASES)
        query = query.where(looks.c.shop == self._shop)
        query = query.order_by(looks.c.id.desc()).limit(limit)
        with self.engine.connect() as db:
            found = db.execute(query).mappings().all()
        return [_look(row) for row in found]


_WITH_CASES = looks.outerjoin(
    cases,
    sa.and_(cases.c.shop == looks.c.shop, cases.c.return_id == looks.c.subject),
)


def _look(row: Mapping[Any, Any]) -> Look:
    names = [name for name in (row["order_name"], row["return_name"]) if name]
    return Look(
        at=row["at"],
        by=row["by"],
        what=row["what"],
        subject=row["subject"],
        name=", return ".join(names) or None,
    )
