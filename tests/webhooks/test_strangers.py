"""An event moves only its own shop, and what it carries comes to rest nowhere."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import requests

from plugin.archive.database import connect
from tests.databases import files_of
from tests.webhooks.letters import payload
from tests.webhooks.town import ALPINE, NORTH, Town, wait_until

CARD = ("Test Card", "CANARY", "•••• 4242", "424242", "credit_card")


def ask_for_return(town: Town, number: int) -> str:
    """Let the customer of an order in the Alpine shop ask, and the app answer."""
    [asked] = [ask for ask in town.day.asks() if ask["order_number"] == number]
    return_id = town.day.ask(asked)
    town.day.settled(ALPINE, return_id)
    return return_id


def body_of(return_id: str) -> bytes:
    return json.dumps({"admin_graphql_api_id": return_id}).encode()


def changes_in(town: Town, shop: str) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = town.truth(shop)["calls"]
    return sorted(calls, key=lambda call: (call["operation"], call["subject"]))


def test_it_does_nothing_in_the_shop_that_a_forged_header_names(town: Town) -> None:
    return_id = ask_for_return(town, 1001)
    before = [changes_in(town, shop) for shop in (ALPINE, NORTH)]

    answer = town.send(body_of(return_id), X_Shopify_Shop_Domain=NORTH)

    ended = town.wait_for_workflow(f"answer_request:{NORTH}:{return_id}")
    assert (answer.json(), ended) == ({"result": "kept"}, "SUCCESS")
    assert [changes_in(town, shop) for shop in (ALPINE, NORTH)] == before
    assert town.day.case(NORTH, return_id) is None
    sql = "SELECT shop FROM cases WHERE return_id = ?"
    assert town.rows(sql, return_id) == [(ALPINE,)]


def test_it_says_no_goodbye_to_a_shop_whose_token_works(town: Town) -> None:
    webhook_id = str(uuid.uuid4())
    body = json.dumps({"myshopify_domain": NORTH}).encode()

    town.send(
        body,
        X_Shopify_Topic="app/uninstalled",
        X_Shopify_Shop_Domain=ALPINE,
        X_Shopify_Webhook_Id=webhook_id,
    )

    town.wait_for_workflow(f"say_goodbye:{NORTH}:{webhook_id}")
    sql = "SELECT count(*) FROM shops WHERE uninstalled_at IS NULL"
    assert town.rows(sql) == [(2,)]


def test_it_does_nothing_for_a_return_the_shop_does_not_have(town: Town) -> None:
    webhook_id = str(uuid.uuid4())
    return_id = "gid://shopify/Return/777"
    before = changes_in(town, ALPINE)

    town.send(body_of(return_id), X_Shopify_Webhook_Id=webhook_id)

    town.wait_for_workflow(f"answer_request:{ALPINE}:{return_id}")
    assert town.kept(webhook_id) == [(ALPINE, "handed", None)]
    assert town.day.case(ALPINE, return_id) is None
    assert changes_in(town, ALPINE) == before


def test_it_answers_a_request_once_whatever_is_replayed(town: Town) -> None:
    return_id = ask_for_return(town, 1006)
    before = changes_in(town, ALPINE)
    webhook_ids = [str(uuid.uuid4()) for _ in range(5)]

    for webhook_id in webhook_ids:
        town.send(body_of(return_id), X_Shopify_Webhook_Id=webhook_id)

    wait_until(lambda: all(town.kept(w)[0][1] == "handed" for w in webhook_ids))
    sql = "SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE ?"
    assert town.rows(sql, f"answer_request:{ALPINE}:{return_id}%") == [(1,)]
    assert changes_in(town, ALPINE) == before


def test_a_topic_that_nobody_sent_is_in_no_true_ones_way(town: Town) -> None:
    body, webhook_id = payload("customers/redact"), str(uuid.uuid4())
    body = body.replace(b"alpine-goods.myshopify.com", ALPINE.encode())

    told = [
        town.send(body, X_Shopify_Topic=topic, X_Shopify_Webhook_Id=webhook_id).json()
        for topic in ("customers/data_request", *["customers/redact"] * 2)
    ]

    assert [each["result"] for each in told] == ["kept", "kept", "duplicate"]
    town.wait_for_workflow(f"forget_customer:{ALPINE}:{webhook_id}.redact")
    sql = "SELECT topic FROM privacy_requests WHERE id LIKE ? AND done_at IS NOT NULL"
    wait_until(lambda: len(town.rows(sql, f"{webhook_id}%")) == 2)
    assert sorted(town.rows(sql, f"{webhook_id}%")) == [
        ("customers/data_request",),
        ("customers/redact",),
    ]


def test_a_change_is_told_also_after_it_came_under_another_topic(town: Town) -> None:
    return_id = ask_for_return(town, 1004)
    webhook_id = str(uuid.uuid4())

    told = [
        town.send(
            body_of(return_id), X_Shopify_Topic=topic, X_Shopify_Webhook_Id=webhook_id
        ).json()
        for topic in ("returns/reopen", "returns/close", "returns/cancel")
    ]

    assert [each["result"] for each in told] == ["kept"] * 3
    ids = f"%{webhook_id}:{return_id}"
    sql = "SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE ?"
    wait_until(lambda: town.rows(sql, ids) == [(3,)])


def test_it_lets_no_card_holder_and_no_secret_come_to_rest(town: Town) -> None:
    refund = town.day.http.post(
        f"{town.place.store_url}/{ALPINE}/admin/orders/1001/refund",
        json={},
        headers={"Accept": "application/json"},
        timeout=10,
    )
    webhook_id = str(uuid.uuid4())
    town.send(
        payload("refunds/create"),
        X_Shopify_Topic="refunds/create",
        X_Shopify_Webhook_Id=webhook_id,
    )
    wait_until(lambda: town.kept(webhook_id) == [(ALPINE, "handed", None)])
    made = town.truth(ALPINE)["refunds"][-1]
    town.wait_for_workflow(f"record_refund:{ALPINE}:{made['id']}")
    town.wait_for_workflow(f"record_refund:{ALPINE}:{_refund_in_payload()}")

    at_rest = _at_rest(town)

    assert refund.status_code == 200
    assert made["id"].encode() in at_rest
    secrets = (town.place.api_secret, town.place.own_secret, "shpat_", "shprt_")
    assert [word for word in (*CARD, *secrets) if _is_in(at_rest, word)] == []


def _is_in(at_rest: bytes, word: str) -> bool:
    """Find a word, but not where it is a part of a hash or of a longer number."""
    edges = rb"(?<![0-9a-f])%s(?![0-9a-f])" if word.isdigit() else b"%s"
    return re.search(edges % re.escape(word.encode()), at_rest) is not None


def _refund_in_payload() -> str:
    return str(json.loads(payload("refunds/create"))["admin_graphql_api_id"])


def _at_rest(town: Town) -> bytes:
    """Everything the app wrote: database, write-ahead log and log file."""
    engine = connect(town.place.database_url)
    files = [*files_of(engine), town.app.log]
    engine.dispose()
    return b"".join(file.read_bytes() for file in files if file.is_file())


def test_it_names_nobody_in_its_log(town: Town) -> None:
    town.send(payload("returns/request"))
    requests.get(f"{town.place.app_url}/nowhere?token=CANARY", timeout=10)

    text = town.app.log.read_text()

    assert "event" in text
    assert "CANARY" not in text
    assert "suit me" not in text
