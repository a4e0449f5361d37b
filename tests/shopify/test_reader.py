"""What is read of the development store is what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.case import Request
from plugin.localdays import earliest_day, latest_day
from plugin.policy.facts import Past, Place
from plugin.policy.money import Money
from plugin.ports import PaymentSeen, RefundedItem, RefundSeen, ReturnState
from plugin.shop import Profile
from tests.shopify.desk import ALPINE, NORTH, SAKURA, Desk


@pytest.fixture
def everywhere(desk: Desk) -> Desk:
    """The app installed in every shop of the store."""
    for shop in (NORTH, SAKURA):
        desk.install(shop)
    return desk


def test_it_reads_every_request_of_the_day(everywhere: Desk) -> None:
    asks = everywhere.store.day
    for asked in asks:
        if asked["twist"] and asked["twist"].startswith("repeat_of"):
            continue
        return_id = everywhere.ask(
            asked["order_number"], *asked["lines"], shop=asked["shop"]
        )

        request = everywhere.actions.request(asked["shop"], return_id)

        assert request is not None
        assert (request.return_id, request.status) == (return_id, "REQUESTED")
        assert (request.order_name, request.locale) == (
            asked["order_name"],
            asked["locale"],
        )
        assert request.facts.places[0].country == asked["country"]
        assert [(a.quantity, a.reason, a.note) for a in request.asked] == [
            (each["quantity"], each["reason"], each["note"]) for each in asked["lines"]
        ]
        for each in request.facts.lines:
            assert each.price is not None
            assert (each.returnable, each.asked_before) == (1, None)

    assert len(asks) == 21


def test_it_dates_what_the_store_shows_in_the_customers_country(desk: Desk) -> None:
    return_id = desk.ask(1001)
    made = desk.store.shops[ALPINE].returns[return_id]
    [shipped] = made.order.fulfillments
    assert shipped.delivered_at is not None

    request = desk.actions.request(ALPINE, return_id)

    assert request is not None
    found = request.facts
    assert found.requested_on == earliest_day(made.created_at.isoformat(), "US")
    assert found.last_delivered_on == latest_day(shipped.delivered_at.isoformat(), "US")
    assert found.lines[0].delivered_on == found.last_delivered_on
    assert found.places == (Place(country="US", region="CO"),)
    assert found.requested_on - found.ordered_on >= timedelta(days=14)


def test_it_knows_that_a_guest_is_a_guest(desk: Desk) -> None:
    request = desk.actions.request(ALPINE, desk.ask(1007))

    assert request is not None
    assert request.customer_id is None
    assert request.facts.customer_known is False
    assert request.facts.customer_tags == frozenset()
    assert request.facts.customer_orders is None
    assert request.facts.opted_out is False


def test_it_does_not_know_when_a_parcel_came_that_nobody_tracked(desk: Desk) -> None:
    request = desk.actions.request(ALPINE, desk.ask(1006))

    assert request is not None
    assert request.facts.last_delivered_on is None
    assert request.facts.awaiting_delivery is None
    assert request.facts.lines[0].delivered_on is None
    assert request.facts.lines[0].fulfilled_on is not None


def test_it_reads_a_currency_without_cents(everywhere: Desk) -> None:
    return_id = everywhere.ask(3001, everywhere.line(3001, shop=SAKURA), shop=SAKURA)

    request = everywhere.actions.request(SAKURA, return_id)

    assert request is not None
    price = request.facts.lines[0].price
    assert price is not None
    assert (int(price.amount), price.currency) == (4200, "JPY")


def test_it_knows_a_line_that_was_asked_for_and_declined_before(desk: Desk) -> None:
    first = desk.ask(1002)
    desk.staff(first, "decline", reason="OTHER", note="No.")

    request = desk.actions.request(ALPINE, desk.ask(1002))

    assert request is not None
    assert request.facts.lines[0].asked_before == "#1002-R1"
    assert request.facts.lines[0].returnable == 1


def test_it_finds_no_return_of_another_shop(everywhere: Desk) -> None:
    return_id = everywhere.ask(1001)

    assert everywhere.actions.request(NORTH, return_id) is None
    assert everywhere.actions.state(NORTH, return_id) is None


def test_it_reads_the_shop(desk: Desk) -> None:
    assert desk.actions.profile(ALPINE) == Profile(
        name="Alpine Goods",
        currency="USD",
        zone="America/Denver",
        contact="hello@alpine-goods.example",
    )


def test_it_lists_the_customers_earlier_returns(desk: Desk) -> None:
    first = found(desk, desk.ask(1009))
    second = found(desk, desk.ask(1015))

    asked_on = first.facts.requested_on
    assert desk.actions.returns_before(ALPINE, second) == (Past(on=asked_on),)


def test_it_knows_no_history_of_a_guest(desk: Desk) -> None:
    request = found(desk, desk.ask(1007))

    assert request.customer_id is None
    assert desk.actions.returns_before(ALPINE, request) is None


def test_it_knows_no_history_of_a_customer_it_cannot_find(desk: Desk) -> None:
    request = found(desk, desk.ask(1009))
    nobody = replace(request, customer_id="gid://shopify/Customer/404")

    assert desk.actions.returns_before(ALPINE, nobody) is None


def test_it_reads_where_and_how_an_order_was_bought(desk: Desk) -> None:
    [made] = desk.control(
        "orders",
        shop=ALPINE,
        channel="pos",
        paid_with=["Cash"],
        company="Hut Supplies",
        discount=40,
    )

    request = found(desk, desk.ask(made["order_number"]))

    facts = request.facts
    assert (facts.channel, facts.payment_methods) == ("pos", frozenset({"cash"}))
    assert facts.business is True
    assert facts.lines[0].discount_percent == 40
    assert facts.order_total == facts.lines[0].price == Money.of("53.4", "USD")


def found(desk: Desk, return_id: str) -> Request:
    request = desk.actions.request(ALPINE, return_id)
    assert request is not None
    return request


def test_it_reads_where_a_return_stands(desk: Desk) -> None:
    return_id = desk.ask()
    before = desk.actions.state(ALPINE, return_id)
    desk.staff(return_id, "decline", reason="FINAL_SALE", note="Sold as is.")

    after = desk.actions.state(ALPINE, return_id)

    assert before == ReturnState(status="REQUESTED")
    assert after == ReturnState(
        status="DECLINED", ground="FINAL_SALE", note="Sold as is."
    )
    assert desk.actions.state(ALPINE, "gid://shopify/Return/404") is None


def test_it_reads_a_refund(desk: Desk) -> None:
    return_id = desk.ask()
    desk.staff(return_id, "approve")
    refund_id = desk.refund()
    [order_id] = {refund["order_id"] for refund in desk.truth()["refunds"]}
    [line] = desk.store.shops[ALPINE].returns[return_id].return_line_items
    made = desk.store.shops[ALPINE].refunds[refund_id]

    assert desk.actions.refund(ALPINE, refund_id) == RefundSeen(
        refund_id=refund_id,
        return_id=return_id,
        order_id=order_id,
        amount="89.0",
        currency="USD",
        goods="89.0",
        order_goods="89.0",
        created_at=made.created_at.replace(microsecond=0),
        lines=(
            RefundedItem(
                item_id=line.fulfillment_line_item.line_item.id,
                title="Ridge Fleece Jacket",
                quantity=1,
                sold=1,
                amount="89.0",
            ),
        ),
        payments=(PaymentSeen(status="SUCCESS", amount=Money.of("89.0", "USD")),),
        note=None,
        order_shipping="0.0",
    )
    assert desk.actions.refund(ALPINE, "gid://shopify/Refund/404") is None


def test_it_reads_a_refund_that_belongs_to_no_return(desk: Desk) -> None:
    found = desk.actions.refund(ALPINE, desk.refund())

    assert found is not None
    assert found.return_id is None
