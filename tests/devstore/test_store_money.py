"""The store gives money back as the platform documents it, and not otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin.devstore.money import decimal_text, rounded
from plugin.devstore.outcomes import shipping_of
from tests.devstore.world import ALPINE, World

UNKEYED = """
mutation($input: RefundInput!) {
  refundCreate(input: $input) { refund { id } userErrors { field message } }
}
"""


def refund_input(world: World, **changes: Any) -> dict[str, Any]:
    order = world.app.extensions["devstore"].shops[ALPINE].order_numbered(1001)
    sale = order.transactions[0]
    part = {
        "orderId": order.id,
        "kind": "REFUND",
        "gateway": sale.gateway,
        "amount": "10.00",
        "parentId": sale.id,
    }
    return {"orderId": order.id, "transactions": [{**part, **changes}]}


def errors(answer: Any) -> list[str]:
    return [e["message"] for e in answer["data"]["refundCreate"]["userErrors"]]


def test_a_refund_without_a_key_is_an_error(world: World) -> None:
    token = world.token()

    answer = world.ask(token, UNKEYED, input=refund_input(world)).json()

    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert world.truth()["refunds"] == []


def test_a_blank_key_is_no_key(world: World) -> None:
    answer = world.run(
        world.token(), "refund_order", input=refund_input(world), key=" "
    )

    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_another_input_under_a_key_is_an_error(world: World) -> None:
    token = world.token()
    world.run(token, "refund_order", input=refund_input(world), key="k")

    other = refund_input(world, amount="11.00")
    answer = world.run(token, "refund_order", input=other, key="k")

    assert "idempotency key" in errors(answer)[0]
    assert world.calls("refundCreate") == [(2, 1)]


@pytest.mark.parametrize(
    "changes", [{"amount": "100000.00"}, {"parentId": "gid://shopify/X/1"}]
)
def test_it_gives_nothing_over(world: World, changes: dict[str, str]) -> None:
    given = refund_input(world, **changes)

    answer = world.run(world.token(), "refund_order", input=given, key="k")

    assert len(errors(answer)) == 1
    assert world.truth()["refunds"] == []


def test_a_refund_tells_the_app_and_its_transactions_add_up(world: World) -> None:
    world.run(world.token(), "refund_order", input=refund_input(world), key="k")

    [refund] = world.truth()["refunds"]
    assert (refund["amount"], refund["transactions"]) == ("10.0", ["10.0"])
    assert refund["by"] == "app"


def test_an_order_is_paid_by_its_gateways_together(world: World) -> None:
    [made] = world.control(
        "orders",
        shop=ALPINE,
        paid_with=["gift_card", "shopify_payments"],
        shipping="7.01",
        tax_percent="8.25",
    )
    order = world.app.extensions["devstore"].shops[ALPINE].orders[made["order_id"]]

    total = sum(t.amount_set.shop_money.amount for t in order.transactions)
    goods = order.line_items[0].discounted_unit_price_after_all_discounts_set
    assert [t.gateway for t in order.transactions] == ["gift_card", "shopify_payments"]
    assert total > goods.shop_money.amount + order.shipping


def test_each_currency_is_rounded_to_its_own_decimals() -> None:
    amount = Decimal("12.34567")

    found = {name: f"{rounded(amount, name)}" for name in ("JPY", "USD", "KWD")}
    assert found == {"JPY": "12", "USD": "12.35", "KWD": "12.346"}


@pytest.mark.parametrize(("fell", "left"), [(False, "25.0"), (True, "30.0")])
def test_the_way_there_goes_back_once(world: World, fell: bool, left: str) -> None:
    [made] = world.control("orders", shop=ALPINE, shipping="30.00")
    order = world.app.extensions["devstore"].shops[ALPINE].orders[made["order_id"]]
    sale = order.transactions[0]
    part = {"orderId": order.id, "kind": "REFUND", "gateway": sale.gateway}
    given = {
        "orderId": order.id,
        "shipping": {"amount": "5.00"},
        "transactions": [{**part, "amount": "5.00", "parentId": sale.id}],
    }
    world.run(world.token(), "refund_order", input=given, key="k")
    if fell:
        [back] = order.refunds[0].transactions
        back.status = "FAILURE"

    assert decimal_text(shipping_of(order, {"fullRefund": True})) == left
