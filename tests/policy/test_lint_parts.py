"""Windows, seasons, fees and offers that never count, and near misses."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.linting.remark import Severity
from tests.builders import make_clause
from tests.policy.test_lint import IN_TIME, LATE_CARD, approve, both, found, linted


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


def offer(**changes: Any) -> dict[str, Any]:
    """Make an offer of a code with a refusal."""
    code = {"id": "code", "remedy": "code", "percent": 10, "expires_after_days": 30}
    return {**code, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"when": both(LATE_CARD, {"fact": "gift_card", "equals": False})},
        {"when": {"fact": "days_past_window", "at_most": 0}},
    ],
)
def test_it_finds_an_offer_that_is_never_made(changes: dict[str, Any]) -> None:
    remarks = linted(make_clause(), IN_TIME, offers=[offer(**changes)])

    assert found(remarks) == [("offer_never", "offers.0")]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"when": {"fact": "days_past_window", "at_most": 1}},
        {"when": {"fact": "days_past_window", "at_most": 0}, "on": ["approve"]},
    ],
)
def test_it_leaves_an_offer_that_may_be_made(changes: dict[str, Any]) -> None:
    assert linted(make_clause(), IN_TIME, offers=[offer(**changes)]) == ()


def test_it_finds_an_offer_where_every_refusal_rules_offers_out() -> None:
    silent = make_clause(offer=False)
    remarks = linted(silent, IN_TIME, offers=[offer()])

    assert found(remarks) == [("offer_never", "offers.0")]
