"""Amounts and histories for an example, made from the values that are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from plugin.policy.facts import Past
from plugin.policy.money import Money

Values = Mapping[str, object]

_PRICE = 10_000
# Of more returns or offers no example is made: who reads it knows by then.
MOST_PAST = 200


def money_of(minor: int, currency: str) -> Money:
    """Make an amount from its smallest units."""
    exponent = Money(amount=Decimal(0), currency=currency).exponent
    return Money(amount=Decimal(minor).scaleb(-exponent), currency=currency)


def number(values: Values, name: str) -> int | None:
    """Give a wanted number; None where none is wanted."""
    value = values.get(name)
    return value if isinstance(value, int) else None


def price_of(values: Values) -> int:
    """Say what was paid for the item, so that the order's amounts add up."""
    price, total = number(values, "price"), number(values, "order_total")
    if price is not None:
        return price
    kept = number(values, "kept_value")
    return _PRICE if total is None else max(0, total - (kept or 0))


def total_of(values: Values, currency: str) -> Money:
    """Say what was paid for the whole order."""
    total = number(values, "order_total")
    if total is None:
        total = price_of(values) + (number(values, "kept_value") or 0)
    return money_of(total, currency)


def returns_of(values: Values, today: date) -> tuple[Past, ...]:
    """Make a history that has the wanted returns and items, the latest first.

    It has fewer where more are wanted than an example is worth.
    """
    found: list[Past] = []
    for days in sorted(_spans(values, "returns") | _spans(values, "items")):
        returns = number(values, f"customer_returns_in_{days}_days")
        items = number(values, f"customer_items_in_{days}_days")
        more = 0 if items is None else items - sum(past.items for past in found)
        count = (1 if more else 0) if returns is None else max(0, returns - len(found))
        on = today - timedelta(days=days - 1)
        count = min(count, MOST_PAST)
        if count:
            found += [Past(on=on)] * (count - 1)
            found.append(Past(on=on, items=max(1, more - count + 1)))
    return tuple(found)


def offers_of(values: Values, today: date) -> tuple[Past, ...]:
    """Make the offers that were given before, the latest first, or fewer."""
    found: list[Past] = []
    for days in sorted(_spans(values, "offers")):
        wanted = number(values, f"customer_offers_in_{days}_days") or 0
        more = min(MOST_PAST, max(0, wanted - len(found)))
        found += [Past(on=today - timedelta(days=days - 1))] * more
    return tuple(found)


def share_of(values: Values) -> dict[str, int]:
    """Say how many orders and returns come to the wanted returns per hundred orders."""
    share = number(values, "customer_return_percent")
    if share is None:
        return {}
    orders = number(values, "customer_orders")
    if orders is not None:
        return {"customer_returns": -(-share * orders // 100)}
    returns = number(values, "customer_returns")
    if returns is None:
        return {"customer_orders": 100, "customer_returns": share}
    return {"customer_orders": returns * 100 // share if share else returns * 100 + 1}


def _spans(values: Values, what: str) -> set[int]:
    """List the numbers of days that the values ask a history for."""
    prefix = f"customer_{what}_in_"
    return {
        int(name.removeprefix(prefix).removesuffix("_days"))
        for name in values
        if name.startswith(prefix)
    }
