"""The one route, as a sender meets it: the real server over a real connection."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import requests

from tests.webhooks.letters import headers, payload
from tests.webhooks.town import ALPINE, Town, wait_until
from tests.webhooks.wire import error, raw, raw_error
from webhooks.verify import REQUIRED

BODY = payload("returns/request")


@pytest.fixture(autouse=True)
def _still_answers(town: Town) -> Any:
    """Whatever was sent, the next sender is served."""
    yield
    assert requests.get(f"{town.place.app_url}/readyz", timeout=10).status_code == 200


def test_it_keeps_a_good_event(town: Town) -> None:
    webhook_id = str(uuid.uuid4())

    answer = town.send(BODY, X_Shopify_Webhook_Id=webhook_id)

    assert (answer.status_code, answer.json()) == (200, {"result": "kept"})
    assert [row[0] for row in town.kept(webhook_id)] == [ALPINE]
    wait_until(lambda: town.kept(webhook_id) == [(ALPINE, "handed", None)])


def test_it_keeps_an_event_that_comes_thrice_once(town: Town) -> None:
    webhook_id = str(uuid.uuid4())

    answers = [town.send(BODY, X_Shopify_Webhook_Id=webhook_id) for _ in range(3)]

    assert [(a.status_code, a.json()["result"]) for a in answers] == [
        (200, "kept"),
        (200, "duplicate"),
        (200, "duplicate"),
    ]
    assert len(town.kept(webhook_id)) == 1


def test_it_keeps_another_body_under_the_same_id(town: Town) -> None:
    webhook_id = str(uuid.uuid4())
    town.send(BODY, X_Shopify_Webhook_Id=webhook_id)

    answer = town.send(BODY + b"\n", X_Shopify_Webhook_Id=webhook_id)

    assert answer.json() == {"result": "kept"}
    assert len(town.kept(webhook_id)) == 2


def test_it_refuses_a_signature_by_another_secret(town: Town) -> None:
    webhook_id = str(uuid.uuid4())

    answer = town.send(BODY, secret="another", X_Shopify_Webhook_Id=webhook_id)

    assert error(answer) == (401, "bad_signature")
    assert town.kept(webhook_id) == []


def test_it_refuses_the_same_json_written_otherwise(town: Town) -> None:
    indented = json.dumps(json.loads(BODY), indent=4).encode()
    given = headers(BODY, town.place.api_secret)

    answer = requests.post(
        f"{town.place.app_url}/webhooks", data=indented, headers=given, timeout=10
    )

    assert error(answer) == (401, "bad_signature")


@pytest.mark.parametrize("name", REQUIRED)
def test_it_refuses_an_event_without_a_required_header(town: Town, name: str) -> None:
    answer = town.send(BODY, **{name.replace("-", "_"): None})

    status = 401 if name == "X-Shopify-Hmac-Sha256" else 400
    assert error(answer) == (status, "missing_header")


@pytest.mark.parametrize("name", REQUIRED)
def test_it_refuses_a_required_header_that_comes_twice(town: Town, name: str) -> None:
    again = f"{name}: {headers(BODY, town.place.api_secret)[name]}"
    length = f"Content-Length: {len(BODY)}"

    answer = town.send_raw(raw(town, BODY, length, more=(again,)))

    status, code = raw_error(answer)
    assert status in (400, 401)
    assert code in ("duplicate_header", "bad_header", "bad_signature")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X_Shopify_Shop_Domain", "alpine.example.com"),
        ("X_Shopify_Topic", "returns request"),
        ("X_Shopify_Webhook_Id", "w" * 129),
        ("X_Shopify_API_Version", "2026-10;"),
    ],
)
def test_it_refuses_a_malformed_header(town: Town, name: str, value: str) -> None:
    answer = town.send(BODY, **{name: value})

    assert error(answer) == (400, "bad_header")


def test_it_records_an_event_of_an_unknown_shop(town: Town) -> None:
    webhook_id, shop = str(uuid.uuid4()), "never-heard-of.myshopify.com"

    answer = town.send(
        BODY, X_Shopify_Webhook_Id=webhook_id, X_Shopify_Shop_Domain=shop
    )

    assert (answer.status_code, answer.json()) == (200, {"result": "unknown_shop"})
    assert town.kept(webhook_id) == [(shop, "ignored", "unknown_shop")]


def test_it_records_an_event_of_an_unknown_topic(town: Town) -> None:
    webhook_id = str(uuid.uuid4())

    answer = town.send(
        BODY, X_Shopify_Webhook_Id=webhook_id, X_Shopify_Topic="orders/create"
    )

    assert (answer.status_code, answer.json()) == (200, {"result": "unknown_topic"})
    assert town.kept(webhook_id) == [(ALPINE, "ignored", "unknown_topic")]


@pytest.mark.parametrize(
    "body", [b"{}", b"[" * 100_000, b"\xff", b"NaN", b'{"admin_graphql_api_id":7}']
)
def test_it_records_a_signed_body_it_cannot_read(town: Town, body: bytes) -> None:
    webhook_id = str(uuid.uuid4())

    answer = town.send(body, X_Shopify_Webhook_Id=webhook_id)

    assert (answer.status_code, answer.json()) == (200, {"result": "bad_payload"})
    assert town.kept(webhook_id) == [(ALPINE, "ignored", "bad_payload")]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_it_answers_no_other_method(town: Town, method: str) -> None:
    answer = requests.request(method, f"{town.place.app_url}/webhooks", timeout=10)

    assert error(answer) == (405, "method_not_allowed")
    assert "Shopify sends by POST; to open Evenhand" in answer.text
    assert "POST" in answer.headers["Allow"].split(", ")


def test_it_asks_for_the_event_again_while_it_cannot_keep_it(town: Town) -> None:
    webhook_id = str(uuid.uuid4())
    town.change("ALTER TABLE inbox RENAME TO elsewhere")
    try:
        refused = town.send(BODY, X_Shopify_Webhook_Id=webhook_id)
    finally:
        town.change("ALTER TABLE elsewhere RENAME TO inbox")

    kept = town.send(BODY, X_Shopify_Webhook_Id=webhook_id)

    assert error(refused) == (503, "not_kept")
    assert (kept.status_code, kept.json()) == (200, {"result": "kept"})
    assert len(town.kept(webhook_id)) == 1


TOPICS_BY_LAW = ("customers/data_request", "customers/redact", "shop/redact")


@pytest.mark.parametrize("topic", TOPICS_BY_LAW)
def test_it_refuses_what_is_asked_by_law_in_another_name(
    town: Town, topic: str
) -> None:
    answer = town.send(payload(topic), secret="guess", X_Shopify_Topic=topic)

    assert answer.status_code == 401


@pytest.mark.parametrize("topic", TOPICS_BY_LAW)
def test_it_takes_what_is_asked_by_law_of_a_shop_nobody_knows(
    town: Town, topic: str
) -> None:
    body = json.loads(payload(topic))
    body["shop_domain"] = shop = "never-here.myshopify.com"

    answer = town.send(
        json.dumps(body).encode(), X_Shopify_Topic=topic, X_Shopify_Shop_Domain=shop
    )

    assert (answer.status_code, answer.json()) == (200, {"result": "unknown_shop"})
