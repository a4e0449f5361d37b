"""A discount code and whether it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(kw_only=True, eq=False)
class DiscountCode:
    """A code a customer may use at the till."""

    id: str
    code: str
    title: str
    percentage: Decimal
    customer_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    usage_limit: int | None
    applies_once_per_customer: bool
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    async_usage_count: int = 0

    def status(self, now: datetime) -> str:
        """Whether the code works at a moment."""
        if now < self.starts_at:
            return "SCHEDULED"
        ended = self.ends_at is not None and self.ends_at <= now
        return "EXPIRED" if ended else "ACTIVE"
