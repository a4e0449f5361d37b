"""Example: a request made from values, checked by reading it the engine's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.facts import UNKNOWN_COUNTRY, Facts, Line, Place
from plugin.policy.linting.example_parts import (
    money_of,
    offers_of,
    price_of,
    returns_of,
    share_of,
    total_of,
)
from plugin.policy.linting.links import HOURS
from plugin.policy.linting.remark import Example, Shown
from plugin.policy.reading import known_values
from plugin.policy.terms import Clock, Policy

# A Monday in no season, after which no holiday falls on a round number of weeks.
EXAMPLE_DAY = date(2026, 6, 8)

_OF_LINE = {
    **{name: name for name in ("product_tags", "product_type", "vendor", "gift_card")},
    **{name: name for name in ("reason", "note_tells_fault", "discount_percent")},
    **{name: name for name in ("used_percent", "photos", "videos", "receipts")},
    "item_condition": "condition",
}
_OF_ORDER = (
    *("channel", "order_tags", "payment_methods", "business", "delivery_refused"),
    *("return_method", "customer_tags", "customer_orders", "customer_returns"),
)
_CLOCKS = {
    Clock.DELIVERED: ("days_since_delivery", "hours_since_delivery"),
    Clock.FULFILLED: ("days_since_fulfillment", "hours_since_fulfillment"),
    Clock.ORDERED: ("days_since_order", "hours_since_order"),
}
_USUAL_AGE = 3
# Of many windows and seasons the first are tried.
MOST_TRIES = 100
# About as long as it takes to make a request, in steps of the solver.
STEPS = 100


def request(
    values: Mapping[str, object],
    policy: Policy,
    *,
    requested_on: date = EXAMPLE_DAY,
    currency: str = "EUR",
) -> Facts | None:
    """Make an ordinary request of one item that has these values, if there is one.

    The result is read back as the engine reads it; None when that gives other values.
    """
    for aged in _aged(values, policy):
        facts = _facts(aged, requested_on, currency)
        if reads_as(facts, policy, values):
            return facts
    return None


def reads_as(facts: Facts, policy: Policy, values: Mapping[str, object]) -> bool:
    """Tell whether the engine reads these values from a request's only item."""
    line = facts.lines[0]
    read = known_values(facts, line, policy)
    return all(
        value == (read[name] if name in read else known(name).reads(facts, line))
        for name, value in values.items()
    )


def shown(values: Mapping[str, object]) -> Example:
    """Write values as a remark shows them: by name, sets as sorted words."""
    return tuple((name, _plain(values[name])) for name in sorted(values))


def _plain(value: object) -> Shown:
    if isinstance(value, frozenset):
        return tuple(sorted(map(str, value)))
    return value if isinstance(value, int | str) else str(value)


def _aged(values: Mapping[str, object], policy: Policy) -> Iterator[dict[str, object]]:
    """Say by each window in turn when the item came, if the values hang on a window."""
    past = values.get(WINDOW)
    if not isinstance(past, int):
        yield dict(values)
        return
    found = ((name, values.get(name, age)) for name, age in _ages_of(policy, past))
    for name, age in islice(dict.fromkeys(found), MOST_TRIES):
        yield {name: age, **values}


def _ages_of(policy: Policy, past: int) -> Iterator[tuple[str, int]]:
    """Say by each window how old an item is that missed it by so many days."""
    more = (0, *dict.fromkeys(season.add_days for season in policy.seasons))
    for window in (policy.window, *(rule.window for rule in policy.windows)):
        days, hours = _CLOCKS[window.starts]
        for add in more:
            if window.hours is not None:
                yield hours, window.hours + 24 * (past + add)
            else:
                start = _USUAL_AGE if window.days is None else window.days
                yield days, start + add + past


def tries(policy: Policy) -> int:
    """Count the requests that may have to be made until one is found."""
    return min(MOST_TRIES, (1 + len(policy.windows)) * (1 + len(policy.seasons)))


def _facts(values: Mapping[str, object], today: date, currency: str) -> Facts:
    asked_at = datetime.combine(today, time(12), UTC)
    delivered, fulfilled, ordered = _ages(values)
    line = _line(values, currency)
    line = replace(
        line,
        delivered_on=today - timedelta(days=delivered),
        fulfilled_on=today - timedelta(days=fulfilled),
        delivered_at=asked_at - _since(values, "hours_since_delivery", delivered),
        fulfilled_at=asked_at - _since(values, "hours_since_fulfillment", fulfilled),
    )
    given: dict[str, Any] = {name: values[name] for name in _OF_ORDER if name in values}
    facts = Facts(
        requested_on=today,
        requested_at=asked_at,
        ordered_on=today - timedelta(days=ordered),
        ordered_at=asked_at - _since(values, "hours_since_order", ordered),
        lines=(line,),
        places=(_place(values),),
        last_delivered_on=line.delivered_on,
        awaiting_delivery=False,
        order_total=total_of(values, currency),
        returns_before=returns_of(values, today),
        offers_before=offers_of(values, today),
    )
    return replace(facts, **(_ordinary() | share_of(values) | given))


def _since(values: Mapping[str, object], hours: str, days: int) -> timedelta:
    given = values.get(hours)
    return timedelta(hours=given if isinstance(given, int) else days * 24)


def _ages(values: Mapping[str, object]) -> tuple[int, int, int]:
    """Say how many days ago the item came, left and was ordered; in that order."""
    known_ages = {
        days: (hours_ago + 12) // 24
        for hours, days in HOURS.items()
        if isinstance(hours_ago := values.get(hours), int)
    } | {name: age for name, age in values.items() if isinstance(age, int)}
    fulfilled = known_ages.get("days_since_fulfillment")
    ordered = known_ages.get("days_since_order")
    latest = [age for age in (fulfilled, ordered, _USUAL_AGE) if age is not None]
    came = known_ages.get("days_since_delivery", min(latest))
    if fulfilled is None:
        fulfilled = came + 2 if ordered is None else max(came, min(came + 2, ordered))
    return came, fulfilled, fulfilled + 1 if ordered is None else ordered


def _line(values: Mapping[str, object], currency: str) -> Line:
    given: dict[str, Any] = {
        field: values[name] for name, field in _OF_LINE.items() if name in values
    }
    line = Line(
        id="example",
        title="Example",
        quantity=1,
        returnable=1,
        reason="unwanted",
        note_tells_fault=False,
        price=money_of(price_of(values), currency),
        product_tags=frozenset(),
        product_type="other",
        vendor="other",
        gift_card=False,
        discount_percent=0,
        condition=frozenset(),
        used_percent=0,
        photos=0,
        videos=0,
        receipts=0,
    )
    return replace(line, **given)


def _ordinary() -> dict[str, Any]:
    none: frozenset[str] = frozenset()
    return {
        **dict.fromkeys(("order_tags", "customer_tags", "payment_methods"), none),
        **dict.fromkeys(("order_cancelled", "dispute_open", "fraud_suspected"), False),
        **dict.fromkeys(("opted_out", "business", "delivery_refused"), False),
        **{"customer_known": True, "customer_orders": 1, "customer_returns": 0},
        **{"channel": "web", "return_method": "mail", "shop_offers_today": 0},
    }


def _place(values: Mapping[str, object]) -> Place:
    region = values.get("region")
    return Place(
        country=str(values.get("country") or UNKNOWN_COUNTRY),
        region=None if region is None else str(region),
    )
