"""The facts a policy may ask for: one table for engine, schema, editor and docs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from plugin.policy.catalogue_item import ITEM
from plugin.policy.catalogue_order import ORDER
from plugin.policy.facts import Facts, Line, Past
from plugin.policy.known import Kind, Known, Reads, Value

__all__ = ["CATALOGUE", "FAMILIES", "WINDOW", "Kind", "Known", "Reads", "known"]

# The one fact that hangs on the policy itself; `windows` works it out.
WINDOW = "days_past_window"

_WINDOW = Known(
    name=WINDOW,
    kind=Kind.NUMBER,
    meaning="days by which the request missed the item's window; 0 or less is inside",
    source="the policy's window for the item, and the day it starts",
    unknown="when that day is not known, or nobody can tell which window applies",
    unit="days",
    reads=lambda facts, line: None,
)

CATALOGUE: dict[str, Known] = {
    fact.name: fact for fact in sorted((*ITEM, *ORDER, _WINDOW), key=lambda f: f.name)
}


def _within(past: tuple[Past, ...], today: date, days: int) -> list[Past]:
    return [one for one in past if one.on > today - timedelta(days=days)]


def _count_returns(days: int) -> Reads:
    def reads(facts: Facts, line: Line) -> Value | None:
        if facts.returns_before is None:
            return None
        return len(_within(facts.returns_before, facts.requested_on, days))

    return reads


def _count_items(days: int) -> Reads:
    def reads(facts: Facts, line: Line) -> Value | None:
        if facts.returns_before is None:
            return None
        found = _within(facts.returns_before, facts.requested_on, days)
        return sum(one.items for one in found)

    return reads


def _count_offers(days: int) -> Reads:
    def reads(facts: Facts, line: Line) -> Value | None:
        if facts.offers_before is None:
            return None
        return len(_within(facts.offers_before, facts.requested_on, days))

    return reads


_HISTORY = "the store's returns of this customer, and the archive"
_NO_HISTORY = "for a guest, or where the history could not be read to its end"

# Facts that a policy asks for with a number of its own in the name.
FAMILIES = {
    "customer_returns_in_{days}_days": (
        "returns this customer asked for in the last so many days, before this one",
        "returns",
        _count_returns,
    ),
    "customer_items_in_{days}_days": (
        "items this customer asked to return in the last so many days, before now",
        "items",
        _count_items,
    ),
    "customer_offers_in_{days}_days": (
        "goodwill offers this customer was given in the last so many days",
        "offers",
        _count_offers,
    ),
}
_NAME = re.compile(r"(customer_(?:returns|items|offers)_in_)([1-9][0-9]{0,3})(_days)")


@lru_cache(maxsize=1000)
def known(name: str) -> Known:
    """Find a fact by name, those with a number in it too; `KeyError` when unknown."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    match = _NAME.fullmatch(name)
    if match is None:
        raise KeyError(name)
    meaning, unit, counts = FAMILIES[f"{match[1]}{{days}}{match[3]}"]
    return Known(
        name=name,
        kind=Kind.NUMBER,
        meaning=meaning,
        source=_HISTORY,
        unknown=_NO_HISTORY,
        unit=unit,
        reads=counts(int(match[2])),
    )
