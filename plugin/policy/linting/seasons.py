"""Seasons that give no order more time than its window does anyway."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from plugin.policy.clauses import ALWAYS
from plugin.policy.facts import Facts, Line
from plugin.policy.terms import Policy, Season, Window, YearDay
from plugin.policy.windows import window_end

# One of them is a leap year, and the other runs into it.
_YEARS = (2027, 2028)


def adds_nothing(policy: Policy, season: Season) -> bool:
    """Tell whether it is proven that a season makes no window any longer."""
    orders = _first_orders(season)
    windows = (policy.window, *(rule.window for rule in policy.windows))
    return bool(orders) and not any(
        _longer(window, season, ordered_on)
        for window in windows
        for ordered_on in orders
    )


def _first_orders(season: Season) -> tuple[date, ...]:
    """Name the first day of the season, which wins the most; none if hard to tell."""
    first, ends = season.ordered_from, (season.until, season.starts_on)
    if isinstance(first, YearDay):
        # What ends on one day of one year gives early orders all the time they want.
        if any(isinstance(end, date) for end in ends):
            return ()
        return tuple(
            date(year, *first) for year in _YEARS if first != (2, 29) or year % 4 == 0
        )
    return () if first is None else (first,)


def _longer(window: Window, season: Season, ordered_on: date) -> bool:
    """Ask for the parcel that came at once, whose plain window ends the soonest."""
    line = Line(
        id="line",
        title="Item",
        quantity=1,
        fulfilled_on=ordered_on,
        delivered_on=ordered_on,
    )
    facts = Facts(requested_on=ordered_on, ordered_on=ordered_on, lines=(line,))
    plain, moved = (
        window_end(facts, line, _alone(window, seasons), {})
        for seasons in ((), (replace(season, guard=ALWAYS),))
    )
    return plain != moved


def _alone(window: Window, seasons: tuple[Season, ...]) -> Policy:
    return Policy(name="", version="", window=window, seasons=seasons, clauses=())
