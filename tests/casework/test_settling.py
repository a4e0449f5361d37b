"""What an approval leaves to staff is said, and shown on the order."""

from __future__ import annotations

import json
from typing import Any

from plugin.case import Case, Settled
from plugin.policy.money import Money
from plugin.policy.remedies import Charge, Remedy
from tests.casework.scene import SHOP, Scene

FEE = {"id": "restocking", "percent": 10}


def decided(scene: Scene, return_id: str) -> Case:
    case = scene.run(return_id)
    assert case is not None
    return case


def mark_of(scene: Scene, case: Case) -> Any:
    orders = scene.world.truth(SHOP)["orders"]
    [order] = [each for each in orders if each["id"] == case.order_id]
    return json.loads(order["metafields"][0]["value"])


def test_plain_money_back_leaves_nothing_to_do(scene: Scene) -> None:
    case = decided(scene, scene.asked(days=5))

    title = case.asked[0].title
    assert case.to_do == ()
    assert case.settled == (
        Settled(
            title=title,
            remedies=(Remedy.ORIGINAL_PAYMENT,),
            line_id=scene.found(case.return_id)["lines"][0]["id"],
            quantity=1,
            price=Money.of("89.0", "USD"),
        ),
    )
    assert mark_of(scene, case)["settled"] == [
        {"item": title, "remedies": ["original_payment"], "fees": []}
    ]


def test_what_the_law_may_ask_is_looked_at_before_money_goes_back(
    scene: Scene,
) -> None:
    scene.change_policy(refund={"return_shipping": "consumer"})

    case = decided(scene, scene.asked(days=5, country="NZ", province=None))

    title = case.asked[0].title
    assert [task.partition(" (")[0] for task in case.to_do] == [
        f"{title}: look whether you have to pay for the way back"
    ]


def test_other_remedies_and_fees_are_for_staff(scene: Scene) -> None:
    refund = {"remedies": ["store_credit", "exchange"]}
    scene.change_policy(refund=refund, fees=[FEE])
    return_id = scene.asked(days=5)

    case = decided(scene, return_id)

    title = case.asked[0].title
    assert scene.found(return_id)["status"] == "OPEN"
    assert case.settled == (
        Settled(
            title=title,
            remedies=(Remedy.STORE_CREDIT, Remedy.EXCHANGE),
            fees=(Charge(id="restocking", amount=Money.of("8.90", "USD")),),
            line_id=scene.found(return_id)["lines"][0]["id"],
            quantity=1,
            price=Money.of("89.0", "USD"),
        ),
    )
    assert case.to_do == (
        f"{title}: give store credit or an exchange. The platform"
        " cannot offer an exchange by itself: a person must.",
        f"{title}: keep back 8.90 USD (restocking).",
    )
    assert mark_of(scene, case)["settled"] == [
        {
            "item": title,
            "remedies": ["store_credit", "exchange"],
            "fees": [{"id": "restocking", "amount": "8.90", "currency": "USD"}],
        }
    ]


def test_a_fee_that_nobody_knows_is_for_staff_to_work_out(scene: Scene) -> None:
    when = {"fact": "item_condition", "contains": "used"}
    scene.change_policy(fees=[{**FEE, "when": when}])

    case = decided(scene, scene.asked(days=5))

    title = case.asked[0].title
    assert case.to_do == (
        f"{title}: give money back the way it was paid.",
        f"{title}: work out the fee restocking yourself (not known: item_condition).",
    )
    assert mark_of(scene, case)["settled"][0]["fees"] == [
        {"id": "restocking", "amount": None, "currency": None}
    ]


def test_a_refusal_settles_nothing(scene: Scene) -> None:
    scene.change_policy(fees=[FEE], offers=[])

    case = decided(scene, scene.asked(days=45))

    assert (case.settled, case.to_do) == ((), ())
    assert mark_of(scene, case)["settled"] == []
