"""Earlier returns count as far as every list was read to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from plugin.policy.facts import Past
from plugin.ports import Unreachable
from plugin.shopify.history import read_history
from tests.shopify.shown import RETURN, Data, answer, page, read


def one(number: int = 2, **changes: Any) -> Data:
    node = {
        "id": f"gid://shopify/Return/{number}",
        "createdAt": "2026-10-01T12:00:00Z",
        "totalQuantity": 2,
    }
    return {**node, **changes}


def history(*returns: Data, **of_orders: Any) -> Data:
    return {"orders": page({"returns": page(*returns)}, **of_orders)}


def test_it_lists_what_came_before_the_oldest_first() -> None:
    early = one(4, createdAt="2026-09-01T12:00:00Z", totalQuantity=1)
    late = one(5, createdAt="2026-11-05T12:00:01Z")
    own = one(1, createdAt="2026-11-05T12:00:00Z")

    found = read_history(history(one(), early, late, own), read(answer()))

    assert found == (
        Past(on=date(2026, 9, 1), items=1),
        Past(on=date(2026, 10, 1), items=2),
    )


def test_it_counts_a_return_once_and_dates_it_in_the_customers_favour() -> None:
    midnight = one(createdAt="2026-10-01T02:00:00Z")
    states = {"countryCodeV2": "US", "provinceCode": "CO"}

    found = read_history(
        history(midnight, midnight), read(answer(shippingAddress=states))
    )

    assert found == (Past(on=date(2026, 9, 30), items=2),)


def test_it_does_not_know_a_history_that_goes_on() -> None:
    request = read(answer())
    cut = {"orders": page({"returns": page(one(), more=True)})}

    assert read_history(cut, request) is None
    assert read_history(history(one(), more=True), request) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("orders"),
        lambda data: data.update(orders=None),
        lambda data: data["orders"]["nodes"].append(None),
        lambda data: data["orders"]["nodes"][0]["returns"]["nodes"][0].pop("createdAt"),
        lambda data: data["orders"]["nodes"][0]["returns"]["nodes"].append(
            one(createdAt="soon")
        ),
    ],
)
def test_it_asks_again_when_a_history_is_half(spoil: Callable[[Data], object]) -> None:
    data = history(one())
    spoil(data)

    with pytest.raises(Unreachable, match="a history came back half"):
        read_history(data, read(answer()))


def test_it_knows_its_own_return() -> None:
    assert read_history(history(one(1)), read(answer())) == ()
    assert one(1)["id"] == RETURN
