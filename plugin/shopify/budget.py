"""Turns at a shop's query budget: what is in hand, then what is new, then sweeps.

Every answer tells how full the shop's bucket is. Programs that work for the same shop
tell one another where it is emptier than the others can know; a quiet shop's never is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.ports import AHEAD, Bucket, Buckets

# A request that is not begun yet leaves so much of the bucket: the half that the app
# leaves alone, and what the shop's stories in hand may spend to their ends.
LEFT_BY_NEW = 0.6
# What has time leaves so much, so that new requests always go before it.
LEFT_BY_BACKGROUND = 0.7
# Others are told once there is so much less in the bucket than they can know of.
UNTOLD = 0.1
# For so long nobody else is asked what they saw.
FRESH = timedelta(seconds=1)
# So much of the bucket an operation is taken to cost that never ran here.
UNKNOWN = 0.1


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True, slots=True)
class Budget:
    """What was last seen of every shop's bucket, here and by other programs.

    `shared` is where programs tell one another; without it each knows its own.
    """

    now: Callable[[], datetime] = _now
    shared: Buckets | None = None
    _seen: dict[str, Bucket] = field(default_factory=dict)
    _told: dict[str, Bucket] = field(default_factory=dict)
    _costs: dict[str, float] = field(default_factory=dict)

    def note(self, shop: str, operation: str, body: Any) -> None:
        """Remember what an answer says of the bucket; nothing where it says nothing."""
        try:
            cost: Mapping[str, Any] = body["extensions"]["cost"]
            status: Mapping[str, Any] = cost["throttleStatus"]
            requested = cost.get("requestedQueryCost")
            known = {} if requested is None else {operation: float(requested)}
            seen = Bucket(
                available=float(status["currentlyAvailable"]),
                most=float(status["maximumAvailable"]),
                rate=float(status["restoreRate"]),
                at=self.now(),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            return
        self._costs |= known
        self._seen[shop] = seen
        self._tell(shop, seen)

    def wait(self, shop: str, operation: str, *, left: float) -> float:
        """Tell in how many seconds an operation leaves such a part of the bucket."""
        bucket = self._newest(shop)
        if bucket is None or bucket.rate <= 0:
            return 0.0
        free = bucket.most * (1 - left)
        cost = min(self._costs.get(operation, bucket.most * UNKNOWN), free)
        lacking = bucket.most - free + cost - bucket.available_at(self.now())
        return max(0.0, lacking / bucket.rate)

    def _newest(self, shop: str) -> Bucket | None:
        """Ask what others saw, where we looked too long ago ourselves."""
        seen = self._seen.get(shop)
        if self.shared is None or (seen and self.now() - seen.at < FRESH):
            return seen
        told = self.shared.find(shop)
        # Whose clock is ahead of ours would hide from us what we see ourselves.
        known = told is not None and told.at <= self.now() + AHEAD
        if told is not None and known and (seen is None or told.at > seen.at):
            self._seen[shop] = self._told[shop] = seen = told
        return seen

    def _tell(self, shop: str, seen: Bucket) -> None:
        if self.shared is None:
            return
        told = self._told.get(shop)
        known = seen.most if told is None else told.available_at(seen.at)
        if known - seen.available > seen.most * UNTOLD:
            self.shared.keep(shop, seen)
            self._told[shop] = seen
