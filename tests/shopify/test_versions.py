"""The platform answers as the version that was asked for, or it is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plugin import logs, tally
from tests.shopify.desk import ALPINE, NORTH, Desk

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _told() -> Iterator[None]:
    yield
    logs.configure("critical")


def logged(capsys: Captured, event: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    return [each for each in found if each["event"] == event]


def test_another_version_is_told_once_a_shop(desk: Desk, capsys: Captured) -> None:
    desk.install(NORTH)
    tally.HERE.drain()
    logs.configure("warning")
    desk.actions.profile(ALPINE)
    quiet = logged(capsys, "other_api_version")

    desk.control("api_version", version="2027-01")
    for shop in (ALPINE, ALPINE, NORTH):
        desk.actions.profile(shop)

    told = logged(capsys, "other_api_version")
    assert [(each["shop"], each["api_version"]) for each in told] == [
        (ALPINE, "2027-01"),
        (NORTH, "2027-01"),
    ]
    assert quiet == []
    counted = tally.HERE.drain()
    assert counted[tally.key("other_api_version", version="2027-01")] == 3


def test_every_call_is_logged_with_what_support_asks_for(
    desk: Desk, capsys: Captured
) -> None:
    logs.configure("info")

    desk.actions.profile(ALPINE)

    [call] = logged(capsys, "shopify_call")
    assert (call["operation"], call["shop"]) == ("shop_info", ALPINE)
    assert (call["status"], len(call["request_id"])) == (200, 36)


def test_what_is_withheld_is_logged_by_its_path(desk: Desk, capsys: Captured) -> None:
    return_id = desk.ask(1001)
    desk.control("protected", shop=ALPINE, fields=["Order.billingAddress"])
    logs.configure("warning")

    desk.actions.request(ALPINE, return_id)

    [told] = logged(capsys, "fields_withheld")
    assert told["fields"] == ["return.order.billingAddress"]
