"""The catalogued facts about the order, the customer and the way back."""

from __future__ import annotations

from plugin.policy.catalogue_item import days_since, hours_since
from plugin.policy.facts import METHODS, UNKNOWN_COUNTRY, Facts, Line
from plugin.policy.known import Kind, Known, Reads

_ORDER = "the store's order"
_CUSTOMER = "the store's customer"
_NEVER = "never"


def _country(facts: Facts, line: Line) -> str | None:
    country = facts.places[0].country if facts.places else UNKNOWN_COUNTRY
    return None if country == UNKNOWN_COUNTRY else country


def _region(facts: Facts, line: Line) -> str | None:
    return facts.places[0].region if facts.places else None


def _order_total(facts: Facts, line: Line) -> int | None:
    return None if facts.order_total is None else facts.order_total.minor


def _kept_value(facts: Facts, line: Line) -> int | None:
    """What the customer keeps: the order's total less what they send back."""
    prices = [item.price for item in facts.lines]
    if facts.order_total is None or None in prices:
        return None
    back = [price for price in prices if price is not None]
    if any(price.currency != facts.order_total.currency for price in back):
        return None
    return facts.order_total.minor - sum(price.minor for price in back)


def _return_percent(facts: Facts, line: Line) -> int | None:
    orders, returns = facts.customer_orders, facts.customer_returns
    return None if not orders or returns is None else returns * 100 // orders


def _order(
    name: str,
    kind: Kind,
    meaning: str,
    reads: Reads,
    unit: str = "",
    *,
    source: str = _ORDER,
    unknown: str = "when the store does not tell",
    choices: frozenset[str] = frozenset(),
) -> Known:
    return Known.of(name, kind, meaning, source, unknown, reads, unit, choices)


ORDER: tuple[Known, ...] = (
    _order(
        "days_since_order",
        Kind.NUMBER,
        "days from the order to the request",
        lambda f, n: days_since(f.ordered_on, f),
        "days",
        unknown=_NEVER,
    ),
    _order(
        "hours_since_order",
        Kind.NUMBER,
        "hours begun from the order to the request",
        lambda f, n: hours_since(f.ordered_at, f),
        "hours",
    ),
    _order(
        "country",
        Kind.TEXT,
        "the country shipped to (ISO 3166-1)",
        _country,
        unknown="when the order has no address of delivery",
    ),
    _order(
        "region",
        Kind.TEXT,
        "the state or province shipped to, as its code within the country",
        _region,
        unknown="when the address names none",
    ),
    _order(
        "channel",
        Kind.TEXT,
        "where the order was placed: web, pos, or a sales channel's handle",
        lambda f, n: f.channel,
    ),
    _order(
        "order_tags",
        Kind.SET,
        "the order's tags, in small letters",
        lambda f, n: f.order_tags,
    ),
    _order(
        "order_total",
        Kind.NUMBER,
        "what was paid for all items of the order",
        _order_total,
        "smallest currency unit",
    ),
    _order(
        "kept_value",
        Kind.NUMBER,
        "what was paid for the items of the order that the customer keeps",
        _kept_value,
        "smallest currency unit",
        unknown="when an amount is missing",
    ),
    _order(
        "payment_methods",
        Kind.SET,
        "how the order was paid, as the store's payment handles",
        lambda f, n: f.payment_methods,
    ),
    _order(
        "business",
        Kind.FLAG,
        "whether the order was placed for a business",
        lambda f, n: f.business,
    ),
    _order(
        "delivery_refused",
        Kind.FLAG,
        "whether the customer refused to take the parcel",
        lambda f, n: f.delivery_refused,
        source="staff, or the carrier's note",
        unknown="until somebody said so",
    ),
    _order(
        "return_method",
        Kind.TEXT,
        "how the item comes back",
        lambda f, n: f.return_method,
        source="the customer's choice",
        unknown="until it was chosen; the store's own returns do not tell",
        choices=METHODS,
    ),
    _order(
        "customer_tags",
        Kind.SET,
        "the customer's tags, in small letters; a guest has none",
        lambda f, n: f.customer_tags,
        source=_CUSTOMER,
    ),
    _order(
        "customer_orders",
        Kind.NUMBER,
        "orders this customer has placed",
        lambda f, n: f.customer_orders,
        "orders",
        source=_CUSTOMER,
        unknown="for a guest",
    ),
    _order(
        "customer_returns",
        Kind.NUMBER,
        "returns this customer asked for before this one",
        lambda f, n: f.customer_returns,
        "returns",
        source="the store's returns of this customer",
        unknown="for a guest, or where the history could not be read to its end",
    ),
    _order(
        "customer_return_percent",
        Kind.NUMBER,
        "returns per hundred orders of this customer, before this one, rounded down",
        _return_percent,
        "percent",
        source="the store's orders and returns of this customer",
        unknown="for a guest, or where the history could not be read to its end",
    ),
)
