"""Every answer that is none has one name, which says whether to try again."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from plugin.ports import PlatformError
from plugin.shopify.client import Client
from plugin.shopify.errors import (
    Denied,
    NoAccess,
    Refused,
    TurnedAway,
    Unreachable,
)
from tests.shopify.desk import ALPINE

ADDRESS = f"https://{ALPINE}/admin/api/2026-10/graphql.json"
SHOP_INFO = {"data": {"shop": {"name": "Alpine"}}}


def graphql_error(code: str) -> dict[str, Any]:
    return {"errors": [{"message": "CANARY", "extensions": {"code": code}}]}


def call(client: Client) -> dict[str, Any]:
    return client.execute(ALPINE, "shop_info", {})


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
        (429, TurnedAway),
        (430, TurnedAway),
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
