"""Of a payload nothing but ids is read, and only well-formed ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.letters import RETURN, SHOP, payload, topics
from webhooks.dispatch import TOPICS
from webhooks.schemas import (
    BadPayload,
    BulkEvent,
    DisputePayload,
    OrderEvent,
    PersonEvent,
    PersonPayload,
    ProcessEvent,
    ProcessPayload,
    RefundEvent,
    RefundPayload,
    ReturnEvent,
    ReturnPayload,
    ScopesEvent,
    ShopEvent,
    ShopPayload,
    read,
)

RETURNS = ReturnPayload()
ORDER = "gid://shopify/Order/9007199254740993"
BULK = "gid://shopify/BulkOperation/9007199254741111"
REFUND = "gid://shopify/Refund/9007199254741001"
CUSTOMER = "gid://shopify/Customer/9007199254740997"
READ = {
    "customers/data_request": PersonEvent(
        shop=SHOP,
        customer_id=CUSTOMER,
        order_ids=(ORDER, "gid://shopify/Order/9007199254740995"),
    ),
    "customers/redact": PersonEvent(
        shop=SHOP, customer_id=CUSTOMER, order_ids=(ORDER,)
    ),
    "shop/redact": ShopEvent(shop=SHOP),
    "app/scopes_update": ScopesEvent(),
    "app/uninstalled": ShopEvent(shop=SHOP),
    "bulk_operations/finish": BulkEvent(operation_id=BULK),
    "disputes/create": OrderEvent(order_id=ORDER),
    "disputes/update": OrderEvent(order_id=ORDER),
    "orders/cancelled": OrderEvent(order_id=ORDER),
    "refunds/create": RefundEvent(refund_id=REFUND),
    "returns/approve": ReturnEvent(return_id=RETURN),
    "returns/cancel": ReturnEvent(return_id=RETURN),
    "returns/decline": ReturnEvent(return_id=RETURN),
    "returns/close": ReturnEvent(return_id=RETURN),
    "returns/reopen": ReturnEvent(return_id=RETURN),
    "returns/request": ReturnEvent(return_id=RETURN),
    "returns/process": ProcessEvent(return_id=None),
    "returns/update": ReturnEvent(return_id=RETURN),
    "shop/update": ShopEvent(shop=SHOP),
}


def of_return(value: Any, **more: Any) -> bytes:
    return json.dumps({"admin_graphql_api_id": value, **more}).encode()


@pytest.mark.parametrize("topic", sorted(READ))
def test_it_reads_what_shopify_sends(topic: str) -> None:
    schema, _ = TOPICS[topic]

    assert read(schema, payload(topic)) == READ[topic]


def test_every_topic_has_a_payload_here() -> None:
    assert topics() == sorted(TOPICS) == sorted(READ)


@pytest.mark.parametrize("topic", sorted(READ))
def test_it_keeps_nothing_but_the_id(topic: str) -> None:
    schema, _ = TOPICS[topic]

    found = repr(read(schema, payload(topic)))

    assert "CANARY" not in found
    assert found.count("=") <= (3 if topic.startswith("customers/") else 1)


@pytest.mark.parametrize(
    "customer",
    [None, {"email": "only@mail.example"}, {"id": None, "email": "a@mail.example"}],
)
def test_it_reads_who_bought_as_a_guest_by_their_orders(customer: Any) -> None:
    given = {"shop_domain": SHOP, "customer": customer, "orders_to_redact": [7]}

    found = read(PersonPayload(), json.dumps(given).encode())

    assert found == PersonEvent(
        shop=SHOP, customer_id=None, order_ids=("gid://shopify/Order/7",)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"shop_domain": "evil.example"},
        {"customer": {"id": "7"}},
        {"customer": {"id": 0}},
        {"orders_to_redact": ["7"]},
        {"orders_to_redact": [10**20]},
        {"customer": 7},
    ],
)
def test_it_refuses_whom_it_cannot_name(changes: dict[str, Any]) -> None:
    given = {"shop_domain": SHOP, "customer": {"id": 7}, **changes}

    with pytest.raises(BadPayload):
        read(PersonPayload(), json.dumps(given).encode())


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, None),
        ({"admin_graphql_api_id": RETURN, "id": 7}, RETURN),
        ({"id": 7}, "gid://shopify/Return/7"),
        ({"id": "7", "admin_graphql_api_id": "gid://shopify/Order/1"}, None),
        ({"id": True}, None),
        ({"id": 0}, None),
        ({"id": 10**20}, None),
        ({"id": [7], "admin_graphql_api_id": {}, "note": "CANARY"}, None),
    ],
)
def test_it_uses_a_return_that_a_process_event_names(
    body: dict[str, Any], names: str | None
) -> None:
    found = read(ProcessPayload(), json.dumps(body).encode())

    assert found == ProcessEvent(return_id=names)


def test_it_reads_numbers_beyond_what_a_double_holds() -> None:
    body = of_return("gid://shopify/Return/9007199254740993", id=9007199254740993)

    assert read(RETURNS, body).return_id == "gid://shopify/Return/9007199254740993"


def test_it_needs_nothing_but_the_id() -> None:
    assert read(RETURNS, of_return(RETURN)) == ReturnEvent(return_id=RETURN)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        7,
        True,
        [RETURN],
        {"id": RETURN},
        "9223372036854775807",
        "gid://shopify/Return/",
        "gid://shopify/Return/-1",
        "gid://shopify/Return/1.0",
        "gid://shopify/Return/1?shop=evil",
        "gid://shopify/Return/1\n",
        " gid://shopify/Return/1",
        "gid://shopify/Return/٣",
        "gid://shopify/Return/" + "1" * 21,
        "gid://shopify/Order/1",
        "gid://shopify/ReturnLineItem/1",
        "gid://elsewhere/Return/1",
        "\ud800",
        "gid://shopify/Return/1\x00",
        "'; drop table cases; --",
    ],
)
def test_it_refuses_a_malformed_id(value: Any) -> None:
    with pytest.raises(BadPayload) as caught:
        read(RETURNS, of_return(value))

    assert str(caught.value) == "fields: admin_graphql_api_id"
    assert caught.value.code == "bad_payload"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"id=1",
        b"\xff\xfe",
        b'{"admin_graphql_api_id": "\xe9"}',
        b"\xef\xbb\xbf" + of_return(RETURN),
        of_return(RETURN) + b"x",
        b"[" * 200_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
    ],
    ids=range(11),
)
def test_it_refuses_what_is_not_json(body: bytes) -> None:
    with pytest.raises(BadPayload) as caught:
        read(RETURNS, body)

    assert str(caught.value) == "the body is not JSON in UTF-8"


@pytest.mark.parametrize("body", [b"null", b"1", b'"text"', b"[]", b"[{}]", b"NaN"])
def test_it_refuses_json_that_is_no_object(body: bytes) -> None:
    with pytest.raises(BadPayload):
        read(RETURNS, body)


@pytest.mark.parametrize("body", [b"{}", b'{"id": 1}', b'{"Admin_GraphQL_API_id": 1}'])
def test_it_refuses_an_object_without_an_id(body: bytes) -> None:
    with pytest.raises(BadPayload):
        read(RETURNS, body)


@pytest.mark.parametrize(
    "strange",
    [
        {"note": "\ud800"},
        {"amount": float("nan")},
        {"amount": float("inf")},
        {"name": None},
        {"return_line_items": []},
        {"return_line_items": None},
        {"order": []},
        {"a-field-of-next-year": {"deep": [[[1]]]}},
        {"constructor": "x", "__class__": "y"},
    ],
)
def test_it_does_not_mind_what_it_does_not_read(strange: dict[str, Any]) -> None:
    assert read(RETURNS, of_return(RETURN, **strange)).return_id == RETURN


@pytest.mark.parametrize("schema", [RefundPayload(), ShopPayload()])
def test_it_does_not_take_a_return_for_something_else(schema: Any) -> None:
    with pytest.raises(BadPayload):
        read(schema, of_return(RETURN))


@pytest.mark.parametrize(
    "number", ["1", 1.0, 0, -1, 10**20, True, [], {}, "x", 9.5, float("nan")]
)
def test_it_refuses_an_order_that_is_no_number(number: Any) -> None:
    with pytest.raises(BadPayload) as caught:
        read(DisputePayload(), json.dumps({"order_id": number}).encode())

    assert str(caught.value) == "fields: order_id"


def test_a_dispute_must_say_of_its_order_that_it_has_none() -> None:
    with pytest.raises(BadPayload):
        read(DisputePayload(), b'{"id": 1}')


@pytest.mark.parametrize(
    "shop",
    [
        "",
        None,
        "alpine-goods.example",
        "alpine.myshopify.com.evil.example",
        "alpine.myshopify.com\n",
        "\ud800.myshopify.com",
    ],
)
def test_it_says_goodbye_only_to_a_shop(shop: Any) -> None:
    body = json.dumps({"myshopify_domain": shop}).encode()

    with pytest.raises(BadPayload):
        read(ShopPayload(), body)


@given(st.binary(max_size=200))
def test_it_reads_or_refuses_any_bytes(body: bytes) -> None:
    with pytest.raises(BadPayload):
        read(RETURNS, body)


@given(st.text())
def test_it_never_repeats_a_bad_value_in_its_error(value: str) -> None:
    with pytest.raises(BadPayload) as caught:
        read(RETURNS, of_return(value))

    assert str(caught.value) == "fields: admin_graphql_api_id"
