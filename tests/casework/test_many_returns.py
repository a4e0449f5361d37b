"""An order, and a customer, with more returns than one page of them shows."""

from __future__ import annotations

from collections import Counter

from plugin import casework
from plugin.case import Status
from plugin.policy.decision import Outcome
from tests.casework.paying import order_of
from tests.casework.scene import SHOP, Scene

ELEVEN = 11


def asked_often(scene: Scene) -> str:
    """Let a customer ask for one item until more was asked than a page shows."""
    return_id = scene.asked(days=5)
    number = int(scene.found(return_id)["order_name"].removeprefix("#"))
    line = order_of(scene, return_id).line_items[0].id
    for _ in range(ELEVEN):
        path = f"/{SHOP}/account/returns/{return_id}/cancel"
        scene.world.post(path, headers={"Accept": "application/json"}, json={})
        return_id = scene.ask_again(number, line)
    return return_id


def test_a_cut_list_of_an_orders_returns_leaves_a_refusal_to_a_person(
    scene: Scene,
) -> None:
    newest = asked_often(scene)

    case = casework.decide_case(scene.services, shop=SHOP, return_id=newest)

    asked = scene.world.truth(SHOP)["returns"]
    facts = scene.shelf.body(newest, "facts")
    assert len(asked) == ELEVEN + 1
    assert Counter(each["status"] for each in asked) == {"REQUESTED": 1, "CANCELED": 11}
    assert facts is not None
    assert facts["complete"] is False
    assert case is not None
    assert (case.status, case.outcome) == (Status.DECIDED, Outcome.REVIEW)


def test_a_cut_history_of_a_customer_is_not_known(scene: Scene) -> None:
    newest = asked_often(scene)

    request = scene.services.platform.request(SHOP, newest)

    assert request is not None
    assert scene.services.platform.returns_before(SHOP, request) is None
