"""Opening: that staff opened the app shows that their shop has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from plugin.archive.requests import moment_of
from plugin.archive.tables import shops

# One opening of a page asks several times.
SAME = timedelta(seconds=5)


class Opening:
    """The part of a shelf that knows when staff were in the app."""

    engine: sa.Engine
    now: Callable[[], datetime]
    _shop: str

    def note_opened(self, at: datetime) -> None:
        """Write down that the platform let staff into the app at a moment."""
        last = self._opened_at()
        if last is not None and at - last < SAME:
            return
        change = sa.update(shops).where(shops.c.shop == self._shop)
        with self.engine.begin() as db:
            db.execute(change.values(opened_at=at))

    def opened_since(self, triggered_at: str | None) -> bool:
        """Tell whether staff were let in after an event; one without a time is new."""
        last = self._opened_at()
        return last is not None and last > moment_of(triggered_at, self.now())

    def _opened_at(self) -> datetime | None:
        query = sa.select(shops.c.opened_at).where(shops.c.shop == self._shop)
        with self.engine.connect() as db:
            found: datetime | None = db.scalar(query)
        return found
