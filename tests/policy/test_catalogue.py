"""The facts that a clause may ask for."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from plugin.policy.catalogue import CATALOGUE, WINDOW, Kind, known
from plugin.policy.facts import CONDITIONS, METHODS, Facts, Line, Place
from plugin.policy.money import Money
from tests.builders import make_facts, make_line, make_place

TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)
LINE = make_line(
    product_tags=frozenset({"sale"}),
    price=Money.of("25.00", "USD"),
    product_type="Mug",
    vendor="Potter",
    fulfilled_at=TEN - timedelta(days=3),
    delivered_at=TEN,
    discount_percent=20,
    condition=frozenset({"worn"}),
    used_percent=5,
    photos=2,
    videos=1,
    receipts=0,
)
FACTS = make_facts(
    LINE,
    places=(make_place("DE-BY"), make_place("FR")),
    order_tags=frozenset({"gift"}),
    customer_tags=frozenset({"vip"}),
    customer_orders=3,
    customer_returns=2,
    requested_at=TEN + timedelta(hours=71, minutes=1),
    ordered_at=TEN - timedelta(days=5),
    channel="web",
    payment_methods=frozenset({"shop_pay"}),
    business=True,
    order_total=Money.of("80.00", "USD"),
    return_method="mail",
    delivery_refused=False,
)
VALUES = {
    "business": True,
    "channel": "web",
    "country": "DE",
    "customer_orders": 3,
    "customer_return_percent": 66,
    "customer_returns": 2,
    "customer_tags": frozenset({"vip"}),
    "days_past_window": None,
    "days_since_delivery": 3,
    "days_since_fulfillment": 6,
    "days_since_order": 8,
    "delivery_refused": False,
    "discount_percent": 20,
    "gift_card": False,
    "hours_since_delivery": 72,
    "hours_since_fulfillment": 144,
    "hours_since_order": 192,
    "item_condition": frozenset({"worn"}),
    "kept_value": 5500,
    "note_tells_fault": False,
    "order_tags": frozenset({"gift"}),
    "order_total": 8000,
    "payment_methods": frozenset({"shop_pay"}),
    "photos": 2,
    "price": 2500,
    "product_tags": frozenset({"sale"}),
    "product_type": "mug",
    "reason": "unwanted",
    "receipts": 0,
    "region": "BY",
    "return_method": "mail",
    "used_percent": 5,
    "vendor": "potter",
    "videos": 1,
}


def read(name: str, facts: Facts, line: Line | None = None) -> object:
    """Read a fact of the first line, or of another."""
    return known(name).reads(facts, line or facts.lines[0])


def test_every_fact_is_read() -> None:
    found = {name: fact.reads(FACTS, LINE) for name, fact in CATALOGUE.items()}

    assert found == VALUES
    assert list(CATALOGUE) == sorted(CATALOGUE)


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - {"days_since_order"}))
def test_a_fact_that_is_not_known_is_none(name: str) -> None:
    given = {"id", "title", "quantity", "requested_on", "ordered_on", "lines"}
    empty = {"proven", "disproven", "practice", "lacking", "places", "complete"}
    unknown = [f.name for f in fields(Line) if f.name not in given | empty]
    line = make_line(**dict.fromkeys(unknown))
    rest = [f.name for f in fields(Facts) if f.name not in given | empty]
    facts = make_facts(line, places=(), **dict.fromkeys(rest))

    assert read(name, facts) is None


def read_anew(word: str) -> str:
    """Make a word as one that was just read: equal, but no longer the same."""
    return "".join(word)


def test_a_place_that_nobody_knows_is_no_country() -> None:
    facts = make_facts(places=(Place(country=read_anew("ZZ")),))

    assert (read("country", facts), read("region", facts)) == (None, None)


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [("25.00", "USD", 2500), ("2500", "JPY", 2500), ("2.5", "KWD", 2500)],
)
def test_amounts_are_in_the_smallest_unit(
    amount: str, currency: str, price: int
) -> None:
    line = make_line(price=Money.of(amount, currency))
    facts = make_facts(line, order_total=Money.of(amount, currency))

    assert (read("price", facts), read("order_total", facts)) == (price, price)
    assert read("kept_value", facts) == 0


def test_what_is_kept_is_the_order_without_all_that_comes_back() -> None:
    back = Money.of("30.00", read_anew("USD"))
    lines = [make_line(id=id, price=back) for id in "ab"]
    facts = make_facts(*lines, order_total=Money.of("100.00", "USD"))

    assert [read("kept_value", facts, line) for line in lines] == [4000, 4000]


@pytest.mark.parametrize(
    ("prices", "total"),
    [
        (("30.00 USD", None), "100.00 USD"),
        (("30.00 USD", "30.00 EUR"), "100.00 USD"),
        (("30.00 USD", "30.00 USD"), None),
        (("30.00 USD", "30.00 USD"), "100.00 EUR"),
    ],
)
def test_what_is_kept_needs_every_amount_in_one_currency(
    prices: tuple[str | None, ...], total: str | None
) -> None:
    lines = [make_line(price=p and Money.of(*p.split())) for p in prices]
    facts = make_facts(*lines, order_total=total and Money.of(*total.split()))

    assert read("kept_value", facts) is None


@pytest.mark.parametrize(
    ("orders", "returns", "percent"),
    [(3, 1, 33), (3, 3, 100), (2, 5, 250), (1, 0, 0), (0, 0, None), (None, 1, None)],
)
def test_the_share_of_returns_is_rounded_down(
    orders: int | None, returns: int, percent: int | None
) -> None:
    facts = make_facts(customer_orders=orders, customer_returns=returns)

    assert read("customer_return_percent", facts) == percent


@pytest.mark.parametrize(
    ("after", "hours"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=1), 1),
        (timedelta(hours=1), 1),
        (timedelta(hours=48), 48),
        (timedelta(hours=48, minutes=1), 49),
        (timedelta(hours=-1), -1),
    ],
)
def test_hours_count_once_they_were_begun(after: timedelta, hours: int) -> None:
    line = make_line(delivered_at=TEN, fulfilled_at=TEN)
    facts = make_facts(line, requested_at=TEN + after, ordered_at=TEN)
    names = ("delivery", "fulfillment", "order")

    assert [read(f"hours_since_{name}", facts) for name in names] == [hours] * 3


@pytest.mark.parametrize("name", ["delivered_at", "fulfilled_at"])
def test_hours_need_the_moment_of_the_request_and_of_the_event(name: str) -> None:
    fact = {"delivered_at": "hours_since_delivery"}.get(name, "hours_since_fulfillment")
    line = make_line(**{name: TEN})

    assert read(fact, make_facts(line)) is None
    assert read(fact, make_facts(requested_at=TEN)) is None
    assert read(fact, make_facts(line, requested_at=TEN)) == 0


def test_every_fact_has_a_kind_and_words() -> None:
    for name, fact in CATALOGUE.items():
        assert fact.name == name
        assert isinstance(fact.kind, Kind)
        assert fact.meaning
        assert fact.source
        assert fact.unknown
        assert fact.unit or fact.kind is not Kind.NUMBER


def test_a_value_is_of_its_facts_kind() -> None:
    kinds = {
        Kind.NUMBER: int,
        Kind.TEXT: str,
        Kind.SET: frozenset,
        Kind.FLAG: bool,
    }

    for name, value in VALUES.items():
        assert name == WINDOW or type(value) is kinds[CATALOGUE[name].kind]


def test_some_facts_take_only_certain_words() -> None:
    chosen = {n: fact.choices for n, fact in CATALOGUE.items() if fact.choices}

    assert chosen == {"item_condition": CONDITIONS, "return_method": METHODS}
