"""The store asks by law for a customer's data, and for customers and shops to go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devstore.world import ALPINE, SECRET, Receiver, World, wait_until

COMPLIANCE = """
[[webhooks.subscriptions]]
compliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]
uri = "/webhooks"
"""
# Two days pass in less than two seconds.
SPEED = 100_000


@pytest.fixture
def lawful(receiver: Receiver, manifest: Path) -> Iterator[World]:
    """A fast store whose app hears of compliance topics only."""
    text = manifest.read_text("utf-8")
    head, _, _ = text.partition("[[webhooks.subscriptions]]")
    manifest.write_text(head + COMPLIANCE, "utf-8")
    world = World(app_url=receiver.url, manifest=manifest, speed=SPEED)
    yield world
    world.close()


def particulars(world: World, **given: object) -> None:
    world.control("customers", shop=ALPINE, number=1001, **given)


def test_it_asks_for_a_customers_data(lawful: World, receiver: Receiver) -> None:
    lawful.token()
    particulars(lawful, email="ana@mail.example", phone="+1 555 0100")

    lawful.control("privacy/data", shop=ALPINE, number=1001)

    (heard,) = receiver.wait_for(1)
    assert heard.topic == "customers/data_request"
    assert heard.is_signed_with(SECRET)
    assert heard.payload["shop_domain"] == ALPINE
    assert heard.payload["customer"]["email"] == "ana@mail.example"
    assert heard.payload["customer"]["phone"] == "+1 555 0100"
    assert heard.payload["customer"]["id"] > 2**53
    assert heard.payload["data_request"]["id"] > 2**53
    assert heard.payload["orders_requested"]


def test_it_asks_to_erase_a_customer_who_is_gone_from_it(
    lawful: World, receiver: Receiver
) -> None:
    lawful.token()

    lawful.control("privacy/customer", shop=ALPINE, number=1001, days=0)

    (heard,) = receiver.wait_for(1)
    assert heard.topic == "customers/redact"
    assert set(heard.payload) == {
        "shop_id",
        "shop_domain",
        "customer",
        "orders_to_redact",
    }
    again = lawful.post(
        "/_control/privacy/customer", json={"shop": ALPINE, "number": 1001}
    )
    assert again.status_code == 422


def test_it_asks_by_itself_ten_days_later(lawful: World, receiver: Receiver) -> None:
    lawful.token()

    lawful.post(f"/{ALPINE}/admin/orders/1001/privacy/erase", json={})

    assert receiver.heard == []
    wait_until(lambda: receiver.topics() == ["customers/redact"], seconds=60)


def test_it_names_a_guest_by_address_only(lawful: World, receiver: Receiver) -> None:
    lawful.token()
    [order] = lawful.control("orders", shop=ALPINE, customer=False)

    number = order["order_number"]
    lawful.control("privacy/customer", shop=ALPINE, number=number, days=0)

    (heard,) = receiver.wait_for(1)
    assert heard.payload["customer"] == {"email": f"guest-{number}@mail.example"}
    assert heard.payload["orders_to_redact"] == [
        int(order["order_id"].rsplit("/", 1)[-1])
    ]


def test_it_asks_to_erase_a_shop_two_days_after_it_left(
    lawful: World, receiver: Receiver
) -> None:
    lawful.token()
    left = lawful.app.extensions["devstore"].clock.now()

    lawful.control("install", shop=ALPINE, installed=False)

    wait_until(lambda: receiver.topics() == ["shop/redact"], seconds=60)
    assert set(receiver.heard[0].payload) == {"shop_id", "shop_domain"}
    outbox = lawful.app.extensions["devstore"].outbox
    # The store notes a delivery once it has read the answer.
    wait_until(lambda: bool(outbox.deliveries()))
    sent = outbox.deliveries()[0].message
    assert (sent.triggered_at - left).total_seconds() >= 48 * 3600


def test_it_asks_nothing_for_a_shop_that_came_back(
    lawful: World, receiver: Receiver
) -> None:
    lawful.token()
    lawful.control("install", shop=ALPINE, installed=False)
    lawful.control("install", shop=ALPINE, installed=True)
    lawful.control("install", shop=ALPINE, installed=False)

    wait_until(lambda: bool(receiver.heard), seconds=60)
    # Only the second leaving asks; the first was undone before its time.
    lawful.control("privacy/data", shop=ALPINE, number=1001)
    receiver.wait_for(2)

    assert receiver.topics() == ["shop/redact", "customers/data_request"]


def test_it_asks_nothing_of_an_app_that_never_was_there(
    lawful: World, receiver: Receiver
) -> None:
    lawful.control("privacy/data", shop=ALPINE, number=1001)

    assert lawful.truth()["deliveries"] == []
