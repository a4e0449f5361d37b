"""The catalogued facts about one item of a return."""

from __future__ import annotations

from datetime import date, datetime

from plugin.policy.facts import CONDITIONS, Facts, Line
from plugin.policy.known import Kind, Known, Reads

_ARRIVAL = "the tracking of the item's parcel"
_DISPATCH = "when the store marked the item as sent (its fulfilment), not tracking"
_PRODUCT = "the store's product"
_LOOK = "the customer's answers, or staff who looked at the item"
_NOT_LOOKED = "until somebody said so; the store itself does not tell"


def days_since(start: date | None, facts: Facts) -> int | None:
    """Count the days from a day to the request."""
    return None if start is None else (facts.requested_on - start).days


def hours_since(start: datetime | None, facts: Facts) -> int | None:
    """Count the hours that were begun, so that 48 h and a minute are more than 48."""
    if start is None or facts.requested_at is None:
        return None
    return -int((start - facts.requested_at).total_seconds() // 3600)


def _small(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _price(facts: Facts, line: Line) -> int | None:
    return None if line.price is None else line.price.minor


def _arrived(name: str, meaning: str, reads: Reads, unit: str) -> Known:
    unknown = "until the parcel's tracking tells"
    return Known.of(name, Kind.NUMBER, meaning, _ARRIVAL, unknown, reads, unit)


def _sent(name: str, meaning: str, reads: Reads, unit: str) -> Known:
    unknown = "when the store does not show which fulfilment the item was in"
    return Known.of(name, Kind.NUMBER, meaning, _DISPATCH, unknown, reads, unit)


def _shown(name: str, meaning: str, reads: Reads) -> Known:
    source = "what the customer handed in with the request"
    unknown = "until somebody looked; the store's own returns carry none"
    return Known.of(name, Kind.NUMBER, meaning, source, unknown, reads, "pieces")


ITEM: tuple[Known, ...] = (
    _arrived(
        "days_since_delivery",
        "days from the delivery of this item to the request",
        lambda f, n: days_since(n.delivered_on, f),
        "days",
    ),
    _sent(
        "days_since_fulfillment",
        "days from the dispatch of this item to the request",
        lambda f, n: days_since(n.fulfilled_on, f),
        "days",
    ),
    _arrived(
        "hours_since_delivery",
        "hours begun from the delivery of this item to the request",
        lambda f, n: hours_since(n.delivered_at, f),
        "hours",
    ),
    _sent(
        "hours_since_fulfillment",
        "hours begun from the dispatch of this item to the request",
        lambda f, n: hours_since(n.fulfilled_at, f),
        "hours",
    ),
    Known.of(
        "product_tags",
        Kind.SET,
        "the product's tags, in small letters",
        _PRODUCT,
        "when the product is no longer there",
        lambda f, n: n.product_tags,
    ),
    Known.of(
        "product_type",
        Kind.TEXT,
        "the product's type, in small letters",
        _PRODUCT,
        "when the product is no longer there",
        lambda f, n: _small(n.product_type),
    ),
    Known.of(
        "vendor",
        Kind.TEXT,
        "the product's vendor, in small letters",
        _PRODUCT,
        "when neither order nor product names one",
        lambda f, n: _small(n.vendor),
    ),
    Known.of(
        "gift_card",
        Kind.FLAG,
        "whether the item is a gift card",
        "the order's line",
        "when the line is no longer there",
        lambda f, n: n.gift_card,
    ),
    Known.of(
        "reason",
        Kind.TEXT,
        "the handle of the customer's return reason",
        "the return's line",
        "when the customer gave none",
        lambda f, n: n.reason,
    ),
    Known.of(
        "note_tells_fault",
        Kind.FLAG,
        "whether the customer's note speaks of a fault",
        "the note, by the list of fault signs",
        "when the note is in a language without a list",
        lambda f, n: n.note_tells_fault,
    ),
    Known.of(
        "price",
        Kind.NUMBER,
        "what was paid for the returned quantity",
        "the order's line, after its discounts",
        "when the store gives no amount",
        _price,
        "smallest currency unit",
    ),
    Known.of(
        "discount_percent",
        Kind.NUMBER,
        "how far the price paid lay below the list price, rounded down",
        "the order's line: what was paid against its price before any reduction",
        "when either amount is missing",
        lambda f, n: n.discount_percent,
        "percent",
    ),
    Known.of(
        "item_condition",
        Kind.SET,
        "the state the item is in",
        _LOOK,
        _NOT_LOOKED,
        lambda f, n: n.condition,
        choices=CONDITIONS,
    ),
    Known.of(
        "used_percent",
        Kind.NUMBER,
        "how much of a consumable was used up",
        _LOOK,
        _NOT_LOOKED,
        lambda f, n: n.used_percent,
        "percent",
    ),
    _shown("photos", "photos of the item", lambda f, n: n.photos),
    _shown("videos", "videos of the item", lambda f, n: n.videos),
    _shown("receipts", "proofs of purchase", lambda f, n: n.receipts),
)
