"""The store's pages show what happened and run nothing they were given."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.devstore.world import ALPINE, JSON, SECRET, World

MARKUP = "<script>alert(1)</script><b>bold</b>"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/{ALPINE}",
        f"/{ALPINE}/account/orders/1001",
        f"/{ALPINE}/admin/orders",
        f"/{ALPINE}/admin/orders/1006",
        f"/{ALPINE}/admin/oauth/install",
        "/app-bridge.js",
        "/static/frame.js",
        "/static/store.css",
    ],
)
def test_a_page_opens(world: World, path: str) -> None:
    assert world.get(path).status_code == 200


@pytest.mark.parametrize("side", ["account", "admin"])
def test_a_customers_words_are_shown_as_words(world: World, side: str) -> None:
    world.request_return(1001, note=MARKUP)

    page = world.get(f"/{ALPINE}/{side}/orders/1001").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_form_asks_for_a_return(world: World) -> None:
    line = world.line_of(1001)
    form = {
        "line": line,
        f"quantity-{line}": "1",
        f"reason-{line}": "style",
        f"note-{line}": "Too plain.",
    }

    answer = world.post(f"/{ALPINE}/account/orders/1001/returns", data=form)

    (asked,) = world.truth()["returns"]
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/{ALPINE}/account/orders/1001"
    assert (asked["lines"][0]["reason"], asked["lines"][0]["note"]) == (
        "style",
        "Too plain.",
    )


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ({"quantity": 2}, 422),
        ({"quantity": 0}, 422),
        ({"reason": "boredom"}, 422),
        ({"note": "x" * 301}, 422),
        ({"line_item_id": "gid://shopify/LineItem/1"}, 422),
        ({"quantity": "many"}, 400),
    ],
)
def test_a_bad_request_is_refused(
    world: World, line: dict[str, object], status: int
) -> None:
    asked = {"line_item_id": world.line_of(1001), "reason": "unwanted", **line}

    answer = world.post(
        f"/{ALPINE}/account/orders/1001/returns", json={"lines": [asked]}
    )

    assert answer.status_code == status
    assert world.truth()["returns"] == []


def test_a_form_without_a_line_says_so(world: World) -> None:
    answer = world.post(f"/{ALPINE}/account/orders/1001/returns", data={})

    assert answer.status_code == 422
    assert "choose at least one line" in answer.text


def test_a_decided_return_cannot_be_taken_back(world: World) -> None:
    return_id = world.request_return()
    path = f"/{ALPINE}/account/returns/{return_id}/cancel"

    first = world.post(path, headers=JSON)
    second = world.post(path, headers=JSON)

    assert first.json() == {"return_id": return_id, "status": "CANCELED"}
    assert (second.status_code, second.json()["code"]) == (422, "INVALID_STATE")


def test_an_order_is_refunded_once(world: World) -> None:
    path = f"/{ALPINE}/admin/orders/1001/refund"

    statuses = [world.post(path, json={}).status_code for _ in range(2)]

    assert statuses == [200, 422]


def test_a_parcel_is_marked_delivered(world: World) -> None:
    world.post(f"/{ALPINE}/admin/orders/1006/delivered")

    assert "delivered not known" not in world.get(f"/{ALPINE}/admin/orders/1006").text


def test_installing_leads_to_the_app(world: World) -> None:
    before = world.get(f"/{ALPINE}/admin/apps/evenhand", allow_redirects=False)

    after = world.post(f"/{ALPINE}/admin/oauth/install")

    assert before.headers["Location"] == f"/{ALPINE}/admin/oauth/install"
    assert after.headers["Location"] == f"/{ALPINE}/admin/apps/evenhand"
    assert world.truth()["installed"] is True


def test_the_frame_launches_the_app_with_a_signed_query(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")

    page = world.get(f"/{ALPINE}/admin/apps/evenhand/settings?tab=2").text

    source = re.search(r'<iframe[^>]* src="([^"]+)"', page)
    assert source is not None
    address = urlsplit(unescape(source[1]))
    query = {key: value for key, (value,) in parse_qs(address.query).items()}
    claimed = query.pop("hmac")
    text = "&".join(f"{key}={query[key]}" for key in sorted(query))
    assert (
        hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest() == claimed
    )
    assert address.path == "/settings"
    assert (query["shop"], query["embedded"], query["tab"]) == (ALPINE, "1", "2")
    host = base64.urlsafe_b64decode(query["host"] + "==").decode()
    assert host.endswith(f"/{ALPINE}/admin")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere.myshopify.com",
        f"/{ALPINE}/account/orders/1",
        f"/{ALPINE}/admin/apps/other",
    ],
)
def test_what_is_not_there_is_a_clear_404(world: World, path: str) -> None:
    answer = world.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"].startswith("no ")
