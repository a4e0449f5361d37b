"""Moments become days of a country, read so that doubt favours the customer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.localdays import (
    ANYWHERE,
    earliest_day,
    latest_day,
    moment,
    zones_of,
)


@pytest.mark.parametrize(
    ("text", "country", "earliest", "latest"),
    [
        # One zone, one day.
        ("2026-11-02T23:30:00Z", "DE", date(2026, 11, 3), date(2026, 11, 3)),
        ("2026-11-02T22:30:00Z", "DE", date(2026, 11, 2), date(2026, 11, 2)),
        ("2026-11-02T15:30:00Z", "JP", date(2026, 11, 3), date(2026, 11, 3)),
        # The far west of China lives two hours behind Beijing.
        ("2026-11-02T16:30:00Z", "CN", date(2026, 11, 2), date(2026, 11, 3)),
        # Summer time ends on 25 October 2026: the same hour, another day.
        ("2026-10-24T22:30:00Z", "DE", date(2026, 10, 25), date(2026, 10, 25)),
        ("2026-10-25T22:30:00Z", "DE", date(2026, 10, 25), date(2026, 10, 25)),
        ("2026-03-28T23:30:00Z", "DE", date(2026, 3, 29), date(2026, 3, 29)),
        ("2026-03-29T22:30:00Z", "DE", date(2026, 3, 30), date(2026, 3, 30)),
        ("2026-06-30T23:30:00Z", "GB", date(2026, 7, 1), date(2026, 7, 1)),
        ("2026-12-30T23:30:00Z", "GB", date(2026, 12, 30), date(2026, 12, 30)),
        # From Hawaii to the east coast.
        ("2026-11-02T06:00:00Z", "US", date(2026, 11, 1), date(2026, 11, 2)),
        ("2026-11-02T09:00:00Z", "US", date(2026, 11, 1), date(2026, 11, 2)),
        ("2026-11-02T20:00:00Z", "US", date(2026, 11, 2), date(2026, 11, 2)),
        # Kiribati lies on both sides of the world's last hour.
        ("2026-11-02T10:30:00Z", "KI", date(2026, 11, 2), date(2026, 11, 3)),
        # An offset in the text changes nothing about the moment.
        ("2026-11-03T00:30:00+01:00", "DE", date(2026, 11, 3), date(2026, 11, 3)),
        ("2026-11-02T18:30:00-05:00", "DE", date(2026, 11, 3), date(2026, 11, 3)),
        # Nobody knows where it is: the whole world counts.
        ("2026-11-02T11:00:00Z", "XX", date(2026, 11, 1), date(2026, 11, 3)),
        ("2026-11-02T11:00:00Z", "ZZ", date(2026, 11, 1), date(2026, 11, 3)),
        ("2026-11-02T11:00:00Z", None, date(2026, 11, 1), date(2026, 11, 3)),
    ],
)
def test_it_dates_a_moment(
    text: str, country: str | None, earliest: date, latest: date
) -> None:
    assert earliest_day(text, country) == earliest
    assert latest_day(text, country) == latest


@pytest.mark.parametrize(
    ("text", "countries", "earliest", "latest"),
    [
        # Evening in the United States, and the next day in Germany or Japan.
        ("2026-11-02T23:30:00Z", ("US", "DE"), date(2026, 11, 2), date(2026, 11, 3)),
        ("2026-11-02T23:30:00Z", ("DE", "US"), date(2026, 11, 2), date(2026, 11, 3)),
        ("2026-11-02T16:00:00Z", ("DE", "JP"), date(2026, 11, 2), date(2026, 11, 3)),
        ("2026-11-02T16:00:00Z", ("DE", "FR"), date(2026, 11, 2), date(2026, 11, 2)),
        ("2026-11-02T11:00:00Z", ("DE", "ZZ"), date(2026, 11, 1), date(2026, 11, 3)),
        ("2026-11-02T11:00:00Z", (), date(2026, 11, 1), date(2026, 11, 3)),
    ],
)
def test_it_dates_a_moment_by_every_country_that_counts(
    text: str, countries: tuple[str, ...], earliest: date, latest: date
) -> None:
    assert earliest_day(text, *countries) == earliest
    assert latest_day(text, *countries) == latest


def test_it_dates_nothing_by_no_day() -> None:
    assert latest_day(None, "DE") is None
    assert moment(None) is None


def test_it_reads_a_moment_as_utc() -> None:
    found = moment("2026-11-02T10:30:00+01:00")

    assert found == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize("country", ["", "xx", "United States", "de"])
def test_it_takes_the_whole_world_for_what_is_no_country(country: str) -> None:
    assert zones_of(country) == ANYWHERE


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["US", "DE", "CN", "AU", "KI", "BR", "RU", None]),
)
def test_it_never_dates_against_the_customer(at: datetime, country: str | None) -> None:
    text = at.replace(tzinfo=UTC).isoformat()
    days = [at.replace(tzinfo=UTC).astimezone(z).date() for z in zones_of(country)]

    latest = latest_day(text, country)

    assert earliest_day(text, country) == min(days)
    assert latest == max(days)
    assert latest is not None
    assert (latest - earliest_day(text, country)).days in (0, 1, 2)
