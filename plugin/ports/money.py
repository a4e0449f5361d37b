"""What is seen before money goes back, and what is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin.policy.money import Money
from plugin.ports.seen import OrderState, PaymentSeen


@dataclass(frozen=True, kw_only=True, slots=True)
class LineOutlook:
    """How one line of a return stands: what of it may be processed, and refunded."""

    line_id: str
    item_id: str | None
    quantity: int
    refundable: int
    processable: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundGiven:
    """A refund of an order, in what the customer paid with; its note is for staff.

    `goods` is what of it was not for the way there, with the tax on it; `shipping` is
    what was, without added tax. One that is `bare` names no return and no item: nobody
    can tell what it was for.
    """

    refund_id: str
    amount: Money
    note: str | None
    of_return: bool
    bare: bool
    created_at: datetime | None
    goods: Money
    shipping: Money
    payments: tuple[PaymentSeen, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What may go back to one payment of an order."""

    parent_id: str
    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What the platform shows of a return before money goes back.

    Amounts are in the customer's currency but for `goods_in_shop`. `amount` is what
    the platform itself would give back; None when it would ask for money instead.
    What is not `complete` was cut off; `exchanges` tells of goods given in turn.
    """

    status: str
    requested_at: datetime
    order_id: str
    order: OrderState
    lines: tuple[LineOutlook, ...]
    refunds: tuple[RefundGiven, ...]
    goods_in_shop: Money
    goods: Money
    tax: Money
    shipping: Money
    shipping_paid: Money
    taxes_included: bool
    amount: Money | None
    most: Money
    shares: tuple[Share, ...]
    complete: bool
    exchanges: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """Money to give back for lines of a return: to its payments, or as store credit.

    `shipping` gives back the way there too; `note` is read by staff only. `before`
    names the refunds of the order that were there already.
    """

    return_id: str
    order_id: str
    lines: tuple[LineOutlook, ...]
    amount: Money
    shares: tuple[Share, ...]
    credit_until: datetime | None = None
    shipping: bool = False
    note: str = ""
    before: tuple[str, ...] = ()

    @property
    def credit(self) -> bool:
        """Whether it goes to store credit."""
        return not self.shares
