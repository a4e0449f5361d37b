"""Examples: a request made from values reads as those values again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from plugin.policy.catalogue import CATALOGUE, WINDOW, known
from plugin.policy.linting.example import (
    EXAMPLE_DAY,
    MOST_TRIES,
    reads_as,
    request,
    shown,
    tries,
)
from plugin.policy.linting.example_parts import MOST_PAST, offers_of, returns_of
from plugin.policy.money import Money
from tests.builders import make_policy

CARD = {"fact": "gift_card", "equals": True}
SAMPLES: Mapping[str, object] = {
    "number": 7,
    "text": "word",
    "set": frozenset({"one", "two"}),
    "flag": True,
}


@pytest.mark.parametrize("name", [*CATALOGUE, "customer_items_in_20_days"])
def test_it_makes_a_request_with_any_fact_of_the_catalogue(name: str) -> None:
    value = SAMPLES[known(name).kind.value]
    when = (
        {"fact": name, "contains": "used"}
        if name == "item_condition"
        else {"fact": "price", "at_least": 1}
    )
    policy = make_policy(
        clauses=[
            {"id": "one", "when": when, "then": "review"},
            {"id": "two", "when": {"fact": WINDOW, "at_least": 1}, "then": "review"},
        ]
    )

    assert request({name: value}, policy) is not None


@pytest.mark.parametrize(
    "values",
    [
        {"days_since_fulfillment": 1},
        {"days_since_order": 1},
        {"days_since_order": 20, "days_since_delivery": 3},
        {"hours_since_delivery": 30, "days_since_delivery": 2},
        {"hours_since_delivery": 30, "days_since_order": 1},
        {"hours_since_fulfillment": 100, "hours_since_delivery": 1},
        {"price": 300, "order_total": 1000},
        {"kept_value": 700},
        {"kept_value": 700, "order_total": 1000},
        {"kept_value": 700, "price": 100},
        {"region": "ON", "country": "CA"},
        {"customer_return_percent": 42, "customer_orders": 7},
        {"customer_return_percent": 30, "customer_returns": 3},
        {"customer_return_percent": 0, "customer_returns": 3},
        {"hours_since_order": 30, "hours_since_delivery": 2},
        {"customer_returns_in_10_days": 2, "customer_returns_in_90_days": 5},
        {"customer_returns_in_10_days": 2, "customer_items_in_10_days": 5},
        {"customer_items_in_10_days": 2, "customer_items_in_90_days": 5},
        {"customer_items_in_10_days": 3, "customer_returns_in_90_days": 3},
        {"customer_items_in_10_days": 0, "customer_returns_in_10_days": 0},
        {"customer_offers_in_10_days": 1, "customer_offers_in_90_days": 1},
        {"customer_orders": 0, "customer_tags": frozenset({"vip"})},
    ],
)
def test_it_makes_a_request_with_several_facts_at_once(
    values: dict[str, object],
) -> None:
    facts = request(values, make_policy())

    assert facts is not None
    assert reads_as(facts, make_policy(), values)


@pytest.mark.parametrize(
    "values",
    [
        {"kept_value": 700, "price": 400, "order_total": 1000},
        {"customer_returns_in_10_days": 5, "customer_returns_in_90_days": 2},
        {"days_since_delivery": 5, WINDOW: 1},
    ],
)
def test_it_makes_no_request_of_values_that_contradict_each_other(
    values: dict[str, object],
) -> None:
    assert request(values, make_policy()) is None


@pytest.mark.parametrize("what", ["returns", "offers"])
def test_it_makes_no_request_with_a_history_nobody_reads(what: str) -> None:
    name = f"customer_{what}_in_90_days"

    assert request({name: MOST_PAST}, make_policy()) is not None
    assert request({name: MOST_PAST + 1}, make_policy()) is None
    assert len(returns_of({name: 999_999_999}, EXAMPLE_DAY)) <= MOST_PAST
    assert len(offers_of({name: 999_999_999}, EXAMPLE_DAY)) <= MOST_PAST


def test_it_makes_one_return_of_many_items() -> None:
    facts = request({"customer_items_in_90_days": 10_000}, make_policy())

    assert facts is not None
    assert [past.items for past in facts.returns_before or ()] == [10_000]


def test_it_tries_so_many_windows_and_no_more() -> None:
    windows = [
        {"id": f"w{n}", "days": n, "when": {"fact": "price", "at_least": 10_000 - n}}
        for n in range(50)
    ]
    seasons = [{"id": f"s{n}", "add_days": n + 1, "when": CARD} for n in range(50)]

    assert tries(make_policy()) == 1
    assert tries(make_policy(windows=windows, seasons=seasons[:1])) == 100
    assert tries(make_policy(windows=windows, seasons=seasons)) == MOST_TRIES == 100


@pytest.mark.parametrize(
    "window",
    [
        {"days": 10},
        {"days": 10, "starts": "ordered"},
        {"days": 10, "starts": "fulfilled"},
        {"hours": 48},
        {"hours": 48, "starts": "fulfilled"},
        {"until": (EXAMPLE_DAY - timedelta(days=4)).isoformat()},
    ],
)
def test_it_makes_a_request_that_missed_any_window(window: dict[str, Any]) -> None:
    facts = request({WINDOW: 4}, make_policy(window=window))

    assert facts is not None
    assert reads_as(facts, make_policy(window=window), {WINDOW: 4})


def test_it_makes_a_request_that_missed_the_window_of_its_item() -> None:
    rule = {"id": "sale", "days": 5, "when": {"fact": "price", "at_least": 100}}
    season = {"id": "vip", "add_days": 7, "when": {"fact": "gift_card", "equals": True}}
    policy = make_policy(windows=[rule], seasons=[season])
    sale = request({WINDOW: 2, "price": 100, "gift_card": False}, policy)
    vip = request({WINDOW: 2, "price": 99, "gift_card": True}, policy)

    assert sale is not None
    assert vip is not None
    assert (EXAMPLE_DAY - (sale.lines[0].delivered_on or EXAMPLE_DAY)).days == 7
    assert (EXAMPLE_DAY - (vip.lines[0].delivered_on or EXAMPLE_DAY)).days == 39


def test_it_makes_prices_in_the_currencys_own_units() -> None:
    facts = request({"price": 500}, make_policy(), currency="JPY")

    assert facts is not None
    assert facts.lines[0].price == Money.of("500", "JPY")


def test_it_makes_an_ordinary_request_of_nothing() -> None:
    facts = request({}, make_policy(), requested_on=date(2026, 3, 2))

    assert facts is not None
    assert facts.requested_at == datetime.combine(date(2026, 3, 2), time(12), UTC)
    assert replace(facts, places=()).last_delivered_on == date(2026, 2, 27)


def test_it_shows_values_by_name() -> None:
    values = {"b": frozenset({"y", "x"}), "a": 1, "c": True, "d": None}

    assert shown(values) == (("a", 1), ("b", ("x", "y")), ("c", True), ("d", "None"))
