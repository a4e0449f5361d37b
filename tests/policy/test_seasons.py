"""Seasons: more time for some orders, never less."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.policy.clauses import Guard
from plugin.policy.facts import Facts
from plugin.policy.terms import Clock, Season, Window, YearDay
from plugin.policy.windows import days_past_window, window_end
from tests.builders import make_facts, make_line
from tests.policy.parts import is_flag, make_core
from tests.policy.seasons import last_day, season

NOVEMBER, NEW_YEAR = YearDay(11, 1), YearDay(1, 10)
LEAP = YearDay(2, 29)


@pytest.mark.parametrize(
    ("ordered", "falls"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2027, 1, 10), True),
        (date(2027, 1, 11), False),
        (date(2027, 11, 1), True),
    ],
)
def test_a_season_of_every_year_may_run_over_its_turn(
    ordered: date, falls: bool
) -> None:
    found = season(ordered_from=NOVEMBER, ordered_to=NEW_YEAR, add_days=10)
    days = timedelta(days=40 if falls else 30)

    assert last_day(found, ordered=ordered) == ordered + days


@pytest.mark.parametrize(
    ("ordered", "falls"),
    [
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
        (date(2027, 6, 30), True),
        (date(2027, 7, 1), False),
    ],
)
def test_a_season_of_every_year_has_both_its_ends(ordered: date, falls: bool) -> None:
    june = season(ordered_from=YearDay(6, 1), ordered_to=YearDay(6, 30), add_days=10)
    days = timedelta(days=40 if falls else 30)

    assert last_day(june, ordered=ordered) == ordered + days


def test_a_season_of_one_day_is_that_day() -> None:
    day = season(ordered_from=YearDay(11, 27), ordered_to=YearDay(11, 27), add_days=5)

    assert last_day(day, ordered=date(2026, 11, 27)) == date(2027, 1, 1)
    assert last_day(day, ordered=date(2026, 11, 28)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("ordered", "falls"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2027, 11, 1), False),
    ],
)
def test_a_dated_season_comes_once(ordered: date, falls: bool) -> None:
    dated = season(
        ordered_from=date(2026, 11, 1), ordered_to=date(2026, 12, 24), add_days=10
    )
    days = timedelta(days=40 if falls else 30)

    assert last_day(dated, ordered=ordered) == ordered + days


def test_a_season_whose_ends_are_of_two_kinds_cannot_be_asked() -> None:
    odd = season(ordered_from=date(2026, 11, 1), ordered_to=NEW_YEAR, add_days=1)

    with pytest.raises(TypeError) as raised:
        last_day(odd, ordered=date(2026, 11, 2))

    assert str(raised.value) == (
        "a season's ends are two dates or two days of every year"
    )


def test_several_seasons_add_up_and_the_latest_day_counts() -> None:
    one = season("one", add_days=3)
    two = season("two", add_days=4)
    first = season("first", until=date(2026, 12, 1))
    later = season("later", until=date(2026, 12, 20))
    ordered = date(2026, 11, 2)

    assert last_day(one, two, ordered=ordered) == date(2026, 12, 9)
    assert last_day(one, two, later, first, ordered=ordered) == date(2026, 12, 20)
    assert last_day(
        season("starts", starts_on=date(2026, 11, 10)), one, ordered=ordered
    ) == date(2026, 12, 13)


def test_a_season_lengthens_a_window_until_a_day() -> None:
    policy = make_core(
        window=Window(until=date(2026, 11, 30)), seasons=(season(add_days=5),)
    )
    facts = make_facts(make_line(delivered_on=None))

    assert window_end(facts, facts.lines[0], policy, {}) == date(2026, 12, 5)


def test_a_season_of_other_orders_changes_nothing() -> None:
    other = season(ordered_from=YearDay(6, 1), ordered_to=YearDay(6, 30), add_days=9)

    assert last_day(other, ordered=date(2026, 11, 2)) == date(2026, 12, 2)


def test_a_start_that_is_not_known_stays_so_in_a_season() -> None:
    policy = make_core(seasons=(season(until=date(2026, 12, 24)),))
    facts = make_facts(make_line(delivered_on=None))

    assert window_end(facts, facts.lines[0], policy, {}) is None
    assert days_past_window(facts, facts.lines[0], policy, {}) is None


VIPS = Guard(is_flag("business"))


@pytest.mark.parametrize(
    ("answer", "last"),
    [(True, date(2026, 12, 12)), (False, date(2026, 12, 2)), (None, None)],
)
def test_a_season_may_be_for_some_customers(
    answer: bool | None, last: date | None
) -> None:
    policy = make_core(seasons=(season(guard=VIPS, add_days=10),))
    facts = make_facts()
    values = {"business": answer}
    days = None if last is None else (facts.requested_on - last).days

    assert window_end(facts, facts.lines[0], policy, values) == last
    assert days_past_window(facts, facts.lines[0], policy, values) == days


def test_a_season_in_doubt_does_not_matter_where_it_adds_nothing() -> None:
    sure = season("sure", until=date(2027, 1, 31))
    doubtful = season("doubtful", guard=VIPS, until=date(2026, 12, 24))
    policy, facts = make_core(seasons=(sure, doubtful)), make_facts()

    assert window_end(facts, facts.lines[0], policy, {"business": None}) == date(
        2027, 1, 31
    )


TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)


def hours_past(asked: datetime | None, *seasons: Season) -> int | None:
    """Count by how many days a request missed 24 hours from a delivery at ten."""
    window = Window(hours=24, starts=Clock.DELIVERED)
    line = make_line(delivered_at=TEN)
    facts: Facts = make_facts(line, requested_at=asked, requested_on=_day(asked))
    return days_past_window(facts, line, make_core(window=window, seasons=seasons), {})


def _day(moment: datetime | None) -> date:
    return date(2026, 11, 3) if moment is None else moment.date()


def test_a_season_gives_hours_whole_days() -> None:
    more = season(add_days=2)

    assert hours_past(TEN + timedelta(hours=25), more) == -2
    assert hours_past(datetime(2026, 11, 5, 23, 59, tzinfo=UTC), more) == 0
    assert hours_past(None, more) == -2


def test_what_comes_after_a_season_is_late_by_its_last_day() -> None:
    more = season(add_days=2)

    assert hours_past(datetime(2026, 11, 6, 9, tzinfo=UTC), more) == 1
    assert hours_past(None, season(starts_on=date(2026, 11, 1))) is None


def test_a_season_that_gives_no_more_leaves_the_hours() -> None:
    over = season(until=date(2026, 11, 3))

    assert hours_past(TEN + timedelta(hours=24), over) == 0
    assert hours_past(TEN + timedelta(hours=25), over) == 1
    assert hours_past(TEN + timedelta(hours=25)) == 1


def test_a_season_of_hours_needs_the_day_it_adds_to() -> None:
    line = make_line(delivered_at=TEN, delivered_on=None)
    facts = make_facts(line, requested_at=TEN + timedelta(hours=25))
    policy = make_core(window=Window(hours=24), seasons=(season(add_days=2),))

    assert days_past_window(facts, line, policy, {}) is None
