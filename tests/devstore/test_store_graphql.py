"""The store's Admin API answers as the real one does."""

from __future__ import annotations

import pytest

from tests.devstore.world import ALPINE, World, decline_input


def test_it_tells_a_return_and_its_order(world: World) -> None:
    token = world.token()
    return_id = world.request_return(1010, note="Not for me.")

    found = world.run(token, "return_for_policy", id=return_id)["data"]["return"]

    line = found["returnLineItems"]["nodes"][0]
    assert (found["name"], found["status"]) == ("#1010-R1", "REQUESTED")
    assert line["__typename"] == "ReturnLineItem"
    assert line["returnReasonDefinition"]["handle"] == "unwanted"
    assert line["withCodeDiscountedTotalPriceSet"] == {
        "shopMoney": {"amount": "89.0", "currencyCode": "USD"},
        "presentmentMoney": {"amount": "70.31", "currencyCode": "GBP"},
    }
    assert found["order"]["shippingAddress"]["countryCodeV2"] == "GB"
    assert found["order"]["customer"]["numberOfOrders"] == "1"


@pytest.mark.parametrize(("number", "missing"), [(1007, "customer"), (1006, "day")])
def test_it_leaves_unknown_what_is_unknown(
    world: World, number: int, missing: str
) -> None:
    token = world.token()
    return_id = world.request_return(number)

    answer = world.run(token, "return_for_policy", id=return_id)
    order = answer["data"]["return"]["order"]

    assert (order["customer"] is None) is (missing == "customer")
    assert (order["fulfillments"][0]["deliveredAt"] is None) is (missing == "day")


def test_it_tells_a_refund(world: World) -> None:
    token = world.token()
    return_id = world.request_return()
    world.run(token, "approve_return", input={"id": return_id})
    world.post(f"/{ALPINE}/admin/orders/1001/refund", json={"amount": "50.00"})
    refund_id = world.truth()["refunds"][0]["id"]

    found = world.run(token, "refund_by_id", id=refund_id)["data"]["refund"]

    assert found["totalRefundedSet"]["shopMoney"]["amount"] == "50.0"
    assert found["return"] == {"id": return_id}


def test_it_finds_pending_returns(world: World) -> None:
    token = world.token()
    world.request_return(1005)

    query = "{ orders(first: 9, query: %s) { nodes { name } } }"
    answer = world.ask(token, query % '"return_status:return_requested"').json()

    assert answer["data"]["orders"]["nodes"] == [{"name": "#1005"}]


def test_it_pages(world: World) -> None:
    token = world.token()
    query = """query($after: String) { orders(first: 10, after: $after, sortKey: ID) {
      nodes { name } pageInfo { hasNextPage endCursor } } }"""

    first = world.ask(token, query).json()["data"]["orders"]
    cursor = first["pageInfo"]["endCursor"]
    second = world.ask(token, query, after=cursor).json()["data"]["orders"]

    assert (first["nodes"][0], second["nodes"][0]) == (
        {"name": "#1001"},
        {"name": "#1011"},
    )
    assert second["pageInfo"]["hasNextPage"] is False


def test_it_skips_nothing_when_a_list_grows_shorter_between_pages(
    world: World,
) -> None:
    token = world.token()
    asked = {world.request_return(number) for number in (1001, 1002, 1003, 1004, 1005)}
    query = """query($after: String) { orders(first: 2, after: $after,
      query: "return_status:return_requested", sortKey: UPDATED_AT) {
      nodes { returns(first: 1) { nodes { id } } } pageInfo { endCursor } } }"""

    seen: list[str] = []
    after = None
    for _ in range(3):
        page = world.ask(token, query, after=after).json()["data"]["orders"]
        found = [each["returns"]["nodes"][0]["id"] for each in page["nodes"]]
        for return_id in found:
            world.run(token, "approve_return", input={"id": return_id})
        seen += found
        after = page["pageInfo"]["endCursor"]

    assert (len(seen), set(seen)) == (5, asked)


def test_it_refuses_a_cursor_that_is_not_its_own(world: World) -> None:
    query = '{ orders(first: 2, after: "YXQ6MQ==") { nodes { id } } }'

    answer = world.ask(world.token(), query).json()

    assert "not a valid cursor" in answer["errors"][0]["message"]


def test_a_missing_scope_closes_the_field_and_nothing_else(shy_world: World) -> None:
    token = shy_world.token()
    return_id = shy_world.request_return()

    answer = shy_world.run(token, "return_for_policy", id=return_id)

    assert answer["data"]["return"]["order"]["customer"] is None
    assert answer["data"]["return"]["status"] == "REQUESTED"
    closed = [(e["path"][-1], e["extensions"]["code"]) for e in answer["errors"]]
    assert closed == [
        ("purchasingEntity", "ACCESS_DENIED"),
        ("customer", "ACCESS_DENIED"),
    ]


def test_an_empty_bucket_answers_throttled_and_does_nothing(world: World) -> None:
    token = world.token()
    given = decline_input(world.request_return(1003))
    world.control("throttle", shop=ALPINE, points=5)

    answer = world.run(token, "decline_return", input=given)

    cost = answer["extensions"]["cost"]
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert cost["requestedQueryCost"] > cost["throttleStatus"]["currentlyAvailable"]
    assert cost["throttleStatus"]["restoreRate"] == 100
    assert world.truth()["returns"][0]["status"] == "REQUESTED"
    assert world.calls("returnDeclineRequest") == []


def test_a_wider_plan_holds_more(world: World) -> None:
    token = world.token()
    world.control("throttle", shop=ALPINE, restore_rate=1000)

    answer = world.run(token, "shop_info")

    throttle = answer["extensions"]["cost"]["throttleStatus"]
    assert (throttle["maximumAvailable"], throttle["restoreRate"]) == (20000, 1000)


def test_a_query_too_large_is_refused(world: World) -> None:
    token = world.token()
    query = """{ orders(first: 250) { nodes { returns(first: 250) { nodes {
      id order { id } } } } } }"""

    answer = world.ask(token, query)

    body = answer.json()
    assert answer.status_code == 200
    assert body["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


def test_every_answer_names_itself_and_its_cost(world: World) -> None:
    answer = world.ask(world.token(), "{ shop { name } }")

    assert answer.headers["X-Shopify-API-Version"] == "2026-10"
    assert len(answer.headers["X-Request-Id"]) == 36
    assert answer.json()["extensions"]["cost"]["actualQueryCost"] == 1


def test_it_serves_one_version_only(world: World) -> None:
    answer = world.post(f"/{ALPINE}/admin/api/2024-10/graphql.json", json={})

    assert (answer.status_code, answer.json()) == (404, {"errors": "Not Found"})
