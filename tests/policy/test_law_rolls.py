"""Statutory periods that end on a day off: how far they roll, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.days import Calendar, EndRoll, Span
from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.facts import Line
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import ChangeOfMind, Extension, Right
from tests.builders import make_facts, make_line, make_pack
from tests.policy.test_days import CALENDARS, MONDAY, SPANS

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
INFORMED = frozenset({"informed_of_right"})
SPAN = Span(days=14, end_roll=EndRoll.NEXT_WORKING_DAY)
LONGER = Extension(needs=INFORMED, months=12, restart=SPAN, cites="s 10")
RIGHT = ChangeOfMind(right=Right.STATUTORY, cites="s 9", span=SPAN, not_informed=LONGER)


def asked(right: ChangeOfMind, line: Line | None = None, **changes: Any) -> Finding:
    """Ask a pack with the given right about a request, with a plain calendar."""
    facts = make_facts(line or make_line(), **changes)
    packs = (make_pack(change_of_mind=right),)
    return best(ask_law(facts, facts.lines[0], packs, (Calendar(),)))


SATURDAY = date(2026, 11, 7)


@given(span=SPANS, calendar=CALENDARS | st.none(), after=st.integers(-1, 200))
def test_only_a_roll_adds_what_comes_after_the_last_day(
    span: Span, calendar: Calendar | None, after: int
) -> None:
    day = MONDAY + timedelta(days=after)
    last = span.last_day(MONDAY, calendar or Calendar())
    rolls = span.end_roll is EndRoll.NEXT_WORKING_DAY

    assert span.rolled(MONDAY, day, calendar) is (day > last)
    assert rolls or not (span.holds(MONDAY, day, calendar) and day > last)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        # 21 November is a Saturday: the first period ends on the 23rd, and so does the
        # year. Who is told on that day has 14 days more.
        (date(2027, 11, 23), CANNOT_TELL),
        (date(2027, 12, 7), CANNOT_TELL),
        (date(2027, 12, 8), SILENT),
    ],
)
def test_the_longer_period_begins_where_the_first_one_ended(
    day: date, says: Says
) -> None:
    line = make_line(delivered_on=SATURDAY)

    assert asked(RIGHT, line, requested_on=day).says is says


@pytest.mark.parametrize(
    ("rolls", "says"),
    [
        (Sureness.MEMORY, CANNOT_TELL),
        (Sureness.SECONDARY, SPEAKS),
        (Sureness.TEXT, SPEAKS),
    ],
)
def test_a_day_that_a_remembered_roll_adds_entitles_nobody(
    rolls: Sureness, says: Says
) -> None:
    right = replace(RIGHT, rolls=rolls)
    line = make_line(delivered_on=SATURDAY)
    rolled = asked(right, line, requested_on=date(2026, 11, 23))

    assert (rolled.says, rolled.sure) == (says, rolls)
    assert asked(right, line, requested_on=date(2026, 11, 21)).says is SPEAKS


@pytest.mark.parametrize(
    ("rolls", "says"), [(Sureness.MEMORY, CANNOT_TELL), (Sureness.TEXT, SPEAKS)]
)
def test_a_remembered_roll_entitles_nobody_in_a_longer_period(
    rolls: Sureness, says: Says
) -> None:
    told = replace(RIGHT, rolls=rolls)
    whole = Extension(needs=INFORMED, whole=replace(SPAN, days=89), cites="s 10")
    untold = replace(told, not_informed=whole)
    # Told on a Saturday; and 89 days that end on a Saturday.
    restarted: dict[str, Any] = {"informed_on": date(2027, 3, 6)}
    ended: dict[str, Any] = {"lacking": INFORMED}

    assert asked(told, requested_on=date(2027, 3, 22), **restarted).says is says
    assert asked(told, requested_on=date(2027, 3, 20), **restarted).says is SPEAKS
    assert asked(untold, requested_on=date(2027, 2, 1), **ended).says is says
    assert asked(untold, requested_on=date(2027, 1, 30), **ended).says is SPEAKS
