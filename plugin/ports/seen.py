"""What the platform shows, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.policy.money import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnState:
    """Where the platform says a return stands; `note` is a decline's."""

    status: str
    ground: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A discount code to be: single use, bound to one customer, until a moment.

    It gives a percentage, or an amount; with neither it gives free shipping.
    """

    text: str
    title: str
    customer_id: str
    starts_at: datetime
    ends_at: datetime
    percent: int = 0
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """One platform write: what was called and what came back.

    `repeated` tells that the effect was there before this call.
    """

    operation: str
    answer: Mapping[str, Any]
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentSeen:
    """One payment of a refund: how much, and how it stands."""

    status: str
    amount: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundedItem:
    """An item that a refund names: so many of the pieces that were sold.

    `amount` is what these pieces cost, whatever was given for them; decimal text.
    """

    item_id: str
    title: str
    quantity: int
    sold: int
    amount: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundSeen:
    """A refund as the platform shows it; amounts are decimal text.

    `goods` is what of it was paid for items, and `shipping` for the way there, both
    without added taxes; `lines` are the items, where the refund names any. Its `note`
    is for staff. What is not `complete` was cut off, and `goods` is not sure.
    `order_goods` is what all items of its order came to, and `order_shipping` what the
    way there did, where the order says so.
    """

    refund_id: str
    return_id: str | None
    order_id: str
    amount: str
    currency: str
    goods: str
    created_at: datetime | None = None
    lines: tuple[RefundedItem, ...] = ()
    payments: tuple[PaymentSeen, ...] = ()
    note: str | None = None
    shipping: str = "0"
    order_goods: str | None = None
    order_shipping: str | None = None
    complete: bool = True

    @property
    def items(self) -> tuple[str, ...]:
        """The titles of the items that it names."""
        return tuple(dict.fromkeys(line.title for line in self.lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeSeen:
    """A payment dispute as the platform shows it."""

    dispute_id: str
    kind: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderState:
    """What the platform shows of an order that bears on its requests.

    `opted_out` tells whether the customer wants a person; None where it was not asked.
    """

    cancelled: bool
    disputes: tuple[DisputeSeen, ...] = ()
    opted_out: bool | None = None
