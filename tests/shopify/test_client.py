"""A call goes out with the shop's token, and comes back with data or one error."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
import responses

from plugin.shopify import client as client_module
from plugin.shopify.client import OPERATIONS, Client
from plugin.shopify.errors import Denied, NoAccess, Refused, Unreachable
from tests.shopify.desk import ALPINE, NORTH, Desk

ADDRESS = f"https://{ALPINE}/admin/api/2026-10/graphql.json"
SHOP_INFO = {"data": {"shop": {"name": "Alpine"}}}


def call(client: Client) -> dict[str, Any]:
    return client.execute(ALPINE, "shop_info", {})


def test_it_gives_the_data_of_an_answer(desk: Desk) -> None:
    assert call(desk.client)["shop"]["name"] == "Alpine Goods"


def test_every_operation_is_named_once() -> None:
    firsts = [
        text.split("(")[0].split("{")[0].split()[-1] for text in OPERATIONS.values()
    ]

    assert len(set(firsts)) == len(OPERATIONS) >= 13


def test_it_renews_a_dead_token_once(desk: Desk) -> None:
    desk.control("tokens/expire", shop=ALPINE)

    data = call(desk.client)

    assert data["shop"]["name"] == "Alpine Goods"
    assert desk.truth()["tokens"] == {"issued": 1, "refreshed": 1}


def test_it_has_no_access_where_the_app_is_gone(desk: Desk) -> None:
    desk.control("install", shop=ALPINE, installed=False)

    with pytest.raises(NoAccess):
        call(desk.client)


def test_it_has_no_access_where_it_never_was(desk: Desk) -> None:
    with pytest.raises(NoAccess):
        desk.client.execute(NORTH, "shop_info", {})


def test_it_keeps_a_renewed_token_that_is_refused_too(
    desk: Desk, elsewhere: Client
) -> None:
    renewed = {
        "access_token": "shpat_2",
        "expires_in": 3600,
        "refresh_token": "shprt_2",
        "refresh_token_expires_in": 7776000,
        "scope": "read_returns",
    }
    with responses.RequestsMock() as platform:
        refused = platform.post(ADDRESS, status=401, json={"errors": "CANARY"})
        platform.post(f"https://{ALPINE}/admin/oauth/access_token", json=renewed)

        with pytest.raises(NoAccess) as caught:
            call(elsewhere)

    held = desk.vault.load(ALPINE)
    assert refused.call_count == 2
    assert "shpat" not in str(caught.value)
    # It could be renewed, so that it is not dead, whatever the platform means.
    assert held is not None
    assert held.refresh == "shprt_2"
    # Whoever opens the app brings another all the same.
    assert not desk.vault.has(ALPINE)


def test_a_token_that_cannot_be_renewed_is_dead(desk: Desk) -> None:
    desk.control("install", shop=ALPINE, installed=False)

    with pytest.raises(NoAccess):
        call(desk.client)

    assert desk.vault.load(ALPINE) is None
    assert desk.vault.dead_since(ALPINE) is not None


@pytest.mark.parametrize("kind", ["http_500", "drop_after_effect", "internal_error"])
def test_it_cannot_reach_a_platform_that_is_not_well(desk: Desk, kind: str) -> None:
    desk.fail("ShopInfo", kind)

    with pytest.raises(Unreachable) as caught:
        call(desk.client)

    assert caught.value.permanent is False
    assert call(desk.client)["shop"]["name"] == "Alpine Goods"


def test_it_does_not_wait_for_an_answer_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT", (1.0, 0.2))
    desk.fail("ShopInfo", "timeout", seconds=0.6)

    with pytest.raises(Unreachable, match="shop_info: ReadTimeout"):
        call(desk.client)


def test_it_cannot_reach_what_does_not_listen(desk: Desk) -> None:
    nowhere = Client(
        session=desk.session, tokens=desk.tokens, shop_url="http://127.0.0.1:9/{shop}"
    )

    with pytest.raises(Unreachable, match="shop_info: ConnectionError"):
        call(nowhere)


def test_it_follows_no_redirect_with_its_token(elsewhere: Client) -> None:
    with responses.RequestsMock() as platform:
        there = {"Location": "https://evil.example/"}
        platform.post(ADDRESS, status=307, headers=there)

        with pytest.raises(Refused):
            call(elsewhere)

        assert len(platform.calls) == 1


def test_it_is_denied_what_no_scope_covers(empty_desk: Desk) -> None:
    empty_desk.control("install", shop=ALPINE)
    empty_desk.store.shops[ALPINE].scopes = frozenset({"read_products"})
    empty_desk.tokens.exchange(ALPINE, empty_desk.id_token())

    with pytest.raises(Denied) as caught:
        empty_desk.actions.request(ALPINE, "gid://shopify/Return/1")

    assert (caught.value.code, caught.value.permanent) == ("access_denied", True)


def test_it_sends_the_token_in_its_header_only(desk: Desk, elsewhere: Client) -> None:
    access = desk.tokens.access(ALPINE)
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=SHOP_INFO)
        call(elsewhere)
        sent = platform.calls[0].request

    assert sent.headers["X-Shopify-Access-Token"] == access
    assert sent.url == ADDRESS
    assert json.loads(sent.body or "") == {
        "query": OPERATIONS["shop_info"],
        "variables": {},
    }


def test_it_hides_the_address_of_a_call_that_failed(elsewhere: Client) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, body=requests.ConnectionError("CANARY"))

        with pytest.raises(Unreachable) as caught:
            call(elsewhere)

    assert str(caught.value) == "shop_info: ConnectionError"
    assert caught.value.__suppress_context__
