"""Periods of days: starts, counts, ends and rolls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.days import Calendar, CountFrom, EndRoll, Span, add_months

MONDAY = date(2026, 11, 2)
SATURDAY = date(2026, 11, 7)
DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))
RANK = {True: 0, None: 1, False: 2}

SPANS = st.builds(
    Span,
    days=st.integers(0, 60),
    count_from=st.sampled_from(CountFrom),
    end_roll=st.sampled_from(EndRoll),
    business=st.booleans(),
    working_days=st.integers(0, 3),
)
# Days off near the days that the properties look at.
OFF = st.frozensets(st.integers(0, 90).map(lambda n: MONDAY + timedelta(days=n)))
WEEKENDS = st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6})])
CALENDARS = st.builds(Calendar, certain=OFF, possible=OFF, weekend=WEEKENDS)


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
def test_without_a_calendar_it_doubts_the_days_a_holiday_could_add(
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


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 11, 17), True),
        (date(2026, 11, 18), None),
        (date(2026, 11, 19), False),
    ],
)
def test_a_certain_holiday_moves_the_end_and_a_possible_one_leaves_it_open(
    day: date, answer: bool | None
) -> None:
    calendar = Calendar(
        certain=frozenset({date(2026, 11, 16)}),
        possible=frozenset({date(2026, 11, 17)}),
    )
    span = Span(days=14, end_roll=EndRoll.NEXT_WORKING_DAY)

    assert span.holds(MONDAY, day, calendar) is answer


def test_a_calendar_has_the_weekend_of_its_place() -> None:
    calendar = Calendar(weekend=frozenset({4, 5}))
    span = Span(days=14, end_roll=EndRoll.NEXT_WORKING_DAY)

    # From Friday 6 November the fourteenth day is a Friday; Sunday is a working day.
    assert span.sure_end(date(2026, 11, 6), calendar) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("count_from", "end"),
    [
        (CountFrom.NEXT_DAY, date(2026, 11, 16)),
        (CountFrom.SAME_DAY, date(2026, 11, 13)),
    ],
)
def test_it_counts_business_days(count_from: CountFrom, end: date) -> None:
    holiday = Calendar(certain=frozenset({date(2026, 11, 9)}))
    span = Span(days=5, business=True, count_from=count_from)

    assert span.last_day(date(2026, 11, 6), holiday) == end


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 11, 13), True),
        (date(2026, 11, 16), None),
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), False),
    ],
)
def test_without_a_calendar_it_doubts_the_end_of_business_days(
    day: date, answer: bool | None
) -> None:
    assert Span(days=5, business=True).holds(date(2026, 11, 6), day) is answer


@pytest.mark.parametrize(
    ("start", "day", "answer"),
    [
        # The shorter count ends on Sunday 15 November.
        (MONDAY, date(2026, 11, 15), True),
        (MONDAY, date(2026, 11, 16), None),
        (MONDAY, date(2026, 11, 17), False),
        # The longer count ends on Saturday 21 November and rolls to Monday.
        (SATURDAY, date(2026, 11, 20), True),
        (SATURDAY, date(2026, 11, 23), None),
        (SATURDAY, date(2026, 11, 24), False),
    ],
)
def test_between_two_disputed_counts_nobody_can_tell(
    start: date, day: date, answer: bool | None
) -> None:
    span = Span(
        days=14, count_from=CountFrom.DISPUTED, end_roll=EndRoll.NEXT_WORKING_DAY
    )

    assert span.holds(start, day, Calendar()) is answer


def test_a_short_period_has_at_least_two_working_days() -> None:
    friday = date(2026, 11, 6)
    span = Span(days=2, working_days=2)

    assert span.last_day(friday) == date(2026, 11, 10)
    assert Span(days=14, working_days=2).last_day(friday) == date(2026, 11, 20)


@given(span=SPANS, start=DAYS, calendar=st.none() | CALENDARS)
def test_it_never_goes_back_from_no_to_yes(
    span: Span, start: date, calendar: Calendar | None
) -> None:
    around = [
        span.holds(start, start + timedelta(days=span.days + n), calendar)
        for n in range(-1, 50)
    ]
    rank = [RANK[answer] for answer in around]

    assert rank == sorted(rank)


@given(
    span=SPANS,
    more=st.integers(0, 30),
    start=DAYS.filter(lambda day: day.year < 2080) | st.just(MONDAY),
    after=st.integers(0, 120),
    calendar=st.none() | CALENDARS,
)
def test_a_longer_period_holds_what_a_shorter_one_holds(
    span: Span, more: int, start: date, after: int, calendar: Calendar | None
) -> None:
    day = start + timedelta(days=after)
    longer = Span(
        days=span.days + more,
        count_from=span.count_from,
        end_roll=span.end_roll,
        business=span.business,
        working_days=span.working_days,
    )
    short, long = (each.holds(start, day, calendar) for each in (span, longer))

    assert RANK[long] <= RANK[short]


@given(
    span=SPANS,
    after=st.integers(0, 120),
    calendar=CALENDARS,
    certain=OFF,
    possible=OFF,
)
def test_more_holidays_never_shorten(
    span: Span,
    after: int,
    calendar: Calendar,
    certain: frozenset[date],
    possible: frozenset[date],
) -> None:
    day = MONDAY + timedelta(days=after)
    more = Calendar(
        certain=calendar.certain | certain,
        possible=calendar.possible | possible,
        weekend=calendar.weekend,
    )
    few, many = (span.holds(MONDAY, day, each) for each in (calendar, more))

    assert RANK[many] <= RANK[few]


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
