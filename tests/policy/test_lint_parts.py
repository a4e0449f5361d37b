"""Windows, seasons and fees that never count, and near misses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.policy.linting.lint import lint
from plugin.policy.linting.remark import Severity
from tests.builders import make_clause, make_policy
from tests.policy.test_lint import (
    IN_TIME,
    LATE,
    LATE_CARD,
    approve,
    both,
    found,
    linted,
)


def window(id: str, **when: Any) -> dict[str, Any]:
    """Make a window rule of 10 days."""
    return {"id": id, "days": 10, "when": when}


def test_it_finds_a_window_that_no_item_gets() -> None:
    dear = window("dear", fact="price", at_least=100)
    dearer = window("dearer", fact="price", at_least=200)

    assert found(linted(make_clause(), IN_TIME, windows=[dear, dearer])) == [
        ("unused_window", "windows.1")
    ]
    assert found(linted(make_clause(), IN_TIME, windows=[dearer, dear])) == []


def test_it_says_that_no_rule_asks_for_the_window() -> None:
    when = {"fact": "days_since_delivery", "at_most": 30}
    (remark,) = linted(approve("early", when))

    assert (remark.kind, remark.where) == ("unused_window", "window")
    assert remark.severity is Severity.HINT


def test_it_finds_a_season_that_never_counts() -> None:
    never = both({"fact": "gift_card", "equals": True}, {"not": LATE_CARD})
    season = {"id": "vip", "add_days": 10, "when": never}

    assert found(linted(make_clause(), IN_TIME, seasons=[season])) == [
        ("season_never", "seasons.0")
    ]
    sound = {**season, "when": LATE_CARD}
    assert found(linted(make_clause(), IN_TIME, seasons=[sound])) == []


def test_it_finds_a_fee_that_is_never_kept() -> None:
    flat = {"amount": "5.00", "currency": "EUR"}
    never = both(LATE_CARD, {"fact": "gift_card", "equals": False})
    fee = {"id": "fee", "flat": flat}
    tiers = {
        "id": "tiered",
        "by": "used_percent",
        "tiers": [{"at_least": 101, "flat": flat}],
    }

    assert found(linted(make_clause(), IN_TIME, fees=[{**fee, "when": never}])) == [
        ("unused_fee", "fees.0")
    ]
    assert found(linted(make_clause(), IN_TIME, fees=[fee, tiers])) == [
        ("unused_fee", "fees.1")
    ]


@pytest.mark.parametrize(
    ("season", "window", "adds"),
    [
        ({"until": "11-05"}, {"days": 30}, False),
        ({"until": "12-01"}, {"days": 30}, False),
        ({"until": "12-02"}, {"days": 30}, True),
        ({"until": "11-03"}, {"hours": 48}, False),
        ({"until": "11-04"}, {"hours": 48}, True),
        ({"starts_on": "11-01"}, {"days": 30}, False),
        ({"starts_on": "11-02"}, {"days": 30}, True),
        ({"until": "2026-12-31"}, {"days": 30}, True),
        ({"until": "12-31"}, {"until": "2026-12-30"}, True),
        ({"add_days": 1}, {"days": 3650}, True),
    ],
)
def test_it_finds_a_season_that_adds_nothing(
    season: dict[str, Any], window: dict[str, Any], adds: bool
) -> None:
    ends = {"ordered_from": "11-01", "ordered_to": "12-24"}
    rule = {"id": "holidays", **ends, **season}
    remarks = linted(make_clause(), IN_TIME, seasons=[rule], window=window)

    assert found(remarks) == ([] if adds else [("season_never", "seasons.0")])
    assert [r.message for r in remarks] == ([] if adds else [ADDS_NOTHING])


ADDS_NOTHING = "`holidays` never counts: the window ends as late without it."


@pytest.mark.parametrize(
    ("season", "adds"),
    [
        ({"ordered_from": "2026-11-01", "until": "2026-11-20"}, False),
        ({"ordered_from": "2026-11-01", "until": "2026-12-02"}, True),
        ({"ordered_from": "2026-11-01", "until": "11-20"}, False),
    ],
)
def test_it_knows_a_season_of_one_year(season: dict[str, Any], adds: bool) -> None:
    rule = {"id": "holidays", "ordered_to": "2026-11-10", **season}

    assert found(linted(make_clause(), IN_TIME, seasons=[rule])) == (
        [] if adds else [("season_never", "seasons.0")]
    )


def test_a_season_may_add_to_one_of_several_windows() -> None:
    rule = {
        "id": "holidays",
        "ordered_from": "11-01",
        "ordered_to": "12-24",
        "until": "11-20",
    }
    cards = window("cards", **LATE_CARD)

    assert found(linted(make_clause(), IN_TIME, seasons=[rule], windows=[cards])) == []


def test_it_counts_the_leap_day_of_a_season() -> None:
    rule = {"id": "spring", "ordered_from": "02-29", "ordered_to": "03-10"}
    clauses = (make_clause(), IN_TIME)

    def kinds(until: str) -> list[tuple[str, str]]:
        return found(linted(*clauses, seasons=[{**rule, "until": until}]))

    assert kinds("03-30") == [("season_never", "seasons.0")]
    assert kinds("03-31") == []


def test_it_finds_a_fee_of_nothing_that_is_approved() -> None:
    flat = {"amount": "5.00", "currency": "EUR"}
    late = {"id": "fee", "flat": flat, "when": LATE}
    (remark,) = linted(make_clause(), IN_TIME, fees=[late])
    card = {**late, "when": LATE_CARD}

    assert (remark.kind, remark.where) == ("unused_fee", "fees.0")
    assert remark.message == (
        "`fee` never counts: nothing that the policy approves can meet its condition."
    )
    assert linted(make_clause(), IN_TIME, fees=[card]) == ()
    assert found(linted(make_clause(), fees=[late])) == [("no_default", "default")]


def test_a_fee_may_be_kept_of_what_the_default_approves() -> None:
    flat = {"amount": "5.00", "currency": "EUR"}
    late = {"id": "fee", "flat": flat, "when": LATE}
    cards = approve("cards", LATE_CARD)

    assert found(linted(cards, default="approve", fees=[late])) == []
    assert found(linted(make_clause(), default="approve", fees=[late])) == [
        ("unused_fee", "fees.0")
    ]


def test_it_finds_a_window_that_is_over() -> None:
    old = {"until": "2026-05-31"}
    rule = {"id": "cards", **old, "when": LATE_CARD}
    policy = make_policy(
        schema=2, window=old, windows=[rule, {**rule, "id": "b", "until": "2026-06-01"}]
    )
    remarks = [
        remark
        for remark in lint(policy, {}, ("en",), today=date(2026, 6, 1))
        if remark.kind == "window_over"
    ]

    assert [(r.where, r.message) for r in remarks] == [
        ("window.until", "This window ended on 2026-05-31: every item is late."),
        ("windows.0.until", "This window ended on 2026-05-31: every item is late."),
    ]
    assert "window_over" not in [r.kind for r in lint(policy, {}, ("en",))]
