"""Bulk operations of the store: what they take, how they run, what they leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.devstore.world import ALPINE, OPERATIONS, Receiver, World, wait_until

PAST = (OPERATIONS / "bulk" / "past_returns.graphql").read_text("utf-8")
RUNS = "bulkOperationRunQuery"
MANY = " ".join(f"a{n}: orders {{ edges {{ node {{ id }} }} }}" for n in range(6))
DEEP = """{ orders { edges { node { id returns { edges { node { id refunds { edges
  { node { id refundLineItems { edges { node { id } } } } } } } } } } } } }"""
IN_LIST = """{ orders { edges { node { id fulfillments { id
  fulfillmentLineItems { edges { node { id } } } } } } } }"""


def start(world: World, token: str, query: str = PAST) -> Any:
    return world.run(token, "run_bulk", query=query)["data"][RUNS]


def look(world: World, token: str, id: str) -> Any:
    return world.run(token, "bulk_status", id=id)["data"]["bulkOperation"]


def finished(world: World, token: str, query: str = PAST) -> Any:
    id = start(world, token, query)["bulkOperation"]["id"]
    going = {"CREATED", "RUNNING"}
    wait_until(lambda: look(world, token, id)["status"] not in going, seconds=60)
    return look(world, token, id)


def download(world: World, url: str, **headers: str) -> Any:
    return world.get(url.removeprefix(world.url), headers=headers)


def quick(world: World, **changes: Any) -> str:
    token = world.token()
    world.control("bulk", shop=ALPINE, seconds=0.1, **changes)
    return token


def test_it_leaves_a_line_for_every_object(world: World) -> None:
    token = quick(world)
    asked = world.request_return()
    done = finished(world, token)
    lines = download(world, done["url"]).text.splitlines()
    rows = [json.loads(line) for line in lines]
    returns = [row for row in rows if "order" in row]
    items = [row for row in rows if row.get("__parentId") == asked]

    assert (done["status"], int(done["objectCount"])) == ("COMPLETED", len(rows))
    assert [row["id"] for row in returns] == [asked]
    assert returns[0]["__parentId"] == returns[0]["order"]["id"]
    assert [row["returnReasonDefinition"]["handle"] for row in items] == ["unwanted"]
    assert "returns" not in rows[0]


def test_it_is_created_then_runs_then_is_completed(world: World) -> None:
    token = quick(world)
    world.control("bulk", shop=ALPINE, seconds=1)
    id = start(world, token)["bulkOperation"]["id"]
    seen: list[str] = []

    def completed() -> bool:
        status = look(world, token, id)["status"]
        seen.extend([status] if status not in seen else [])
        return bool(status == "COMPLETED")

    wait_until(completed, seconds=60)

    order = ["CREATED", "RUNNING", "COMPLETED"]
    assert seen == [status for status in order if status in seen]
    assert seen[-1] == "COMPLETED"


def test_it_serves_a_file_from_any_byte_on(world: World) -> None:
    token = quick(world)
    url = finished(world, token)["url"]
    whole = download(world, url)
    rest = download(world, url, Range="bytes=10-")
    behind = download(world, url, Range=f"bytes={len(whole.content)}-")

    assert (whole.status_code, rest.status_code, behind.status_code) == (200, 206, 416)
    assert rest.content == whole.content[10:]


def test_a_file_lives_for_seven_days(world: World) -> None:
    token = quick(world)
    done = finished(world, token)
    world.control("bulk", shop=ALPINE, expire=True)
    later = look(world, token, done["id"])

    assert (later["status"], later["url"]) == ("EXPIRED", None)
    assert download(world, done["url"]).status_code == 404


def test_it_fails_on_request_and_keeps_a_part(world: World) -> None:
    token = quick(world, failing=["TIMEOUT"])
    failed = finished(world, token)
    asked = "query ($id: ID!) { bulkOperation(id: $id) { partialDataUrl } }"
    part = world.ask(token, asked, id=failed["id"]).json()["data"]["bulkOperation"]

    assert (failed["status"], failed["errorCode"], failed["url"]) == (
        "FAILED",
        "TIMEOUT",
        None,
    )
    assert download(world, part["partialDataUrl"]).text.count("\n") > 0
    assert finished(world, token)["status"] == "COMPLETED"


def test_it_refuses_more_than_there_may_be_at_once(world: World) -> None:
    token = quick(world)
    world.control("bulk", shop=ALPINE, seconds=600)
    answers = [start(world, token) for _ in range(6)]

    codes = [[e["code"] for e in answer["userErrors"]] for answer in answers]
    assert codes == [[]] * 5 + [["OPERATION_IN_PROGRESS"]]


@pytest.mark.parametrize(
    "query",
    [
        "{ shop { name } }",
        f"{{ {MANY} }}",
        DEEP,
        IN_LIST,
        "mutation { tagsAdd(id: 1, tags: []) { node { id } } }",
        "{ nonsense",
    ],
    ids=["none", "many", "deep", "in a list", "mutation", "broken"],
)
def test_it_refuses_what_a_bulk_query_may_not_be(world: World, query: str) -> None:
    token = quick(world)
    answer = start(world, token, query)

    assert answer["bulkOperation"] is None
    assert [error["code"] for error in answer["userErrors"]] == ["INVALID"]
    assert world.truth()["bulk"] == []


def test_another_shop_sees_nothing_of_it(world: World) -> None:
    token = quick(world)
    id = start(world, token)["bulkOperation"]["id"]
    north = "nordlicht-laden.myshopify.com"
    other = world.token(north)
    answer = world.post(
        f"/{north}/admin/api/2026-10/graphql.json",
        json={
            "query": "query ($id: ID!) { bulkOperation(id: $id) { id } }",
            "variables": {"id": id},
        },
        headers={"X-Shopify-Access-Token": other},
    )

    assert answer.json()["data"] == {"bulkOperation": None}


def test_it_tells_the_app_of_the_end(receiver: Receiver, tmp_path: Path) -> None:
    manifest = Path(__file__).parents[2] / "shopify.app.toml"
    world = World(app_url=receiver.url, manifest=manifest)
    token = quick(world)
    done = finished(world, token)
    [heard] = receiver.wait_for(1)
    world.close()

    assert heard.topic == "bulk_operations/finish"
    assert heard.payload["admin_graphql_api_id"] == done["id"]
    assert (heard.payload["status"], heard.payload["type"]) == ("completed", "query")
