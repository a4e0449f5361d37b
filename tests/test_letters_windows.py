"""Letters: a clause says its window, whatever the window's shape."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from plugin.letters.windows import window_marks
from plugin.policy.facts import Facts
from plugin.policy.terms import Terms
from tests.builders import make_clause, make_facts, make_line, make_policy, make_terms
from tests.letters import LATE, WORDS, told, write

ALL = "{window_days}, {window_hours}, {window_end}, {window_start}"
MOMENTS = make_facts(
    make_line(delivered_at=datetime(2026, 11, 2, 9, tzinfo=UTC)),
    requested_at=datetime(2026, 11, 5, 12, tzinfo=UTC),
)


def windowed(window: dict[str, Any], **changes: Any) -> Terms:
    """Make terms with a window of a shape, and a clause that says all of it."""
    clauses = [make_clause(text={"en": ALL})]
    return make_terms(policy=make_policy(window=window, clauses=clauses, **changes))


@pytest.mark.parametrize(
    ("facts", "window", "said"),
    [
        (LATE, {"days": 30}, "30, 720, 8 November 2026, delivery"),
        (MOMENTS, {"hours": 48}, "2, 48, 4 November 2026, delivery"),
        (MOMENTS, {"hours": 49}, "3, 49, 5 November 2026, delivery"),
        (LATE, {"until": "2026-10-31"}, "22, 528, 31 October 2026, delivery"),
        (LATE, {"until": "2026-10-09"}, "0, 0, 9 October 2026, delivery"),
        (
            LATE,
            {"until": "2026-10-08"},
            "8 October 2026, 8 October 2026, 8 October 2026, delivery",
        ),
        (LATE, {"days": 3, "starts": "ordered"}, "3, 72, 31 October 2026, the order"),
    ],
)
def test_it_fills_every_placeholder(
    facts: Facts, window: dict[str, Any], said: str
) -> None:
    assert f"“{said}”" in write(facts, windowed(window)).text


@pytest.mark.parametrize(
    ("window", "end"),
    [
        ({"days": 30}, "30 days after delivery"),
        ({"hours": 48}, "48 hours after delivery"),
        ({"until": "2026-10-31"}, "31 October 2026"),
    ],
)
def test_it_says_how_the_window_counts_where_the_day_is_not_known(
    window: dict[str, Any], end: str
) -> None:
    line = make_line(delivered_on=None)
    policy = windowed(window).policy

    marks = window_marks(make_facts(line), line, policy, WORDS["en"])

    assert marks["window_end"] == end
    assert all("{" not in mark for mark in marks.values())


def test_it_tells_the_longer_end_that_a_season_gave() -> None:
    season = {
        "id": "holidays",
        "ordered_from": "2026-10-01",
        "ordered_to": "2026-12-24",
        "until": "2026-11-15",
    }
    terms = make_terms(policy=make_policy(schema=2, offers=[], seasons=[season]))

    assert told(LATE, terms, "en") == (
        "Returns were possible until 15 November 2026; you sent your request on"
        " 23 November 2026."
    )


def test_it_tells_the_hours_where_hours_count() -> None:
    assert told(MOMENTS, windowed({"hours": 48}), "en") == (
        "Hours from delivery to your request: 75."
    )


def test_it_tells_the_window_of_the_item_itself() -> None:
    rule = {
        "id": "mugs",
        "when": {"fact": "product_type", "equals": "Mug"},
        "days": 1,
        "starts": "ordered",
    }
    terms = windowed({"days": 30}, schema=2, offers=[], windows=[rule])
    facts = replace(LATE, ordered_on=date(2026, 10, 28))

    assert "“1, 24, 29 October 2026, the order”" in write(facts, terms).text
