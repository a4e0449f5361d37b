"""Links: which facts of a policy hang together, and how."""

from __future__ import annotations

import pytest

from plugin.policy.catalogue import WINDOW
from plugin.policy.linting.links import links_of, plain_start
from tests.builders import make_policy

RETURNS, ITEMS, OFFERS = (
    f"customer_{what}_in_30_days" for what in ("returns", "items", "offers")
)
YEAR = "customer_returns_in_365_days"


def test_facts_of_one_matter_are_one_group() -> None:
    groups = links_of(make_policy(), (RETURNS, ITEMS, OFFERS)).groups

    assert groups["days_since_delivery"] == groups["days_since_order"] == "days"
    assert groups[WINDOW] == "days"
    assert groups["price"] == groups["kept_value"] == groups["order_total"] == "money"
    assert groups[RETURNS] == groups[ITEMS] == "returns"
    assert groups[OFFERS] == "offers"


def test_a_history_that_is_not_known_is_not_known_of_all_its_facts() -> None:
    together = links_of(make_policy(), (RETURNS, ITEMS, OFFERS)).together

    assert together[RETURNS] == together[ITEMS] == "returns"
    assert together[OFFERS] == "offers"
    assert together[WINDOW] == together["days_since_delivery"] == "window"


def test_what_was_paid_is_at_least_each_part_of_it() -> None:
    links = links_of(make_policy(), ("price", "order_total"))

    assert links.allow({"price": 5, "order_total": 5}, "price")
    assert not links.allow({"price": 6, "order_total": 5}, "price")
    assert not links.allow({"kept_value": 6, "order_total": 5}, "order_total")
    assert links.allow({"price": 6, "order_total": None}, "price")


@pytest.mark.parametrize(
    ("values", "sound"),
    [
        ({YEAR: 2, RETURNS: 2}, True),
        ({YEAR: 1, RETURNS: 2}, False),
        ({ITEMS: 2, RETURNS: 2}, True),
        ({ITEMS: 1, RETURNS: 2}, False),
        ({OFFERS: 1, RETURNS: 2}, True),
    ],
)
def test_a_longer_past_holds_at_least_as_much(
    values: dict[str, int], sound: bool
) -> None:
    links = links_of(make_policy(), (YEAR, RETURNS, ITEMS, OFFERS))

    assert all(links.allow(values, name) for name in values) is sound


@pytest.mark.parametrize(
    ("window", "start"),
    [
        ({"days": 30}, "days_since_delivery"),
        ({"days": 30, "starts": "ordered"}, "days_since_order"),
        ({"hours": 48}, None),
        ({"until": "2027-01-31"}, None),
    ],
)
def test_the_only_window_counts_from_one_fact(
    window: dict[str, object], start: str | None
) -> None:
    assert plain_start(make_policy(window=window)) == start
