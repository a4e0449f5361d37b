"""Moments as days of a country, read so that doubt favours the customer.

A country with several time zones has no one local day, and an order may concern several
countries. A request is dated by the zone where it came earliest, a delivery by the zone
where it came latest.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

# The westernmost and easternmost offsets in use, for an unknown country.
ANYWHERE: tuple[tzinfo, ...] = (
    timezone(timedelta(hours=-12)),
    timezone(timedelta(hours=14)),
)


@lru_cache(maxsize=300)
def zones_of(country: str | None) -> tuple[tzinfo, ...]:
    """List a country's time zones (CLDR); the whole world when it is not known."""
    zones: list[tzinfo] = []
    for zone, territory in get_global("zone_territories").items():
        if territory == country:
            try:
                zones.append(ZoneInfo(zone))
            except ZoneInfoNotFoundError:
                continue
    return tuple(zones) or ANYWHERE


def moment(text: str | None) -> datetime | None:
    """Read the platform's ISO 8601 moment as UTC."""
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def earliest_day(text: str, *countries: str | None) -> date:
    """Date a customer's act by the zone of any country that makes it earliest."""
    return min(_days(text, countries))


def latest_day(text: str | None, *countries: str | None) -> date | None:
    """Date an event that starts a period by the zone that makes it latest."""
    return None if text is None else max(_days(text, countries))


def _days(text: str, countries: tuple[str | None, ...]) -> set[date]:
    at = datetime.fromisoformat(text)
    zones = {zone for each in countries or (None,) for zone in zones_of(each)}
    return {at.astimezone(zone).date() for zone in zones}
