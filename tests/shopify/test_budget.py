"""A call waits for the shop's budget, but not for long."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from plugin.shopify.client import LONGEST_WAIT, THROTTLE_TRIES, Client
from plugin.shopify.errors import Throttled
from tests.shopify.desk import ALPINE, Desk

ADDRESS = f"https://{ALPINE}/admin/api/2026-10/graphql.json"
SHOP_INFO = {"data": {"shop": {"name": "Alpine"}}}


def throttled(requested: float, available: float, rate: float = 100) -> dict[str, Any]:
    status = {"currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": requested, "throttleStatus": status}
    errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
    return {"errors": errors, "extensions": {"cost": cost}}


def call(client: Client) -> dict[str, Any]:
    return client.execute(ALPINE, "shop_info", {})


def test_it_waits_for_its_budget(desk: Desk) -> None:
    desk.control("throttle", shop=ALPINE, points=-200)
    desk.while_asleep = lambda: desk.control("throttle", shop=ALPINE, points=1000)

    data = call(desk.client)

    assert data["shop"]["name"] == "Alpine Goods"
    assert [round(seconds) for seconds in desk.slept] == [2]


def test_it_waits_as_long_as_the_bucket_needs(desk: Desk, elsewhere: Client) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=throttled(500, 350))
        platform.post(ADDRESS, json={"errors": throttled(1, 1)["errors"]})
        platform.post(ADDRESS, json=SHOP_INFO)

        assert call(elsewhere) == SHOP_INFO["data"]

    assert desk.slept == [1.5, 1.0]


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


def test_a_new_request_waits_for_those_in_hand(desk: Desk) -> None:
    known, new = desk.ask(1001), desk.ask(1002)
    desk.control("throttle", shop=ALPINE, points=1500)
    reader = desk.actions
    assert reader.request(ALPINE, known) is not None
    desk.control("throttle", shop=ALPINE, points=1100)
    assert reader.state(ALPINE, known) is not None

    with pytest.raises(Throttled) as caught:
        reader.request(ALPINE, new)

    assert 0 < caught.value.wait_seconds < 5
    assert reader.state(ALPINE, known) is not None
    desk.control("throttle", shop=ALPINE, points=1500)
    assert reader.state(ALPINE, known) is not None
    assert reader.request(ALPINE, new) is not None
