"""Every way a call can end has one name, which says whether to try again."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
import responses

from plugin.ports import PlatformError
from plugin.shopify import client as client_module
from plugin.shopify.client import LONGEST_WAIT, OPERATIONS, THROTTLE_TRIES, Client
from plugin.shopify.errors import Denied, NoAccess, Refused, Throttled, Unreachable
from tests.shopify.desk import ALPINE, NORTH, Desk

ADDRESS = f"https://{ALPINE}/admin/api/2026-10/graphql.json"
SHOP_INFO = {"data": {"shop": {"name": "Alpine"}}}


def throttled(requested: float, available: float, rate: float = 100) -> dict[str, Any]:
    status = {"currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": requested, "throttleStatus": status}
    errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
    return {"errors": errors, "extensions": {"cost": cost}}


def graphql_error(code: str) -> dict[str, Any]:
    return {"errors": [{"message": "CANARY", "extensions": {"code": code}}]}


@pytest.fixture
def elsewhere(desk: Desk) -> Client:
    """A client of a platform that `responses` plays, with a token that works."""
    tokens = desk.new_tokens(shop_url="https://{shop}")
    return Client(
        session=desk.session,
        tokens=tokens,
        shop_url="https://{shop}",
        sleep=desk.sleep,
    )


def call(client: Client) -> dict[str, Any]:
    return client.execute(ALPINE, "shop_info", {})


def test_it_gives_the_data_of_an_answer(desk: Desk) -> None:
    assert call(desk.client)["shop"]["name"] == "Alpine Goods"


def test_every_operation_is_named_once() -> None:
    firsts = [text.split("(")[0].split("{")[0].split()[-1] for text in OPERATIONS.values()]

    assert len(OPERATIONS) == 12
    assert len(set(firsts)) == 12


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


def test_it_gives_up_when_the_renewed_token_is_refused_too(
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

    assert refused.call_count == 2
    assert "shpat" not in str(caught.value)


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


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, Refused),
        (302, Refused),
        (400, Refused),
        (402, NoAccess),
        (403, NoAccess),
        (404, NoAccess),
        (406, Refused),
        (408, Unreachable),
        (422, Refused),
        (423, NoAccess),
        (429, Unreachable),
        (430, Unreachable),
        (500, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (504, Unreachable),
        (530, Unreachable),
    ],
)
def test_it_classifies_every_status(
    elsewhere: Client, status: int, error: type[PlatformError]
) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, status=status, json={"errors": "CANARY"})

        with pytest.raises(error) as caught:
            call(elsewhere)

    assert type(caught.value) is error
    assert str(status) in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_it_follows_no_redirect_with_its_token(elsewhere: Client) -> None:
    with responses.RequestsMock() as platform:
        there = {"Location": "https://evil.example/"}
        platform.post(ADDRESS, status=307, headers=there)

        with pytest.raises(Refused):
            call(elsewhere)

        assert len(platform.calls) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Back soon</html>",
        b'{"data": {"shop": ',
        b"\xff\xfe",
        b"null",
        b"[]",
        b"1",
        b"{}",
        b'{"data": null}',
        b'{"data": []}',
        b'{"data": null, "errors": []}',
    ],
)
def test_it_takes_half_an_answer_for_none(elsewhere: Client, body: bytes) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, body=body)

        # Also a list or a number is no answer, but says nothing about the call.
        with pytest.raises((Unreachable, Refused)):
            call(elsewhere)


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b"<html></html>"])
def test_it_tries_again_after_what_is_no_answer(elsewhere: Client, body: bytes) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, body=body)

        with pytest.raises(Unreachable):
            call(elsewhere)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (graphql_error("INTERNAL_SERVER_ERROR"), Unreachable),
        (graphql_error("ACCESS_DENIED"), Denied),
        (graphql_error("MAX_COST_EXCEEDED"), Refused),
        (graphql_error("undefinedField"), Refused),
        ({"errors": [{"message": "CANARY"}]}, Refused),
        ({"errors": "CANARY"}, Refused),
        ({"errors": {"query": "CANARY"}}, Refused),
        ({**SHOP_INFO, **graphql_error("ACCESS_DENIED")}, Denied),
        ({"errors": [None]}, Refused),
        ({"errors": [{"extensions": None}]}, Refused),
    ],
)
def test_it_classifies_every_graphql_error(
    elsewhere: Client, body: dict[str, Any], error: type[PlatformError]
) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=body)

        with pytest.raises(error) as caught:
            call(elsewhere)

    assert type(caught.value) is error
    assert "CANARY" not in str(caught.value)


def test_it_is_denied_what_no_scope_covers(empty_desk: Desk) -> None:
    empty_desk.control("install", shop=ALPINE)
    empty_desk.store.shops[ALPINE].scopes = frozenset({"read_products"})
    empty_desk.tokens.exchange(ALPINE, empty_desk.id_token())

    with pytest.raises(Denied) as caught:
        empty_desk.actions.request(ALPINE, "gid://shopify/Return/1")

    assert (caught.value.code, caught.value.permanent) == ("access_denied", True)


def test_it_waits_for_its_budget(desk: Desk) -> None:
    desk.control("throttle", shop=ALPINE, points=-200)
    desk.while_asleep = lambda: desk.control("throttle", shop=ALPINE, points=1000)

    data = call(desk.client)

    assert data["shop"]["name"] == "Alpine Goods"
    assert [round(seconds) for seconds in desk.slept] == [2]


def test_it_waits_as_long_as_the_bucket_needs(desk: Desk, elsewhere: Client) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=throttled(500, 100))
        platform.post(ADDRESS, json=throttled(500, 499))
        platform.post(ADDRESS, json={"errors": throttled(1, 1)["errors"]})
        platform.post(ADDRESS, json=SHOP_INFO)

        assert call(elsewhere) == SHOP_INFO["data"]

    assert desk.slept == [4.0, 0.1, 1.0]


def test_it_lets_others_work_when_the_wait_is_long(
    desk: Desk, elsewhere: Client
) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=throttled(1000, 0, rate=100))

        with pytest.raises(Throttled) as caught:
            call(elsewhere)

    assert caught.value.wait_seconds == 10.0 > LONGEST_WAIT
    assert (caught.value.permanent, desk.slept) == (False, [])


def test_it_gives_up_when_it_is_throttled_again_and_again(
    desk: Desk, elsewhere: Client
) -> None:
    with responses.RequestsMock() as platform:
        always = platform.post(ADDRESS, json=throttled(200, 100))

        with pytest.raises(Throttled):
            call(elsewhere)

    assert always.call_count == THROTTLE_TRIES
    assert desk.slept == [1.0] * (THROTTLE_TRIES - 1)


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
