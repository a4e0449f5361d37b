"""How full a shop's query bucket is, and where programs tell one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

# Clocks of programs differ by less; who tells of a later moment has one that is wrong.
AHEAD = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """What was seen of a shop's bucket at a moment; it fills up by `rate` a second."""

    available: float
    most: float
    rate: float
    at: datetime

    def available_at(self, moment: datetime) -> float:
        """Tell how much is in it later, if nobody took any."""
        since = max(0.0, (moment - self.at).total_seconds())
        return min(self.most, self.available + self.rate * since)


class Buckets(Protocol):
    """Where programs tell one another how full a shop's bucket is."""

    def find(self, shop: str) -> Bucket | None:
        """Find what was told of a shop last; None also where it cannot be read now."""

    def keep(self, shop: str, seen: Bucket) -> None:
        """Tell the others, unless somebody told them of a later moment, or cannot now.

        It never fails: a call that was made must not be lost for it.
        """
