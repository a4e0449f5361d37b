"""The store's own time, which may run faster than ours."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Starts at the real time and runs `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._began_at = datetime.now(UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The present moment in the store."""
        passed = (time.monotonic() - self._began) * self.speed
        return self._began_at + timedelta(seconds=passed)

    def real_seconds(self, store_seconds: float) -> float:
        """How long we wait for so many seconds of store time."""
        return store_seconds / self.speed


def iso(moment: datetime) -> str:
    """A moment as UTC text with milliseconds."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    """A moment as text, if there is one."""
    return None if moment is None else iso(moment)
