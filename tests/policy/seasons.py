"""Seasons to try, and the last day of a window in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from plugin.policy.clauses import ALWAYS
from plugin.policy.terms import Season, Window, YearDay
from plugin.policy.windows import window_end
from tests.builders import make_facts, make_line
from tests.policy.parts import make_core

NOVEMBER, NEW_YEAR = YearDay(11, 1), YearDay(1, 10)
LEAP = YearDay(2, 29)


def season(id: str = "season", **parts: Any) -> Season:
    """Make a season for everybody, of every order unless told otherwise."""
    return Season(**{"id": id, "guard": ALWAYS, **parts})


def last_day(
    *seasons: Season, ordered: date, delivered: date | None = None, days: int = 30
) -> date | None:
    """Name the last day of a window from the delivery, on the order's day if open."""
    policy = make_core(window=Window(days=days), seasons=seasons)
    line = make_line(delivered_on=delivered or ordered)
    facts = make_facts(line, ordered_on=ordered)
    return window_end(facts, line, policy, {})
