"""Links: facts that hang together, so that no example contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.terms import Clock, Policy

# Days in the order in which an order goes its way, the youngest first.
DAYS = ("days_since_delivery", "days_since_fulfillment", "days_since_order")
HOURS = {
    "hours_since_delivery": "days_since_delivery",
    "hours_since_fulfillment": "days_since_fulfillment",
    "hours_since_order": "days_since_order",
}
_CLOCKED = {name: [pair] for pair in HOURS.items() for name in pair}
_CLOCKS = {
    Clock.DELIVERED: "days_since_delivery",
    Clock.FULFILLED: "days_since_fulfillment",
    Clock.ORDERED: "days_since_order",
}
# What is told together with what is never unknown.
ALWAYS = "always"
NEVER = "never"
_FAMILY = re.compile(r"customer_(returns|items|offers)_in_([0-9]+)_days")
# A day of local time lasts up to 25 hours.
_LONGEST_DAY = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class AtLeast:
    """One number that is never below another, once `shift` is added to it."""

    more: str
    less: str
    shift: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """How the numbers among some facts hang together.

    `orders` are listed by each of their two facts. Facts of one group share their
    telling values, moved by each one's shift. Those that are told `together` are all
    known, or none of them is.
    """

    orders: Mapping[str, tuple[AtLeast, ...]]
    groups: Mapping[str, str]
    shifts: Mapping[str, int]
    together: Mapping[str, str]

    def cost(self, name: str) -> int:
        """Count the steps that it takes to see whether a fact's value agrees."""
        return 1 + len(self.orders.get(name, ())) // 4

    def allow(self, values: Mapping[str, object], name: str) -> bool:
        """Tell whether a fact's value agrees with the others that are known."""
        return all(
            _agree(values, order) for order in self.orders.get(name, ())
        ) and all(
            _hours_agree(values.get(hours), values.get(days))
            for hours, days in _CLOCKED.get(name, ())
        )


def links_of(policy: Policy, names: Iterable[str]) -> Links:
    """Work out what hangs together among the named facts of a policy."""
    named = tuple(names)
    ranks = dict(zip(DAYS, range(len(DAYS)), strict=True))
    shifts: dict[str, int] = {}
    start = plain_start(policy)
    if start is not None and policy.window.days is not None:
        ranks[WINDOW] = ranks[start]
        shifts[WINDOW] = policy.window.days
    groups = dict.fromkeys(ranks, "days")
    groups |= dict.fromkeys(("price", "kept_value", "order_total"), "money")
    groups |= {name: match[1] for name in named if (match := _FAMILY.fullmatch(name))}
    # What is asked to come back counts at least one item a return.
    groups = {
        n: "returns" if group == "items" else group for n, group in groups.items()
    }
    orders = (*_by_rank(ranks, shifts), *_money(), *_families(named))
    return Links(
        orders=_by_fact(orders),
        groups=groups,
        shifts=shifts,
        together=_together(named, start),
    )


def _by_fact(orders: Iterable[AtLeast]) -> dict[str, tuple[AtLeast, ...]]:
    found: dict[str, list[AtLeast]] = {}
    for order in orders:
        for name in {order.more, order.less}:
            found.setdefault(name, []).append(order)
    return {name: tuple(listed) for name, listed in found.items()}


def _together(names: Iterable[str], start: str | None) -> dict[str, str]:
    found = {name: ALWAYS for name in names if known(name).unknown == NEVER}
    for name in names:
        if match := _FAMILY.fullmatch(name):
            found[name] = "offers" if match[1] == "offers" else "returns"
    if start is not None:
        found[WINDOW] = found.setdefault(start, "window")
    return found


def plain_start(policy: Policy) -> str | None:
    """Name the fact that the only window counts from; None for several windows."""
    if policy.windows or policy.seasons or policy.window.days is None:
        return None
    return _CLOCKS[policy.window.starts]


def hours_of(day: int) -> tuple[int, int]:
    """Say how many hours may have begun since a moment so many days ago."""
    return max(0, (day - 1) * 24), (day + 1) * _LONGEST_DAY


def _hours_agree(hours: object, days: object) -> bool:
    if not isinstance(hours, int) or not isinstance(days, int):
        return True
    least, most = hours_of(days)
    return least <= hours <= most


def _agree(values: Mapping[str, object], order: AtLeast) -> bool:
    more, less = values.get(order.more), values.get(order.less)
    if not isinstance(more, int) or not isinstance(less, int):
        return True
    return more + order.shift >= less


def _by_rank(ranks: Mapping[str, int], shifts: Mapping[str, int]) -> list[AtLeast]:
    return [
        AtLeast(more=more, less=less, shift=shifts.get(more, 0) - shifts.get(less, 0))
        for more, less in permutations(ranks, 2)
        if ranks[more] >= ranks[less]
    ]


def _money() -> list[AtLeast]:
    return [AtLeast(more="order_total", less=part) for part in ("price", "kept_value")]


def _families(names: tuple[str, ...]) -> list[AtLeast]:
    """More days hold at least as many returns, and a return at least one item."""
    members = [(name, *m.groups()) for name in names if (m := _FAMILY.fullmatch(name))]
    return [
        AtLeast(more=more, less=less)
        for (more, many, longer), (less, few, shorter) in permutations(members, 2)
        if int(longer) >= int(shorter) and (many, few) in _MORE
    ]


_MORE = {
    *((same, same) for same in ("returns", "items", "offers")),
    ("items", "returns"),
}
