"""Facts: what is known about one request on the day of the decision.

None always means "not known", never "no", but where a field says what is taken for
granted until somebody tells of it. Days are local to the customer, read so that doubt
about the time zone falls in the customer's favour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from plugin.policy.money import Money

# Handles of the platform's return reasons, by what the law makes of them.
CHANGE_OF_MIND = frozenset(
    {"unwanted", "color", "style", "size-too-small", "size-too-large"}
)
FAULT = frozenset({"defective", "not-as-described", "wrong-item"})

REASONS = CHANGE_OF_MIND | FAULT | {"other", "unknown"}

# The states an item may be said to be in.
CONDITIONS = frozenset(
    {
        "unopened",
        "opened",
        "unused",
        "used",
        "worn",
        "washed",
        "assembled",
        "damaged",
        "tags-attached",
        "original-packaging",
    }
)

# The ways an item may come back.
METHODS = frozenset({"mail", "store", "collection", "drop-off"})

# What a shop may declare of its own practice; law packs ask for nothing else.
PRACTICE = (
    "informed_of_right",
    "withdrawal_function_live",
    "told_return_cost",
    "policy_posted_before_checkout",
    "policy_states_required_items",
    "return_term_clear_in_ad",
    "return_term_on_final_confirmation_screen",
    "exception_notified",
    "marked_by_trader",
    "required_information_given",
    "contract_copy_sent",
)

# CLDR's code for a place that is not known; no law pack has it.
UNKNOWN_COUNTRY = "ZZ"


class ReasonClass(Enum):
    """What a return reason means to the law."""

    CHANGE_OF_MIND = "change_of_mind"
    FAULT = "fault"
    UNCLEAR = "unclear"


_CLASS_OF: dict[str | None, ReasonClass] = {
    **dict.fromkeys(CHANGE_OF_MIND, ReasonClass.CHANGE_OF_MIND),
    **dict.fromkeys(FAULT, ReasonClass.FAULT),
}
_UNCLEAR = ReasonClass.UNCLEAR


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A country (ISO 3166-1 alpha-2) and, where known, its region."""

    country: str
    region: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One item of a return and what is known about it."""

    id: str
    title: str
    quantity: int
    reason: str | None = None
    note_tells_fault: bool | None = None
    price: Money | None = None
    product_tags: frozenset[str] | None = None
    product_type: str | None = None
    vendor: str | None = None
    gift_card: bool | None = None
    fulfilled_on: date | None = None
    delivered_on: date | None = None
    returnable: int | None = None
    asked_before: str | None = None
    proven: frozenset[str] = frozenset()
    disproven: frozenset[str] = frozenset()
    fulfilled_at: datetime | None = None
    delivered_at: datetime | None = None
    # The latest day on which the customer may have got it, where that is in doubt: a
    # parcel that was left with a neighbour. None: on the day of delivery.
    possessed_by: date | None = None
    # None: nobody tells of a repair.
    repair_days: int | None = None
    discount_percent: int | None = None
    condition: frozenset[str] | None = None
    used_percent: int | None = None
    photos: int | None = None
    videos: int | None = None
    receipts: int | None = None

    @property
    def reason_class(self) -> ReasonClass:
        """Sort the customer's reason into what the law knows."""
        return _CLASS_OF.get(self.reason, _UNCLEAR)


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """One earlier return of a customer, or one goodwill offer made to them."""

    on: date
    items: int = 1
    value: Money | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """One return request as it is known on the day of the decision.

    `practice` is what the shop is known to do, `lacking` what it is known not to do.
    """

    requested_on: date
    ordered_on: date
    lines: tuple[Line, ...]
    places: tuple[Place, ...] = ()
    last_delivered_on: date | None = None
    awaiting_delivery: bool | None = None
    order_tags: frozenset[str] | None = None
    order_cancelled: bool | None = None
    customer_known: bool | None = None
    customer_tags: frozenset[str] | None = None
    customer_orders: int | None = None
    customer_returns: int | None = None
    dispute_open: bool | None = None
    fraud_suspected: bool | None = None
    opted_out: bool | None = None
    complete: bool = True
    practice: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    # The day on which this customer was told of the right, where it was told late.
    # None: as the shop's practice says.
    informed_on: date | None = None
    # The day by which delivery was promised. None: nobody tells of a promise, and for
    # goods that came the law's own time counts; for goods that did not, it is open.
    promised_on: date | None = None
    requested_at: datetime | None = None
    ordered_at: datetime | None = None
    # None is the day of the request itself.
    decided_on: date | None = None
    # Where the order was placed. None: in the web shop, whose practice was declared.
    channel: str | None = None
    payment_methods: frozenset[str] | None = None
    business: bool | None = None
    order_total: Money | None = None
    return_method: str | None = None
    delivery_refused: bool | None = None
    returns_before: tuple[Past, ...] | None = None
    offers_before: tuple[Past, ...] | None = None
    shop_offers_today: int | None = None
