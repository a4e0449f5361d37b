"""Facts documents: what is known is read, the rest is not known, faults have paths."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from plugin.policy.facts import Facts, Line, Past, Place
from plugin.policy.money import Money
from plugin.schemas.facts import parse_facts

DAYS = {"requested_on": "2026-11-05", "ordered_on": "2026-10-28"}
USD = {"amount": "25.00", "currency": "USD"}


def make(**changes: Any) -> dict[str, Any]:
    """Make the least a facts document has to say."""
    return {**DAYS, "lines": [{}], **changes}


def read_line(**changes: Any) -> Line:
    """Read a document with one line."""
    return parse_facts(make(lines=[changes])).lines[0]


def test_only_what_is_known_has_to_be_there() -> None:
    assert parse_facts(make()) == Facts(
        requested_on=date(2026, 11, 5),
        ordered_on=date(2026, 10, 28),
        lines=(Line(id="line-1", title="Item", quantity=1),),
    )


def test_it_reads_all_of_an_item() -> None:
    line = read_line(
        id="mug",
        title="Blue mug",
        quantity="2",
        reason="defective",
        note_tells_fault=True,
        price=USD,
        discount_percent=20,
        product_tags=[" Sale ", "NEW"],
        product_type="Mug",
        vendor="Potter",
        gift_card=False,
        fulfilled_on="2026-10-30",
        fulfilled_at="2026-10-31T01:00:00+02:00",
        delivered_at="2026-11-02T10:00:00Z",
        possessed_by="2026-11-03",
        returnable=2,
        asked_before="return-1",
        repair_days=3,
        condition=["worn", "Damaged"],
        used_percent=5,
        photos=1,
        videos=0,
        receipts=2,
        proven=["delivered"],
        disproven=["unsealed_by_consumer"],
    )

    assert line == Line(
        id="mug",
        title="Blue mug",
        quantity=2,
        reason="defective",
        note_tells_fault=True,
        price=Money.of("25.00", "USD"),
        discount_percent=20,
        product_tags=frozenset({"sale", "new"}),
        product_type="Mug",
        vendor="Potter",
        gift_card=False,
        fulfilled_on=date(2026, 10, 30),
        fulfilled_at=datetime(2026, 10, 30, 23, tzinfo=UTC),
        delivered_on=date(2026, 11, 2),
        delivered_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
        possessed_by=date(2026, 11, 3),
        returnable=2,
        asked_before="return-1",
        repair_days=3,
        condition=frozenset({"worn", "damaged"}),
        used_percent=5,
        photos=1,
        videos=0,
        receipts=2,
        proven=frozenset({"delivered"}),
        disproven=frozenset({"unsealed_by_consumer"}),
    )


def test_it_reads_all_of_a_request() -> None:
    flags = dict.fromkeys(
        (
            "awaiting_delivery",
            "order_cancelled",
            "business",
            "delivery_refused",
            "customer_known",
            "dispute_open",
            "fraud_suspected",
            "opted_out",
        ),
        True,
    )
    document = make(
        **flags,
        requested_at="2026-11-05T08:30:00Z",
        ordered_at="2026-10-28T08:30:00Z",
        decided_on="2026-11-06",
        last_delivered_on="2026-11-02",
        promised_on="2026-11-01",
        informed_on="2026-11-04",
        places=[{"country": "DE", "region": "BY"}, {"country": "FR"}],
        order_tags=["Gift"],
        order_total=USD,
        channel="web",
        payment_methods=["Shop_Pay"],
        return_method="mail",
        customer_tags=[],
        customer_orders=3,
        customer_returns=0,
        returns_before=[{"on": "2026-01-05", "items": 2, "value": USD}],
        offers_before=[{"on": "2026-01-06"}],
        shop_offers_today=0,
        complete=False,
        practice=["informed_of_right"],
        lacking=["told_return_cost"],
    )
    paid = Money.of("25.00", "USD")

    assert parse_facts(document) == Facts(
        **flags,
        requested_on=date(2026, 11, 5),
        requested_at=datetime(2026, 11, 5, 8, 30, tzinfo=UTC),
        ordered_on=date(2026, 10, 28),
        ordered_at=datetime(2026, 10, 28, 8, 30, tzinfo=UTC),
        decided_on=date(2026, 11, 6),
        last_delivered_on=date(2026, 11, 2),
        promised_on=date(2026, 11, 1),
        informed_on=date(2026, 11, 4),
        lines=(Line(id="line-1", title="Item", quantity=1),),
        places=(Place(country="DE", region="BY"), Place(country="FR")),
        order_tags=frozenset({"gift"}),
        order_total=paid,
        channel="web",
        payment_methods=frozenset({"shop_pay"}),
        return_method="mail",
        customer_tags=frozenset(),
        customer_orders=3,
        customer_returns=0,
        returns_before=(Past(on=date(2026, 1, 5), items=2, value=paid),),
        offers_before=(Past(on=date(2026, 1, 6)),),
        shop_offers_today=0,
        complete=False,
        practice=frozenset({"informed_of_right"}),
        lacking=frozenset({"told_return_cost"}),
    )


def test_what_is_written_as_null_is_not_known() -> None:
    plain = parse_facts(make())
    line = {"price": None, "product_tags": None, "delivered_on": None, "photos": None}
    empty = make(lines=[line], returns_before=None, order_tags=None, business=None)

    assert parse_facts(empty) == plain


def test_codes_of_places_are_read_in_any_letters() -> None:
    places = [{"country": "us", "region": " ca "}, {"country": "De", "region": None}]

    assert parse_facts(make(places=places)).places == (
        Place(country="US", region="CA"),
        Place(country="DE"),
    )


def test_lines_without_an_id_are_numbered() -> None:
    facts = parse_facts(make(lines=[{}, {"id": "mug"}, {}]))

    assert [line.id for line in facts.lines] == ["line-1", "mug", "line-3"]


def test_a_day_of_its_own_counts_before_that_of_the_moment() -> None:
    late = "2026-11-02T23:30:00Z"

    assert read_line(delivered_at=late, delivered_on="2026-11-03").delivered_on == (
        date(2026, 11, 3)
    )
    assert read_line(delivered_at=late).delivered_on == date(2026, 11, 2)
    assert read_line(fulfilled_at=late).fulfilled_on == date(2026, 11, 2)
