"""Looking: who of a shop's staff saw personal data, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from plugin.archive.tables import looks


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look; `subject` is the case or the request that was looked at."""

    at: datetime
    by: str
    what: str
    subject: str | None


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
        query = sa.select(looks).where(looks.c.shop == self._shop)
        query = query.order_by(looks.c.id.desc()).limit(limit)
        with self.engine.connect() as db:
            found = db.execute(query).mappings().all()
        return [Look(**{name: row[name] for name in Look.__slots__}) for row in found]
