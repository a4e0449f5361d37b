"""The store tells the app of events as Shopify does."""

from __future__ import annotations

from tests.devstore.world import ALPINE, JSON, SECRET, Receiver, World, wait_until


def test_a_request_is_told_and_signed(world: World, receiver: Receiver) -> None:
    world.token()
    return_id = world.request_return(1001, note="Not for me.")

    (heard,) = receiver.wait_for(1)

    assert heard.path == "/webhooks"
    assert heard.topic == "returns/request"
    assert heard.is_signed_with(SECRET)
    assert heard.headers["X-Shopify-Shop-Domain"] == ALPINE
    assert heard.headers["X-Shopify-API-Version"] == "2026-10"
    assert heard.payload["admin_graphql_api_id"] == return_id
    assert heard.payload["id"] == int(return_id.rsplit("/", 1)[-1])
    assert heard.payload["id"] > 2**53
    assert heard.payload["status"] == "requested"
    (line,) = heard.payload["return_line_items"]
    assert (line["return_reason"], line["customer_note"]) == ("unwanted", "Not for me.")


def test_nothing_is_told_before_the_app_is_installed(
    world: World, receiver: Receiver
) -> None:
    world.request_return()

    assert world.truth()["deliveries"] == []
    assert receiver.heard == []


def test_a_failed_delivery_comes_again_unchanged(
    fast_world: World, receiver: Receiver
) -> None:
    fast_world.token()
    receiver.answers += [500, 302]
    fast_world.request_return()

    heard = receiver.wait_for(3)

    assert len({each.body for each in heard}) == 1
    assert len({each.headers["X-Shopify-Webhook-Id"] for each in heard}) == 1
    assert len({each.headers["X-Shopify-Triggered-At"] for each in heard}) == 1
    wait_until(lambda: len(fast_world.truth()["deliveries"]) == 3)
    deliveries = fast_world.truth()["deliveries"]
    assert [each["status"] for each in deliveries] == [500, 302, 200]
    assert [each["attempt"] for each in deliveries] == [1, 2, 3]


def test_it_gives_up_after_eight_retries(fast_world: World, receiver: Receiver) -> None:
    fast_world.token()
    receiver.answers += [503] * 20
    fast_world.request_return()

    heard = receiver.wait_for(9)

    assert len(heard) == 9
    wait_until(lambda: len(fast_world.truth()["deliveries"]) == 9)


def test_copies_share_one_webhook_id(world: World, receiver: Receiver) -> None:
    world.token()
    world.control("deliveries", copies=3)
    world.request_return()

    heard = receiver.wait_for(3)

    assert len({each.headers["X-Shopify-Webhook-Id"] for each in heard}) == 1
    wait_until(lambda: len(world.truth()["deliveries"]) == 3)
    assert sorted(each["copy"] for each in world.truth()["deliveries"]) == [1, 2, 3]


def test_held_webhooks_can_arrive_in_reverse(world: World, receiver: Receiver) -> None:
    world.token()
    world.control("deliveries", mode="hold", order="reverse")
    return_id = world.request_return()
    world.post(f"/{ALPINE}/account/returns/{return_id}/cancel", headers=JSON)
    held = receiver.topics()

    released = world.control("deliveries/release")

    assert held == []
    assert receiver.topics() == ["returns/cancel", "returns/request"]
    assert [each["status"] for each in released["sent"]] == [200, 200]
    assert world.get("/_control/deliveries").json()["mode"] == "normal"


def test_dropped_webhooks_never_arrive(world: World, receiver: Receiver) -> None:
    world.token()
    world.control("deliveries", drop_percent=100)
    world.request_return()

    statuses = [each["status"] for each in world.truth()["deliveries"]]
    assert statuses == ["dropped"]
    assert receiver.heard == []


def test_staff_and_customers_are_told_apart(world: World, receiver: Receiver) -> None:
    world.token()
    first, second = world.request_return(1001), world.request_return(1003)
    answer = {"reason": "OTHER", "note": "No."}
    world.post(f"/{ALPINE}/admin/returns/{first}/decline", json=answer)
    world.post(f"/{ALPINE}/admin/returns/{second}/approve", headers=JSON)

    heard = {each.topic: each.payload for each in receiver.wait_for(4)}

    assert heard["returns/decline"]["decline"] == {"reason": "other", "note": "No."}
    assert heard["returns/approve"]["status"] == "open"
    decided = [each["decided_by"] for each in world.truth()["returns"]]
    assert decided == ["staff", "staff"]


def test_a_refund_is_told_with_its_card_details(
    world: World, receiver: Receiver
) -> None:
    world.token()
    world.post(f"/{ALPINE}/admin/orders/1001/refund", json={})

    (heard,) = receiver.wait_for(1)

    (transaction,) = heard.payload["transactions"]
    assert heard.topic == "refunds/create"
    assert heard.payload["return"] is None
    assert transaction["amount"] == "89.00"
    assert "credit_card_number" in transaction["payment_details"]


def test_leaving_is_told(world: World, receiver: Receiver) -> None:
    world.token()
    world.post(f"/{ALPINE}/admin/apps/evenhand/uninstall")

    (heard,) = receiver.wait_for(1)

    assert heard.topic == "app/uninstalled"
    assert heard.payload["myshopify_domain"] == ALPINE
