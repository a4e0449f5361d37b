"""An order is marked once, and the shop's own marks stay."""

from __future__ import annotations

import json

import pytest

from plugin.ports import Done, Unreachable
from plugin.shopify.errors import UserError
from tests.shopify.desk import ALPINE, NORTH, Desk
from tests.shopify.seen import order_1001


def mark(desk: Desk) -> Done:
    order_id = order_1001(desk)["id"]
    note = {"outcome": "decline", "decided_by": ["über"]}
    return desk.actions.mark(ALPINE, order_id, ["evenhand-declined"], note)


def test_it_marks_an_order_once(desk: Desk) -> None:
    done = [mark(desk), mark(desk)]

    found = order_1001(desk)
    [field] = found["metafields"]
    assert (
        done
        == [Done(operation="mark_order", answer={"tags": ["evenhand-declined"]})] * 2
    )
    assert found["tags"] == ["evenhand-declined"]
    assert json.loads(field["value"]) == {"outcome": "decline", "decided_by": ["über"]}
    assert desk.effective("tagsAdd") == [1]
    assert desk.effective("metafieldsSet") == [1]


def test_it_leaves_the_shops_own_tags_on_the_order(desk: Desk) -> None:
    order = desk.store.shops[ALPINE].order_numbered(1001)
    assert order is not None
    order.tags = ["gift", "VIP"]

    mark(desk)

    assert order_1001(desk)["tags"] == ["evenhand-declined", "gift", "VIP"]


@pytest.mark.parametrize("operation", ["tagsAdd", "metafieldsSet"])
def test_it_marks_once_when_an_answer_was_lost(desk: Desk, operation: str) -> None:
    desk.fail(operation, "drop_after_effect")
    with pytest.raises(Unreachable):
        mark(desk)

    mark(desk)

    assert (desk.effective("tagsAdd"), desk.effective("metafieldsSet")) == ([1], [1])
    assert len(order_1001(desk)["metafields"]) == 1


def test_it_is_refused_a_mark_on_an_order_of_another_shop(desk: Desk) -> None:
    desk.install(NORTH)

    with pytest.raises(UserError) as caught:
        desk.actions.mark(NORTH, order_1001(desk)["id"], ["evenhand-review"], {})

    assert caught.value.operation == "tag_order"
    assert order_1001(desk)["tags"] == []
