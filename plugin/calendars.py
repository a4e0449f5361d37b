"""Calendars: the days off of a place, by the `holidays` package's lists."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays
from holidays.constants import PUBLIC, SCHOOL, UNOFFICIAL, WORKDAY

from plugin.policy.days import Calendar
from plugin.policy.facts import Place

# Days that are marked, or made up for, but on which nobody has off.
_NOT_OFF = frozenset({SCHOOL, UNOFFICIAL, WORKDAY})

# ISO 3166-2 gives a region up to three characters; what has more is a town.
_LONGEST_CODE = 3

Days = frozenset[date]


def calendar_for(place: Place, one: date, other: date) -> Calendar | None:
    """Give a place's calendar for the years of two days; None for an unknown country.

    Public holidays are certain: the region's where it is known, else what the country
    and all its regions have. Days off of other kinds are possible, and so are any
    region's where it is not known; else the country's and those of its towns.
    """
    years = range(min(one, other).year, max(one, other).year + 1)
    return _calendar(place.country, place.region, tuple(years))


@lru_cache(maxsize=1024)
def _calendar(
    country: str, region: str | None, years: tuple[int, ...]
) -> Calendar | None:
    try:
        weekend = country_holidays(country, years=years).weekend
    except NotImplementedError:
        return None
    found = [_year(country, region, year) for year in years]
    certain = frozenset[date]().union(*(days for days, _ in found))
    possible = frozenset[date]().union(*(days for _, days in found))
    return Calendar(
        certain=certain, possible=possible - certain, weekend=frozenset(weekend)
    )


# One year is a part of several calendars.
@lru_cache(maxsize=1024)
def _year(country: str, region: str | None, year: int) -> tuple[Days, Days]:
    whole = country_holidays(country, years=year)
    kinds = tuple(kind for kind in whole.supported_categories if kind not in _NOT_OFF)
    regions = whole.subdivisions
    if region in regions:
        own = [_days(country, name, year, kinds) for name in (None, region)]
        own.append(_of_towns(country, regions, year, kinds))
        return _days(country, region, year, (PUBLIC,)), frozenset().union(*own)
    everywhere = [_days(country, name, year, (PUBLIC,)) for name in regions]
    possible = [_days(country, name, year, kinds) for name in (None, *regions)]
    return frozenset(whole).intersection(*everywhere), frozenset().union(*possible)


def _of_towns(
    country: str, regions: tuple[str, ...], year: int, kinds: tuple[str, ...]
) -> Days:
    """List what only towns have off; of which region they are is not told."""
    found: dict[bool, set[date]] = {True: set(), False: set()}
    if all(len(name) <= _LONGEST_CODE for name in regions):
        return frozenset()
    for name in regions:
        found[len(name) > _LONGEST_CODE] |= _days(country, name, year, kinds)
    return frozenset(found[True] - found[False])


def _days(country: str, region: str | None, year: int, kinds: tuple[str, ...]) -> Days:
    found: HolidayBase = country_holidays(
        country, subdiv=region, years=year, categories=kinds
    )
    return frozenset(found)
