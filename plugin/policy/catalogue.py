"""The facts that a clause may ask for: one table of name, kind, meaning and reader.

A reader returns None when the fact is not known. The policy schema, its error
messages and the documentation are made from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from plugin.policy.facts import UNKNOWN_COUNTRY, Facts, Line
from plugin.policy.terms import Clock, Window

Value = int | str | bool | frozenset[str]


class Kind(Enum):
    """What a fact's value is, and so which operators fit it."""

    NUMBER = "number"
    TEXT = "text"
    SET = "set"
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One named fact: its kind, unit, meaning, and how it is read."""

    name: str
    kind: Kind
    meaning: str
    reads: Callable[[Facts, Line, Window], Value | None]
    unit: str = ""


def window_start(facts: Facts, line: Line, window: Window) -> date | None:
    """Name the day the shop's own window runs from; None when it is not known."""
    if window.starts is Clock.ORDERED:
        return facts.ordered_on
    return line.delivered_on if window.starts is Clock.DELIVERED else line.fulfilled_on


def window_end(facts: Facts, line: Line, window: Window) -> date | None:
    """Name the last day of the shop's own window; None when it is not known."""
    start = window_start(facts, line, window)
    return None if start is None else start + timedelta(days=window.days)


def _days_since(start: date | None, facts: Facts) -> int | None:
    return None if start is None else (facts.requested_on - start).days


def _small(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _days_past_window(facts: Facts, line: Line, window: Window) -> int | None:
    return _days_since(window_end(facts, line, window), facts)


def _price(facts: Facts, line: Line, window: Window) -> int | None:
    # In the currency's smallest unit, so that a comparison never meets a float.
    if line.price is None:
        return None
    return int(line.price.amount.scaleb(line.price.exponent))


def _country(facts: Facts, line: Line, window: Window) -> str | None:
    country = facts.places[0].country if facts.places else UNKNOWN_COUNTRY
    return None if country == UNKNOWN_COUNTRY else country


def _known(
    name: str,
    kind: Kind,
    meaning: str,
    reads: Callable[[Facts, Line, Window], Value | None],
    unit: str = "",
) -> Known:
    return Known(name=name, kind=kind, meaning=meaning, reads=reads, unit=unit)


CATALOGUE: dict[str, Known] = {
    known.name: known
    for known in (
        _known(
            "days_since_delivery",
            Kind.NUMBER,
            "days from the delivery of this item to the request",
            lambda f, n, w: _days_since(n.delivered_on, f),
            "days",
        ),
        _known(
            "days_since_fulfillment",
            Kind.NUMBER,
            "days from the dispatch of this item to the request",
            lambda f, n, w: _days_since(n.fulfilled_on, f),
            "days",
        ),
        _known(
            "days_since_order",
            Kind.NUMBER,
            "days from the order to the request",
            lambda f, n, w: _days_since(f.ordered_on, f),
            "days",
        ),
        _known(
            "days_past_window",
            Kind.NUMBER,
            "days by which the request missed the policy's window; 0 or less is inside",
            _days_past_window,
            "days",
        ),
        _known(
            "product_tags",
            Kind.SET,
            "the product's tags, in small letters",
            lambda f, n, w: n.product_tags,
        ),
        _known(
            "product_type",
            Kind.TEXT,
            "the product's type, in small letters",
            lambda f, n, w: _small(n.product_type),
        ),
        _known(
            "vendor",
            Kind.TEXT,
            "the product's vendor, in small letters",
            lambda f, n, w: _small(n.vendor),
        ),
        _known(
            "gift_card",
            Kind.FLAG,
            "whether the item is a gift card",
            lambda f, n, w: n.gift_card,
        ),
        _known(
            "reason",
            Kind.TEXT,
            "the handle of the customer's return reason",
            lambda f, n, w: n.reason,
        ),
        _known(
            "note_tells_fault",
            Kind.FLAG,
            "whether the customer's note speaks of a fault",
            lambda f, n, w: n.note_tells_fault,
        ),
        _known(
            "price",
            Kind.NUMBER,
            "what was paid for the returned quantity",
            _price,
            "smallest currency unit",
        ),
        _known("country", Kind.TEXT, "the country shipped to (ISO 3166-1)", _country),
        _known(
            "order_tags",
            Kind.SET,
            "the order's tags, in small letters",
            lambda f, n, w: f.order_tags,
        ),
        _known(
            "customer_tags",
            Kind.SET,
            "the customer's tags, in small letters",
            lambda f, n, w: f.customer_tags,
        ),
        _known(
            "customer_orders",
            Kind.NUMBER,
            "orders this customer has placed",
            lambda f, n, w: f.customer_orders,
            "orders",
        ),
        _known(
            "customer_returns",
            Kind.NUMBER,
            "returns this customer asked for before this one",
            lambda f, n, w: f.customer_returns,
            "returns",
        ),
    )
}
