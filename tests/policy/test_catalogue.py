"""The facts that a clause may ask for."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from plugin.policy.catalogue import CATALOGUE, Kind, window_end, window_start
from plugin.policy.facts import Facts, Line
from plugin.policy.money import Money
from plugin.policy.terms import Clock, Window
from tests.builders import make_facts, make_line, make_place

WINDOW = Window(days=30)
LINE = make_line(product_tags=frozenset({"sale"}), price=Money.of("25.00", "USD"))
FACTS = make_facts(
    LINE,
    places=(make_place("DE"), make_place("FR")),
    order_tags=frozenset({"gift"}),
    customer_tags=frozenset({"vip"}),
)
VALUES = {
    "days_since_delivery": 3,
    "days_since_fulfillment": 6,
    "days_since_order": 8,
    "days_past_window": -27,
    "product_tags": frozenset({"sale"}),
    "product_type": "mug",
    "vendor": "potter",
    "gift_card": False,
    "note_tells_fault": False,
    "reason": "unwanted",
    "price": 2500,
    "country": "DE",
    "order_tags": frozenset({"gift"}),
    "customer_tags": frozenset({"vip"}),
    "customer_orders": 3,
    "customer_returns": 0,
}


def test_every_fact_is_read() -> None:
    read = {n: known.reads(FACTS, LINE, WINDOW) for n, known in CATALOGUE.items()}

    assert read == VALUES


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - {"days_since_order"}))
def test_a_fact_that_is_not_known_is_none(name: str) -> None:
    kept = {"id", "title", "quantity", "requested_on", "ordered_on", "lines"}
    unknown = [f.name for f in fields(Line) if f.name not in kept | {"proven"}]
    line = make_line(**dict.fromkeys(unknown))
    rest = {"places", "practice", "complete", *kept}
    empty = [f.name for f in fields(Facts) if f.name not in rest]
    facts = make_facts(line, places=(), **dict.fromkeys(empty))

    assert CATALOGUE[name].reads(facts, line, WINDOW) is None


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [("25.00", "USD", 2500), ("2500", "JPY", 2500), ("2.5", "KWD", 2500)],
)
def test_a_price_is_in_the_smallest_unit(
    amount: str, currency: str, price: int
) -> None:
    line = make_line(price=Money.of(amount, currency))

    assert CATALOGUE["price"].reads(make_facts(line), line, WINDOW) == price


@pytest.mark.parametrize(
    ("starts", "start", "end"),
    [
        (Clock.DELIVERED, date(2026, 11, 2), date(2026, 12, 2)),
        (Clock.FULFILLED, date(2026, 10, 30), date(2026, 11, 29)),
        (Clock.ORDERED, date(2026, 10, 28), date(2026, 11, 27)),
    ],
)
def test_the_window_runs_from_the_day_the_policy_names(
    starts: Clock, start: date, end: date
) -> None:
    window = Window(days=30, starts=starts)

    assert window_start(FACTS, LINE, window) == start
    assert window_end(FACTS, LINE, window) == end


def test_every_fact_has_a_kind_and_a_meaning() -> None:
    for name, known in CATALOGUE.items():
        assert known.name == name
        assert isinstance(known.kind, Kind)
        assert known.meaning
