"""The present moment, read in one place."""

from __future__ import annotations

from datetime import UTC, date, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Tell the moment, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Tell the UTC day."""
        return self.now().date()
