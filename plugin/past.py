"""What was returned and refunded before, and how it is read from the platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# How a backfill stands: its query runs, its file is read, or everything is known.
QUERY_RUNS = "asked"
READING = "reading"
DONE = "done"
# How far back a shop shows its orders without this right.
ALL_ORDERS = "read_all_orders"
VISIBLE_DAYS = 60
# A past that could not be gathered so often may never be, unless somebody looks: about
# four hours after it began.
TOO_OFTEN = 8


class BadFile(Exception):
    """A file that stays as bad as it is; its past has to be gathered anew."""

    def __init__(self, code: str) -> None:
        """Keep the stable code."""
        super().__init__(f"the file of a shop's past is bad: `{code}`")
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class PastReturn:
    """One return that a customer asked for; `status` is the platform's."""

    return_id: str
    order_id: str
    customer_id: str | None
    requested_at: datetime
    status: str
    items: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PastItem:
    """One line of a return; `reason` is the handle of the customer's reason."""

    line_id: str
    return_id: str
    quantity: int
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRefund:
    """Money that went back; `amount` is decimal text in the shop's currency."""

    refund_id: str
    return_id: str | None
    order_id: str
    customer_id: str | None
    refunded_at: datetime | None
    amount: str
    currency: str


PastRow = PastReturn | PastItem | PastRefund


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Every return of one customer, as far back as is known; None is from the start."""

    since: datetime | None
    returns: tuple[PastReturn, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkState:
    """How a query that runs by itself stands; `url` is where its file is by now."""

    status: str
    url: str | None
    objects: int
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """What some lines of a file hold, how many they were, and where the next begins."""

    rows: tuple[PastRow, ...]
    lines: int
    position: int


class BulkReader(Protocol):
    """Lets a shop gather its past returns, and reads what it gathered."""

    def start(self, shop: str) -> str:
        """Let the shop gather; returns the operation's id."""

    def look(self, shop: str, operation_id: str) -> BulkState | None:
        """See how an operation stands; None when there is no such any more."""

    def pieces(self, url: str, position: int) -> Iterator[Piece]:
        """Read a file piece by piece from a byte on, never more than a piece at once.

        Raises `Unreachable` when it breaks off, `BadFile` for what no other look
        could mend; what was given counts.
        """
