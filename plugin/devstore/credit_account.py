"""A customer's store credit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Credit:
    """One amount put on an account, and for which order."""

    order_id: str
    amount: Decimal
    expires_at: datetime | None
    at: datetime


@dataclass(kw_only=True, eq=False)
class Account:
    """What a customer may spend at the shop."""

    customer_id: str
    currency: str
    credits: list[Credit] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        """What is on it."""
        return sum((credit.amount for credit in self.credits), Decimal(0))
