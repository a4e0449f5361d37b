"""What the platform shows becomes facts; what it does not show stays unknown."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from plugin.case import Asked, Request
from plugin.policy.facts import UNKNOWN_COUNTRY, Facts, Line, Place
from plugin.policy.money import Money
from plugin.ports import Unreachable
from tests.shopify.shown import (
    Data,
    answer,
    bag,
    customer,
    facts,
    line,
    parcel,
    read,
    unverified,
)

RETURN = "gid://shopify/Return/1"
COMPANY = {"__typename": "PurchasingCompany"}
NOWHERE = Place(country=UNKNOWN_COUNTRY)


def test_it_reads_everything_a_decision_asks_for() -> None:
    request = read(answer())

    assert request == Request(
        return_id=RETURN,
        return_name="#1001-R1",
        status="REQUESTED",
        order_id="gid://shopify/Order/1",
        order_name="#1001",
        ordered_at="2026-10-28T12:00:00Z",
        locale="de-DE",
        customer_id="c-1",
        asked=(
            Asked(
                title="Blue mug",
                quantity=2,
                reason="unwanted",
                note="Not mine",
                item_id="gid://shopify/LineItem/1",
            ),
        ),
        facts=Facts(
            requested_on=date(2026, 11, 5),
            requested_at=datetime(2026, 11, 5, 12, tzinfo=UTC),
            ordered_at=datetime(2026, 10, 28, 12, tzinfo=UTC),
            ordered_on=date(2026, 10, 28),
            lines=(
                Line(
                    id="gid://shopify/ReturnLineItem/1",
                    title="Blue mug",
                    quantity=2,
                    reason="unwanted",
                    note_tells_fault=False,
                    price=Money.of("25.0", "USD"),
                    discount_percent=16,
                    product_tags=frozenset({"custom-made"}),
                    product_type="Mug",
                    vendor="Potter",
                    gift_card=False,
                    fulfilled_on=date(2026, 10, 30),
                    fulfilled_at=datetime(2026, 10, 30, 12, tzinfo=UTC),
                    delivered_on=date(2026, 11, 2),
                    delivered_at=datetime(2026, 11, 2, 12, tzinfo=UTC),
                    returnable=3,
                    asked_before=None,
                    proven=frozenset({"item_is_custom"}),
                ),
            ),
            places=(Place(country="DE"),),
            last_delivered_on=date(2026, 11, 2),
            awaiting_delivery=False,
            channel="web",
            payment_methods=frozenset({"paypal express"}),
            business=False,
            order_total=Money.of("40.0", "USD"),
            order_tags=frozenset(),
            order_cancelled=False,
            customer_known=True,
            customer_tags=frozenset({"vip"}),
            customer_orders=7,
            dispute_open=False,
            fraud_suspected=False,
            opted_out=False,
            complete=True,
        ),
    )


def test_it_knows_little_of_an_unverified_line() -> None:
    [found] = facts(unverified()).lines

    assert found == Line(
        id="gid://shopify/ReturnLineItem/1",
        title="item",
        quantity=2,
        reason="unwanted",
        note_tells_fault=False,
        returnable=None,
    )


@pytest.mark.parametrize(
    ("note", "locale", "expected"),
    [
        (None, "de-DE", False),
        (" ", None, False),
        ("Gefällt mir nicht", "de-DE", False),
        ("Der Griff ist KAPUTT", "de-DE", True),
        ("The handle broke", "de-DE", True),
        ("Ei sovi minulle", "fi", None),
        ("Not for me", None, None),
    ],
)
def test_it_knows_whether_a_note_tells_of_a_fault(
    note: str | None, locale: str | None, expected: bool | None
) -> None:
    [found] = facts(line(customerNote=note), customerLocale=locale).lines

    assert found.note_tells_fault is expected


def test_it_names_an_unverified_line_without_a_title() -> None:
    [asked] = read(answer(unverified(customerNote=None))).asked

    assert asked == Asked(title="item", quantity=2, reason="unwanted", note="")


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ({"customer": None}, "customer_known", False),
        ({"customer": None}, "customer_orders", None),
        ({"risk": None}, "fraud_suspected", None),
        ({"risk": {"recommendation": None}}, "fraud_suspected", None),
        ({"risk": {"recommendation": "NONE"}}, "fraud_suspected", False),
        ({"risk": {"recommendation": "INVESTIGATE"}}, "fraud_suspected", True),
        ({"risk": {"recommendation": "CANCEL"}}, "fraud_suspected", True),
        ({"disputes": None}, "dispute_open", None),
        ({"disputes": [{"status": "WON"}]}, "dispute_open", False),
        ({"disputes": [{"status": "NEEDS_RESPONSE"}]}, "dispute_open", True),
        ({"disputes": [{"status": "UNDER_REVIEW"}]}, "dispute_open", True),
        ({"cancelledAt": "2026-11-01T00:00:00Z"}, "order_cancelled", True),
        ({"tags": ["No-Automated-Decisions"]}, "opted_out", True),
        ({"customer": customer(metafield={"value": "true"})}, "opted_out", True),
        ({"customer": customer(metafield={"value": "since May"})}, "opted_out", True),
        ({"customer": customer(metafield={"value": "False "})}, "opted_out", False),
        ({"tags": [" Gift "]}, "order_tags", frozenset({"gift"})),
        ({"sourceName": "POS"}, "channel", "pos"),
        ({"sourceName": "580111"}, "channel", "online_store"),
        ({"sourceName": None}, "channel", "online_store"),
        ({"sourceName": "580111", "attribution": None}, "channel", None),
        ({"sourceName": None, "attribution": None}, "channel", None),
        ({"paymentGatewayNames": []}, "payment_methods", frozenset()),
        ({"purchasingEntity": COMPANY}, "business", True),
        ({"purchasingEntity": None}, "business", None),
        ({"purchasingEntity": None, "customer": None}, "business", False),
        ({"subtotalPriceSet": None}, "order_total", None),
        ({"fulfillments": []}, "last_delivered_on", None),
        ({"fulfillments": []}, "awaiting_delivery", False),
        ({"fulfillments": [parcel(deliveredAt=None)]}, "last_delivered_on", None),
        (
            {"displayFulfillmentStatus": "PARTIALLY_FULFILLED"},
            "awaiting_delivery",
            True,
        ),
        ({"shippingAddress": None, "billingAddress": None}, "places", (NOWHERE,)),
        ({"shippingAddress": None}, "places", (NOWHERE, Place(country="DE"))),
    ],
)
def test_it_reads_what_is_missing_as_unknown(
    changes: Data, name: str, expected: object
) -> None:
    assert getattr(facts(**changes), name) == expected


def test_it_reads_the_bill_when_that_went_to_another_country() -> None:
    bill = {"countryCodeV2": "US", "provinceCode": "CA"}

    found = facts(billingAddress=bill)

    assert found.places == (Place(country="DE"), Place(country="US", region="CA"))


def test_it_does_not_know_the_tags_of_a_customer_it_may_not_read() -> None:
    found = facts(customer=customer(tags=None))

    assert (found.customer_tags, found.opted_out) == (None, None)


@pytest.mark.parametrize("amount", ["", "NaN", "much", "1e400x"])
def test_it_does_not_know_a_price_that_is_no_number(amount: str) -> None:
    price = {"shopMoney": {"amount": amount, "currencyCode": "USD"}}

    [found] = facts(line(withCodeDiscountedTotalPriceSet=price)).lines

    assert found.price is None


@pytest.mark.parametrize(
    ("listed", "paid", "expected"),
    [
        (bag("12.5"), bag("25.0"), 0),
        (bag("15.0"), bag("25.0"), 16),
        (bag("25.0"), bag("25.0"), 50),
        (bag("25.01"), bag("25.0"), 50),
        (bag("24.99"), bag("25.0"), 49),
        (bag("10.0"), bag("25.0"), 0),
        (bag("15.0"), bag("0.0"), 100),
        (bag("0.0"), bag("0.0"), None),
        (bag("15.0"), bag("much"), None),
        (bag("15.0", "EUR"), bag("25.0"), None),
        (None, bag("25.0"), None),
    ],
    ids=str,
)
def test_it_knows_how_far_below_the_list_price_a_line_was(
    listed: Data | None, paid: Data, expected: int | None
) -> None:
    sold = line(withCodeDiscountedTotalPriceSet=paid)
    sold["fulfillmentLineItem"]["lineItem"]["originalUnitPriceSet"] = listed

    [found] = facts(sold).lines

    assert found.discount_percent == expected


def test_it_knows_no_moment_of_a_parcel_that_is_not_there() -> None:
    [found] = facts(fulfillments=[]).lines

    assert (found.fulfilled_at, found.delivered_at) == (None, None)


def test_it_does_not_know_what_no_store_tells() -> None:
    found = facts()

    [item] = found.lines
    seen = (item.condition, item.photos, item.videos, item.receipts, item.used_percent)
    assert seen == (None,) * 5
    assert (found.return_method, found.delivery_refused) == (None, None)
    assert (found.promised_on, found.offers_before) == (None, None)


def test_it_makes_sound_text_of_whatever_was_written() -> None:
    broken = line(customerNote="half \ud800 pair\n二", returnReasonDefinition=None)
    broken["fulfillmentLineItem"]["lineItem"]["title"] = " Mug\n\x00\ud83d\x7f "

    request = read(answer(broken))

    [asked] = request.asked
    assert asked == Asked(
        title="Mug  ?",
        quantity=2,
        reason=None,
        note="half ? pair\n二",
        item_id="gid://shopify/LineItem/1",
    )
    assert request.facts.lines[0].title == "Mug  ?"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("order"),
        lambda data: data.update(order=None),
        lambda data: data.update(createdAt=None),
        lambda data: data.update(createdAt="yesterday"),
        lambda data: data.update(returnLineItems=None),
        lambda data: data["returnLineItems"]["nodes"].append(None),
        lambda data: data["order"].pop("customer"),
        lambda data: data["order"].update(fulfillments=None),
        lambda data: data["order"].update(createdAt=None),
        lambda data: data["order"]["customer"].update(numberOfOrders="many"),
    ],
)
def test_it_asks_again_when_an_answer_is_half(spoil: Callable[[Data], object]) -> None:
    data = copy.deepcopy(answer())
    spoil(data)

    with pytest.raises(Unreachable, match="a return came back half"):
        read(data)
