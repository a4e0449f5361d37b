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


def see(desk: Desk, points: float) -> None:
    """Let the bucket of a shop hold so many points, and have seen it."""
    desk.control("throttle", shop=ALPINE, points=points)
    assert desk.client.execute(ALPINE, "shop_info", {})


def test_a_new_request_waits_for_those_in_hand(desk: Desk) -> None:
    new, known = desk.ask(1001), desk.ask(1002)
    see(desk, 900)

    with pytest.raises(Throttled) as caught:
        desk.actions.request(ALPINE, new)

    assert 2 < caught.value.wait_seconds < 6
    assert desk.actions.state(ALPINE, known) is not None
    see(desk, 1500)
    assert desk.actions.request(ALPINE, new) is not None
    assert desk.slept == []


def test_a_new_request_waits_a_short_while_in_place(desk: Desk) -> None:
    new = desk.ask(1001)
    see(desk, 1250)
    desk.while_asleep = lambda: see(desk, 1500)

    assert desk.actions.request(ALPINE, new) is not None
    [slept] = desk.slept
    assert 0 < slept <= 2 * LONGEST_WAIT
