"""The demo day and the orders made on request can really be played."""

from __future__ import annotations

from tests.devstore.world import ALPINE, World


def test_every_ask_of_the_day_can_be_made(world: World) -> None:
    day = world.get("/_control/day").json()
    asks = [ask for ask in day if not str(ask["twist"]).startswith("repeat_of:")]

    statuses = [
        world.post(
            f"/{ask['shop']}/account/orders/{ask['order_number']}/returns",
            json={"lines": ask["lines"]},
        ).status_code
        for ask in asks
    ]

    assert len(day) == 21
    assert statuses == [201] * len(asks)
    assert {ask["locale"] for ask in day} == {"en", "de", "fr", "ja", "zh-CN"}


def test_every_repeat_names_an_earlier_ask(world: World) -> None:
    day = world.get("/_control/day").json()
    names = [ask["order_name"] for ask in day]
    twists = {ask["twist"]: index for index, ask in enumerate(day) if ask["twist"]}

    assert set(twists) == {
        "repeat_of:#1002",
        "three_copies",
        "cancel_before_request_arrives",
    }
    assert names.index("#1002") < twists["repeat_of:#1002"]


def test_orders_are_made_on_request(world: World) -> None:
    made = world.control(
        "orders",
        shop=ALPINE,
        count=3,
        country="DE",
        delivered_days_ago=2,
        customer=False,
        final_sale=True,
    )

    answer = world.post(
        f"/{ALPINE}/account/orders/{made[2]['order_number']}/returns",
        json={
            "lines": [
                {"line_item_id": made[2]["line_item_ids"][0], "reason": "unwanted"}
            ]
        },
    )
    assert len({each["order_number"] for each in made}) == 3
    assert answer.status_code == 201


def test_the_truth_of_all_shops_is_keyed_by_shop(world: World) -> None:
    truth = world.get("/_control/truth").json()

    assert sorted(truth) == [
        "alpine-goods.myshopify.com",
        "nordlicht-laden.myshopify.com",
        "sakura-stationery.myshopify.com",
    ]
