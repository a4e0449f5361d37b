"""What the platform lists when it is asked what is there, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from plugin.ports import OrderState, RefundSeen


class Part(Enum):
    """One of the lists that a sweep goes through."""

    PENDING = "pending_returns"
    RECENT = "recent_changes"
    DISPUTED = "open_disputes"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedReturn:
    """A return as a list shows it."""

    return_id: str
    order_id: str
    status: str
    requested_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedRefund:
    """A refund as a list shows it."""

    refund_id: str
    order_id: str
    return_id: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedOrder:
    """An order as a list shows it."""

    order_id: str
    state: OrderState
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page of a list; `after` leads to the next one, None at the end.

    `until` is the latest change of any order on it.
    """

    returns: tuple[ListedReturn, ...] = ()
    refunds: tuple[ListedRefund, ...] = ()
    orders: tuple[ListedOrder, ...] = ()
    until: datetime | None = None
    after: str | None = None


class Listing(Protocol):
    """Lists and reads what is at a shop, at the pace of background work."""

    def page(
        self, shop: str, part: Part, *, since: datetime, after: str | None
    ) -> Page:
        """List one page; what did not change since then may be left out."""

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        """Read a refund; None when this shop has no such refund."""
