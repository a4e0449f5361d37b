"""Periods of days: starts, counts, ends and rolls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.days import CountFrom, EndRoll, Span, add_months

MONDAY = date(2026, 11, 2)
SATURDAY = date(2026, 11, 7)
DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


def test_it_does_not_count_the_first_day() -> None:
    assert Span(days=14).last_day(MONDAY) == date(2026, 11, 16)


def test_it_counts_the_first_day_where_the_law_says_so() -> None:
    span = Span(days=8, count_from=CountFrom.SAME_DAY)

    assert span.last_day(MONDAY) == date(2026, 11, 9)


def test_it_ends_with_its_last_day() -> None:
    span = Span(days=14)

    assert span.holds(MONDAY, date(2026, 11, 16)) is True
    assert span.holds(MONDAY, date(2026, 11, 17)) is False


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 11, 21), True),
        (date(2026, 11, 22), True),
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), None),
        (date(2026, 12, 2), None),
        (date(2026, 12, 3), False),
    ],
)
def test_it_rolls_over_a_weekend_and_doubts_the_days_a_holiday_could_add(
    day: date, answer: bool | None
) -> None:
    span = Span(days=14, end_roll=EndRoll.NEXT_WORKING_DAY)

    assert span.holds(SATURDAY, day) is answer


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 11, 21), True),
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), None),
        (date(2026, 12, 3), False),
    ],
)
def test_it_leaves_a_weekend_to_a_person_where_no_roll_is_written(
    day: date, answer: bool | None
) -> None:
    span = Span(days=14, end_roll=EndRoll.HUMAN_IF_NONWORKING)

    assert span.holds(SATURDAY, day) is answer


@given(start=DAYS, days=st.integers(0, 400), roll=st.sampled_from(EndRoll))
def test_it_never_goes_back_from_no_to_yes(
    start: date, days: int, roll: EndRoll
) -> None:
    span = Span(days=days, end_roll=roll)
    around = [
        span.holds(start, start + timedelta(days=days + n)) for n in range(-1, 20)
    ]
    rank = [{True: 0, None: 1, False: 2}[answer] for answer in around]

    assert rank == sorted(rank)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 2), 24, date(2028, 11, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
    ],
)
def test_it_moves_by_whole_months(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@given(start=DAYS, months=st.integers(0, 120))
def test_a_month_later_is_in_the_wanted_month(start: date, months: int) -> None:
    end = add_months(start, months)
    past = (end.year - start.year) * 12 + end.month - start.month

    assert past == months
    assert end.day <= start.day
