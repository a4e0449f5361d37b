"""The shop's own window for one item: which one, when it starts and when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from plugin.policy.compiling import Values
from plugin.policy.facts import Facts, Line
from plugin.policy.terms import Clock, Policy, Season, SeasonDay, Window, YearDay

DAY = timedelta(days=1)


def window_of(policy: Policy, values: Values) -> Window | None:
    """Pick the window of an item; None when nobody can tell which of several."""
    found = set(_windows(policy, values))
    return found.pop() if len(found) == 1 else None


def window_start(facts: Facts, line: Line, window: Window) -> date | None:
    """Name the day the window runs from; None when it is not known."""
    if window.starts is Clock.ORDERED:
        return facts.ordered_on
    return line.delivered_on if window.starts is Clock.DELIVERED else line.fulfilled_on


def window_end(facts: Facts, line: Line, policy: Policy, values: Values) -> date | None:
    """Name the last day on which the item may be asked for; None when not known."""
    ends = {
        _end(facts, line, window, seasons)
        for window in _windows(policy, values)
        for seasons in _seasons(facts, policy, values)
    }
    return ends.pop() if len(ends) == 1 else None


def days_past_window(
    facts: Facts, line: Line, policy: Policy, values: Values
) -> int | None:
    """Count the days by which the request missed the window; 0 or less is inside."""
    if not policy.windows and not policy.seasons:
        return _days_past(facts, line, policy.window, ())
    found = {
        _days_past(facts, line, window, seasons)
        for window in _windows(policy, values)
        for seasons in _seasons(facts, policy, values)
    }
    return found.pop() if len(found) == 1 else None


def _windows(policy: Policy, values: Values) -> Iterator[Window]:
    """List the windows that may be this item's: those in doubt, then the first sure."""
    for rule in policy.windows:
        answer = rule.guard.asks(values)
        if answer is not False:
            yield rule.window
        if answer is True:
            return
    yield policy.window


def _seasons(
    facts: Facts, policy: Policy, values: Values
) -> Iterator[tuple[Season, ...]]:
    """List the seasons that count for sure, and with them those in doubt."""
    asked = [
        (season, season.guard.asks(values))
        for season in policy.seasons
        if _falls_into(season, facts.ordered_on)
    ]
    yield tuple(season for season, answer in asked if answer is True)
    yield tuple(season for season, answer in asked if answer is not False)


def _falls_into(season: Season, ordered_on: date) -> bool:
    first, last = season.ordered_from, season.ordered_to
    if first is None or last is None:
        return True
    if isinstance(first, YearDay) and isinstance(last, YearDay):
        day = YearDay(ordered_on.month, ordered_on.day)
        # A season may run over the turn of the year.
        return first <= day <= last if first <= last else day >= first or day <= last
    if isinstance(first, date) and isinstance(last, date):
        return first <= ordered_on <= last
    raise TypeError("a season's ends are two dates or two days of every year")


def _days_past(
    facts: Facts, line: Line, window: Window, seasons: tuple[Season, ...]
) -> int | None:
    end = _end(facts, line, window, seasons)
    by_day = None if end is None else (facts.requested_on - end).days
    if window.hours is None:
        return by_day
    # A season gives whole days; one that gives no more leaves the hours as they are.
    longer = seasons and (end is None or end != _end(facts, line, window, ()))
    return by_day if longer else _days_past_hours(facts, line, window)


def _days_past_hours(facts: Facts, line: Line, window: Window) -> int | None:
    start = _moment(line, window)
    if start is None or facts.requested_at is None or window.hours is None:
        return None
    over = facts.requested_at - (start + timedelta(hours=window.hours))
    return -(-over // DAY)


def _moment(line: Line, window: Window) -> datetime | None:
    by_delivery = window.starts is Clock.DELIVERED
    return line.delivered_at if by_delivery else line.fulfilled_at


def _end(
    facts: Facts, line: Line, window: Window, seasons: tuple[Season, ...]
) -> date | None:
    plain = _plain_end(facts, line, window, seasons)
    if plain is None or not seasons:
        return plain
    more = timedelta(days=sum(season.add_days for season in seasons))
    ends = [_day(one, one.until, facts.ordered_on) for one in seasons if one.until]
    return max((plain + more, *ends))


def _plain_end(
    facts: Facts, line: Line, window: Window, seasons: tuple[Season, ...]
) -> date | None:
    if window.until is not None:
        return window.until
    start = window_start(facts, line, window)
    if start is None:
        return None
    for season in seasons:
        if season.starts_on is not None:
            start = max(start, _day(season, season.starts_on, facts.ordered_on))
    days = window.days if window.days is not None else -(-(window.hours or 0) // 24)
    return start + timedelta(days=days)


def _day(season: Season, day: SeasonDay, ordered_on: date) -> date:
    """Find the first such day since the season began, where it comes every year."""
    if isinstance(day, date):
        return day
    begun = _begun_on(season, ordered_on)
    this_year = _in_year(day, begun.year)
    return this_year if this_year >= begun else _in_year(day, begun.year + 1)


def _begun_on(season: Season, ordered_on: date) -> date:
    """Name the first day of the season that the order fell into."""
    first = season.ordered_from
    if first is None:
        return ordered_on
    if isinstance(first, date):
        return first
    this_year = _in_year(first, ordered_on.year)
    begun = this_year <= ordered_on
    return this_year if begun else _in_year(first, ordered_on.year - 1)


def _in_year(day: YearDay, year: int) -> date:
    # 29 February is the last of the month in other years.
    if day == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, day.month, day.day)
