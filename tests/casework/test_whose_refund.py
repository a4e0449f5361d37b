"""A refund past every return is noted on the case that it is about, and on no other."""

from __future__ import annotations

import pytest

from plugin import casework
from plugin.devstore.refunds import refund_item
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import order_of
from tests.casework.scene import SHOP, Scene

CLAUSES = [
    {
        "id": "no-unwanted",
        "text": {"en": "What is not wanted any more does not come back."},
        "when": {"fact": "reason", "one_of": ["unwanted"]},
        "then": "decline",
        "ground": "OTHER",
        "offer": False,
    },
    {
        "id": "color",
        "text": {"en": "What has another color comes back."},
        "when": {"fact": "reason", "one_of": ["color"]},
        "then": "approve",
    },
]


@pytest.fixture
def two(scene: Scene) -> tuple[str, str]:
    """Two returns of one order, of one product in two sizes: refused, and approved."""
    scene.change_policy(refund={"pays": "without_return"}, clauses=CLAUSES)
    scene.prefer(Mode.AUTOMATIC, refunds=True)
    made = scene.world.control(
        "orders", shop=SHOP, delivered_days_ago=5, country="US", province="CO", lines=2
    )
    number, items = made[0]["order_number"], made[0]["line_item_ids"]
    orders = scene.store.shops[SHOP].orders.values()
    [order] = [each for each in orders if each.name == f"#{number}"]
    order.line_items[1].title = order.line_items[0].title
    refused = ask(scene, number, items[0], "unwanted")
    approved = ask(scene, number, items[1], "color")
    scene.run(refused)
    return refused, approved


def ask(scene: Scene, number: int, item: str, reason: str) -> str:
    """Let a customer ask for a line of an order, for a reason."""
    line = {"line_item_id": item, "quantity": 1, "reason": reason}
    answer = scene.world.post(
        f"/{SHOP}/account/orders/{number}/returns",
        json={"lines": [line]},
        headers={"Accept": "application/json"},
    )
    return str(answer.json()["return_id"])


def record(scene: Scene, return_id: str) -> None:
    """Tell the story of the order's only refund."""
    [refund] = order_of(scene, return_id).refunds
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)


def audited(scene: Scene, return_id: str) -> bool:
    """Whether a refund was noted on a case."""
    return any(key.startswith("audit:") for key in scene.keys(return_id))


def test_our_own_refund_of_one_return_overturns_no_refusal_of_another(
    scene: Scene, two: tuple[str, str]
) -> None:
    _, approved = two
    scene.run(approved)
    before = scene.shelf.overturned("no-unwanted")
    record(scene, approved)

    assert "call:refund" in scene.keys(approved)
    assert before == scene.shelf.overturned("no-unwanted") == (1, 0)
    assert [audited(scene, each) for each in two] == [False, True]


@pytest.mark.parametrize("note", ["", "Evenhand #9-R1 (1)"])
@pytest.mark.parametrize("refunded", [0, 1])
def test_a_refund_of_staff_is_about_the_line_item_that_it_names(
    life: Life, two: tuple[str, str], refunded: int, note: str
) -> None:
    scene = life.scene
    scene.prefer(Mode.AUTOMATIC, refunds=False)
    scene.run(two[1])
    order = order_of(scene, two[0])
    life.refund(life.number(two[0]), amount="1.00")
    [refund] = order.refunds
    refund.return_ = None
    refund.note = note
    line = refund_item(scene.store, order, order.line_items[refunded], 1)
    refund.refund_line_items = [line]
    record(scene, two[0])

    assert [audited(scene, each) for each in two] == [refunded == 0, refunded == 1]
    assert scene.shelf.overturned("no-unwanted") == (1, int(refunded == 0))
