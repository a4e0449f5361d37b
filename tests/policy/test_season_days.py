"""The days of a season: which year's, and how late a window may end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.policy.terms import YearDay
from tests.policy.seasons import last_day, season

NOVEMBER, NEW_YEAR = YearDay(11, 1), YearDay(1, 10)
LEAP = YearDay(2, 29)


@pytest.mark.parametrize(
    ("ordered", "last"),
    [
        (date(2026, 11, 1), date(2027, 1, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 1), date(2027, 1, 31)),
        (date(2027, 1, 10), date(2027, 2, 9)),
    ],
)
def test_a_season_lets_the_window_end_no_earlier_than_a_day(
    ordered: date, last: date
) -> None:
    until = season(ordered_from=NOVEMBER, ordered_to=NEW_YEAR, until=YearDay(1, 31))

    assert last_day(until, ordered=ordered) == last


def test_the_turn_of_the_year_leaves_a_season_its_days() -> None:
    until = season(ordered_from=NOVEMBER, ordered_to=NEW_YEAR, until=YearDay(1, 31))

    assert last_day(until, ordered=date(2026, 12, 31), days=0) == date(2027, 1, 31)
    assert last_day(until, ordered=date(2027, 1, 1), days=0) == date(2027, 1, 31)
    assert last_day(until, ordered=date(2027, 1, 10), days=0) == date(2027, 1, 31)


@pytest.mark.parametrize("end", ["ordered_from", "ordered_to"])
def test_a_season_without_both_its_ends_is_of_every_order(end: str) -> None:
    parts: dict[str, Any] = {end: YearDay(6, 1), "add_days": 10}
    open_ended = season(**parts)

    assert last_day(open_ended, ordered=date(2026, 3, 1)) == date(2026, 4, 10)
    assert last_day(open_ended, ordered=date(2026, 9, 1)) == date(2026, 10, 11)


def test_a_day_inside_the_season_belongs_to_its_year() -> None:
    # The day of the season that the order fell into, not the one of the next year.
    until = season(
        ordered_from=NOVEMBER, ordered_to=YearDay(12, 31), until=YearDay(12, 20)
    )
    starts = season(
        ordered_from=NOVEMBER, ordered_to=YearDay(12, 31), starts_on=YearDay(12, 26)
    )
    late = date(2026, 12, 28)

    assert last_day(until, ordered=late) == date(2027, 1, 27)
    assert last_day(starts, ordered=late) == date(2027, 1, 27)
    assert last_day(starts, ordered=date(2026, 12, 20)) == date(2027, 1, 25)


def test_a_day_before_the_season_is_of_the_next_year() -> None:
    until = season(
        ordered_from=date(2026, 11, 1),
        ordered_to=date(2026, 12, 31),
        until=YearDay(10, 31),
    )

    assert last_day(until, ordered=date(2026, 11, 5)) == date(2027, 10, 31)


def test_a_day_on_which_the_season_begins_is_of_this_year() -> None:
    begins = season(ordered_from=NOVEMBER, ordered_to=NEW_YEAR, until=NOVEMBER)
    ordered = date(2026, 11, 1)

    assert last_day(begins, ordered=ordered, days=0) == ordered


def test_a_season_of_every_order_counts_its_days_from_the_order() -> None:
    until = season(until=YearDay(12, 24))

    assert last_day(until, ordered=date(2026, 11, 1)) == date(2026, 12, 24)
    assert last_day(until, ordered=date(2026, 12, 24), days=0) == date(2026, 12, 24)
    assert last_day(until, ordered=date(2026, 12, 25)) == date(2027, 12, 24)


def test_a_season_never_shortens() -> None:
    early = season(until=date(2026, 11, 3), id="until")
    begun = season(starts_on=date(2026, 1, 1), id="starts")
    ordered = date(2026, 11, 2)

    assert last_day(early, begun, ordered=ordered) == date(2026, 12, 2)


def test_a_window_starts_no_earlier_than_the_season_says() -> None:
    starts = season(starts_on=date(2026, 12, 26))
    ordered = date(2026, 11, 2)

    assert last_day(starts, ordered=ordered) == date(2027, 1, 25)
    assert last_day(starts, ordered=ordered, delivered=date(2026, 12, 27)) == date(
        2027, 1, 26
    )


@pytest.mark.parametrize(
    ("year", "last"),
    [(2027, date(2027, 2, 28)), (2028, date(2028, 2, 29)), (2100, date(2100, 2, 28))],
)
def test_the_29th_of_february_is_the_last_of_the_month(year: int, last: date) -> None:
    until = season(until=LEAP)

    assert last_day(until, ordered=date(year, 2, 1), days=0) == last
