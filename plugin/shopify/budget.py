"""The background's share of a shop's query budget: what customers' requests leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# At least so much of the bucket is left to customers' requests.
RESERVED = 0.5


@dataclass(kw_only=True, slots=True)
class Budget:
    """What was last seen of every shop's bucket, filled up by the time since."""

    now: Callable[[], float] = time.monotonic
    _seen: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)

    def note(self, shop: str, body: Any) -> None:
        """Remember what an answer says of the bucket; nothing where it says nothing."""
        try:
            status: Mapping[str, Any] = body["extensions"]["cost"]["throttleStatus"]
            seen = (
                float(status["currentlyAvailable"]),
                float(status["maximumAvailable"]),
                float(status["restoreRate"]),
            )
        except (KeyError, TypeError, ValueError):
            return
        self._seen[shop] = (*seen, self.now())

    def wait(self, shop: str) -> float:
        """Tell in how many seconds there will be more than the reserved part."""
        if shop not in self._seen:
            return 0.0
        available, most, rate, at = self._seen[shop]
        lacking = most * RESERVED - (available + rate * (self.now() - at))
        return max(0.0, lacking / rate) if rate > 0 else 0.0
