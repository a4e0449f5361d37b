"""The shop's own window: which one, when it starts, when it ends, who is late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.policy.clauses import Guard
from plugin.policy.facts import Facts, Line
from plugin.policy.terms import Clock, Policy, Window, WindowRule
from plugin.policy.windows import days_past_window, window_end, window_of, window_start
from tests.builders import make_facts, make_line
from tests.policy.parts import is_flag, make_core

GIFT, VIP = is_flag("gift_card"), is_flag("business")
TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)


def past(window: Window, facts: Facts) -> int | None:
    """Count the days by which the first line missed a window."""
    return days_past_window(facts, facts.lines[0], make_core(window=window), {})


def end(window: Window, facts: Facts) -> date | None:
    """Name the last day of a window for the first line."""
    return window_end(facts, facts.lines[0], make_core(window=window), {})


def by_hours(asked_after: timedelta | None, **changes: datetime | None) -> Facts:
    """Make a request so long after a delivery at ten in the morning."""
    line = make_line(**{"delivered_at": TEN, "fulfilled_at": TEN, **changes})
    asked = None if asked_after is None else TEN + asked_after
    return make_facts(line, requested_at=asked)


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (date(2026, 11, 2), -30),
        (date(2026, 12, 1), -1),
        (date(2026, 12, 2), 0),
        (date(2026, 12, 3), 1),
        (date(2027, 12, 2), 365),
    ],
)
def test_a_request_is_late_by_days(asked: date, days: int) -> None:
    assert past(Window(days=30), make_facts(requested_on=asked)) == days


@pytest.mark.parametrize(
    ("starts", "start", "last"),
    [
        (Clock.DELIVERED, date(2026, 11, 2), date(2026, 12, 2)),
        (Clock.FULFILLED, date(2026, 10, 30), date(2026, 11, 29)),
        (Clock.ORDERED, date(2026, 10, 28), date(2026, 11, 27)),
    ],
)
def test_a_window_runs_from_the_day_it_names(
    starts: Clock, start: date, last: date
) -> None:
    window, facts = Window(days=30, starts=starts), make_facts()

    assert window_start(facts, facts.lines[0], window) == start
    assert end(window, facts) == last
    assert past(window, facts) == (date(2026, 11, 5) - last).days


@pytest.mark.parametrize("starts", [Clock.DELIVERED, Clock.FULFILLED])
def test_a_start_that_is_not_known_leaves_the_end_open(starts: Clock) -> None:
    facts = make_facts(make_line(delivered_on=None, fulfilled_on=None))
    window = Window(days=30, starts=starts)

    assert window_start(facts, facts.lines[0], window) is None
    assert (end(window, facts), past(window, facts)) == (None, None)


def test_a_window_of_no_days_ends_on_its_first() -> None:
    facts = make_facts()

    assert end(Window(days=0), facts) == date(2026, 11, 2)
    assert past(Window(days=0), facts) == 3


def test_a_window_until_a_day_asks_for_no_start() -> None:
    facts = make_facts(make_line(delivered_on=None))
    window = Window(until=date(2026, 11, 4))

    assert end(window, facts) == date(2026, 11, 4)
    assert past(window, facts) == 1


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(0), -2),
        (timedelta(hours=24), -1),
        (timedelta(hours=24, seconds=1), 0),
        (timedelta(hours=48) - timedelta(microseconds=1), 0),
        (timedelta(hours=48), 0),
        (timedelta(hours=48, microseconds=1), 1),
        (timedelta(hours=48, minutes=1), 1),
        (timedelta(hours=72), 1),
        (timedelta(hours=72, minutes=1), 2),
    ],
)
def test_hours_are_counted_from_the_moment(after: timedelta, days: int) -> None:
    assert past(Window(hours=48), by_hours(after)) == days


@pytest.mark.parametrize(
    ("starts", "days"), [(Clock.DELIVERED, 1), (Clock.FULFILLED, 0)]
)
def test_hours_run_from_the_moment_the_window_names(starts: Clock, days: int) -> None:
    later = TEN + timedelta(hours=3)
    facts = by_hours(timedelta(hours=50), fulfilled_at=later)

    assert past(Window(hours=48, starts=starts), facts) == days


def test_hours_need_both_moments() -> None:
    window = Window(hours=48)

    assert past(window, by_hours(None)) is None
    assert past(window, by_hours(timedelta(hours=1), delivered_at=None)) is None


@pytest.mark.parametrize(
    ("hours", "last"),
    [
        (1, date(2026, 11, 3)),
        (24, date(2026, 11, 3)),
        (25, date(2026, 11, 4)),
        (48, date(2026, 11, 4)),
    ],
)
def test_the_last_day_of_hours_counts_each_begun_day(hours: int, last: date) -> None:
    assert end(Window(hours=hours), make_facts()) == last


SHORT, LONG = Window(days=1), Window(days=60)
RULED = make_core(
    windows=(
        WindowRule(id="gifts", guard=Guard(GIFT), window=SHORT),
        WindowRule(id="vips", guard=Guard(VIP), window=LONG),
    )
)
Answer = bool | None


def picked(policy: Policy, gift: Answer, vip: Answer) -> Window | None:
    """Pick a window by two flags."""
    return window_of(policy, {"gift_card": gift, "business": vip})


@pytest.mark.parametrize(
    ("gift", "vip", "window"),
    [
        (True, True, SHORT),
        (True, None, SHORT),
        (False, True, LONG),
        (False, False, Window(days=30)),
        (None, True, None),
        (None, False, None),
        (False, None, None),
        (None, None, None),
    ],
)
def test_the_first_rule_that_surely_holds_gives_the_window(
    gift: Answer, vip: Answer, window: Window | None
) -> None:
    assert picked(RULED, gift, vip) == window


def test_a_rule_in_doubt_does_not_matter_where_the_windows_are_alike() -> None:
    rule = WindowRule(id="gifts", guard=Guard(GIFT), window=Window(days=30))
    policy = make_core(windows=(rule,))

    assert picked(policy, None, None) == Window(days=30)


def test_the_days_come_from_the_window_of_the_item() -> None:
    facts = make_facts()
    line: Line = facts.lines[0]

    def late(gift: Answer, vip: Answer) -> tuple[int | None, date | None]:
        values = {"gift_card": gift, "business": vip}
        days = days_past_window(facts, line, RULED, values)
        return days, window_end(facts, line, RULED, values)

    assert late(True, None) == (2, date(2026, 11, 3))
    assert late(False, True) == (-57, date(2027, 1, 1))
    assert late(False, False) == (-27, date(2026, 12, 2))
    assert late(False, None) == (None, None)


def test_windows_of_another_kind_that_end_alike_are_no_doubt() -> None:
    until = Window(until=date(2026, 12, 2))
    rule = WindowRule(id="gifts", guard=Guard(GIFT), window=until)
    policy, facts = make_core(windows=(rule,)), make_facts()
    values = {"gift_card": None}

    assert window_of(policy, values) is None
    assert window_end(facts, facts.lines[0], policy, values) == date(2026, 12, 2)
    assert days_past_window(facts, facts.lines[0], policy, values) == -27
