"""How much an app may still ask: one leaky bucket per shop, in real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

RESTORE_RATE = 100.0
SECONDS_HELD = 20


@dataclass(kw_only=True)
class Bucket:
    """Points that come back by the second."""

    restore_rate: float = RESTORE_RATE
    points: float = RESTORE_RATE * SECONDS_HELD
    seconds: Callable[[], float] = time.monotonic
    seen_at: float = field(init=False)
    lowest: float = field(init=False)

    def __post_init__(self) -> None:
        self.seen_at = self.seconds()
        self.lowest = self.points

    @property
    def capacity(self) -> float:
        """The most points there can be."""
        return self.restore_rate * SECONDS_HELD

    def available(self) -> float:
        """The points there are now."""
        now = self.seconds()
        gained = (now - self.seen_at) * self.restore_rate
        self.points = min(self.capacity, self.points + gained)
        self.seen_at = now
        return self.points

    def take(self, points: float) -> None:
        """Spend points."""
        self.points = self.available() - points
        self.lowest = min(self.lowest, self.points)

    def set(self, points: float) -> None:
        """Leave exactly so many points."""
        self.available()
        self.points = min(self.capacity, points)

    def widen(self, restore_rate: float) -> None:
        """Fill the bucket of a plan with another restore rate."""
        self.restore_rate = restore_rate
        self.points = self.lowest = self.capacity


class Buckets:
    """The buckets of all shops."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._buckets: dict[str, Bucket] = {}

    def of(self, domain: str) -> Bucket:
        """The bucket of one shop."""
        if domain not in self._buckets:
            self._buckets[domain] = Bucket(seconds=self.seconds)
        return self._buckets[domain]
