"""A discount code and whether it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plugin.devstore.money import decimal_text


@dataclass(kw_only=True, eq=False)
class DiscountCode:
    """A code a customer may use at the till."""

    id: str
    code: str
    title: str
    percentage: Decimal | None
    amount: Decimal | None
    customer_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    usage_limit: int | None
    applies_once_per_customer: bool
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    async_usage_count: int = 0

    @property
    def kind(self) -> str:
        """Its type in the Admin API: what takes nothing off the goods is shipping."""
        nothing_off = self.percentage is None and self.amount is None
        return "DiscountCodeFreeShipping" if nothing_off else "DiscountCodeBasic"

    @property
    def gives(self) -> str:
        """What it takes off, for people."""
        if self.percentage is not None:
            return f"{float(self.percentage * 100):g} %"
        return "free shipping" if self.amount is None else decimal_text(self.amount)

    def status(self, now: datetime) -> str:
        """Whether the code works at a moment."""
        if now < self.starts_at:
            return "SCHEDULED"
        ended = self.ends_at is not None and self.ends_at <= now
        return "EXPIRED" if ended else "ACTIVE"
