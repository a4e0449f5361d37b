"""Windows and seasons in a policy document: built, or refused by path."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.policy.clauses import ALWAYS
from plugin.policy.conditions import Operator
from plugin.policy.conditions import Test as Comparison
from plugin.policy.terms import Clock, Window, YearDay
from tests.builders import between, errors_of, faults_of, make_document, policy_of

GIFT = {"fact": "gift_card", "equals": True}
IS_GIFT = Comparison(fact="gift_card", operator=Operator.EQUALS, value=True)
WINDOW = {"id": "gifts", "days": 3, "when": GIFT}
SEASON = {"id": "season", "add_days": 3}

Errors = dict[str, list[str]]


def test_a_rule_may_have_a_window_of_its_own() -> None:
    hours = {"id": "food", "hours": 48, "starts": "fulfilled", "when": GIFT}
    until = {"id": "sale", "until": "2026-12-24", "when": GIFT}
    rules = policy_of(windows=[WINDOW, hours, until]).windows

    assert [(rule.id, rule.window) for rule in rules] == [
        ("gifts", Window(days=3)),
        ("food", Window(hours=48, starts=Clock.FULFILLED)),
        ("sale", Window(until=date(2026, 12, 24))),
    ]
    assert [rule.guard.when for rule in rules] == [IS_GIFT] * 3


LENGTHS = ["give exactly one of `days`, `hours`, `until`"]
FAR = ["give a day from 1970 to 2200, such as 2026-01-31"]
A_DATE = ["give a date as 2026-01-31"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"hours": 3}, {"": LENGTHS}),
        ({"days": None}, {"days": ["nothing is given here; give a value"]}),
        ({"days": 3651}, {"days": between(0, 3650)}),
        ({"when": None}, {"when": ["nothing is given here; give a value"]}),
        ({"id": "Gifts"}, {"id": ["use kebab-case, as `in-time`"]}),
    ],
)
def test_it_names_the_fault_in_a_window_rule(
    changes: dict[str, Any], errors: Errors
) -> None:
    assert faults_of("windows", {**WINDOW, **changes}) == errors


@pytest.mark.parametrize(
    ("window", "errors"),
    [
        ({"hours": 0}, {"window.hours": between(1, 8760)}),
        ({"hours": 8761}, {"window.hours": between(1, 8760)}),
        (
            {"hours": 24, "starts": "ordered"},
            {
                "window.starts": [
                    "hours run from `delivered` or `fulfilled`; use days from the order"
                ]
            },
        ),
        ({"until": "2026-02-30"}, {"window.until": A_DATE}),
        ({"until": "soon"}, {"window.until": A_DATE}),
        ({"until": 20260101}, {"window.until": A_DATE}),
        ({"until": "1969-12-31"}, {"window.until": FAR}),
        ({"until": "2200-12-31"}, {}),
        ({"until": "2201-01-01"}, {"window.until": FAR}),
    ],
)
def test_it_names_the_fault_in_a_window(window: dict[str, Any], errors: Errors) -> None:
    assert errors_of(make_document(window=window)) == errors


def test_a_season_has_its_ends_and_what_it_gives() -> None:
    yearly = {
        "id": "winter",
        "ordered_from": "11-01",
        "ordered_to": "02-29",
        "until": "03-31",
    }
    dated = {
        "id": "once",
        "when": GIFT,
        "ordered_from": date(2026, 11, 1),
        "ordered_to": "2026-12-24",
        "starts_on": "2026-12-26",
    }
    winter, once, more = policy_of(seasons=[yearly, dated, SEASON]).seasons

    assert (winter.ordered_from, winter.ordered_to, winter.until) == (
        YearDay(11, 1),
        YearDay(2, 29),
        YearDay(3, 31),
    )
    assert (once.ordered_from, once.ordered_to, once.starts_on) == (
        date(2026, 11, 1),
        date(2026, 12, 24),
        date(2026, 12, 26),
    )
    assert (more.ordered_from, more.ordered_to, more.add_days) == (None, None, 3)
    assert (winter.guard, once.guard.when) == (ALWAYS, IS_GIFT)


GIVES = ["give exactly one of `add_days`, `until`, `starts_on`"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"until": "12-24"}, {"": GIVES}),
        ({"add_days": 0}, {"add_days": between(1, 3650)}),
        (
            {"ordered_from": "11-01"},
            {"": ["give both `ordered_from` and `ordered_to`"]},
        ),
        (
            {"ordered_from": "11-01", "ordered_to": "2026-12-01"},
            {"": ['give both ends as dates, or both as "11-01"']},
        ),
        (
            {"ordered_from": "2026-12-01", "ordered_to": "2026-11-30"},
            {"ordered_to": ["give a day after `ordered_from`"]},
        ),
        ({"ordered_from": "13-01", "ordered_to": "12-01"}, {"ordered_from": A_DATE}),
    ],
)
def test_it_names_the_fault_in_a_season(
    changes: dict[str, Any], errors: Errors
) -> None:
    assert faults_of("seasons", {**SEASON, **changes}) == errors


def test_a_season_has_to_give_something() -> None:
    assert faults_of("seasons", {"id": "season"}) == {"": GIVES}
    assert faults_of("seasons", {"id": "season", "until": "02-30"}) == {"until": A_DATE}
