"""Shopify Flow is told what happened, as the store itself remembers it."""

from __future__ import annotations

from typing import Any

import pytest

from plugin import casework
from plugin.archive.endpoints import FLOW
from plugin.outgoing.telling import DECIDED
from plugin.shop import Mode
from plugin.shopify.errors import UserError
from plugin.shopify.flow import FlowTriggers
from tests.casework.scene import SHOP
from tests.outgoing.town import Town


def test_it_triggers_what_the_store_then_shows(town: Town) -> None:
    town.endpoints.use_flow()
    town.work()
    town.scene.prefer(Mode.ASSIST)

    case = town.decided()
    town.quiet()

    number = int(case.order_id.rpartition("/")[2])
    said = {
        "order_id": number,
        "Return id": case.return_id,
        "Outcome": "decline",
        "Status": "decided",
        "Ground": "RETURN_PERIOD_ENDED",
        "Decided by": ", ".join(case.decided_by),
    }
    assert received(town) == {
        "return-decision-made": [said],
        "review-needed": [{**said, "Status": "proposed"}],
    }
    assert [(d.endpoint_id, d.state) for d in town.log()] == [(FLOW, "done")] * 2
    page = town.world.get(f"/{SHOP}/admin/flow").text
    assert "review-needed" in page
    assert case.return_id in page


def test_it_is_off_until_it_is_switched_on_and_after_it_was_switched_off(
    town: Town,
) -> None:
    town.work()
    town.decided()
    town.endpoints.use_flow()
    town.endpoints.disable(FLOW)
    town.decided()
    town.quiet()

    assert received(town) == {}

    town.endpoints.use_flow()
    town.decided()
    town.quiet()

    assert list(received(town)) == ["return-decision-made"]
    assert len(town.endpoints.all()) == 1


@pytest.mark.parametrize("kind", ["http_500", "internal_error"])
def test_it_tries_again_when_the_store_is_not_well(town: Town, kind: str) -> None:
    town.endpoints.use_flow()
    town.work()
    town.world.control("fail", operation="flowTriggerReceive", kind=kind, times=2)
    town.scene.prefer(Mode.OBSERVE)

    town.decided()
    town.quiet()

    (delivery,) = town.log()
    assert (delivery.state, delivery.tries) == ("done", 3)
    assert len(received(town)["return-decision-made"]) == 1


def test_an_answer_that_was_lost_triggers_twice_for_flow_knows_no_repeat(
    town: Town,
) -> None:
    town.endpoints.use_flow()
    town.work()
    town.scene.prefer(Mode.OBSERVE)
    lost: dict[str, Any] = {"kind": "drop_after_effect", "times": 1}
    town.world.control("fail", operation="flowTriggerReceive", **lost)

    town.decided()
    town.quiet()

    one, two = received(town)["return-decision-made"]
    assert one == two
    assert [d.state for d in town.log()] == ["done"]


def test_what_the_store_refuses_is_shown_and_not_tried_again(town: Town) -> None:
    town.endpoints.use_flow()
    case = town.decided()
    shop = town.world.app.extensions["devstore"].shops[SHOP]
    del shop.orders[case.order_id]

    town.work()
    town.quiet()

    failed = town.log()[0]
    assert (failed.state, failed.tries, failed.result) == ("failed", 1, "user_error")
    assert "names no order" in str(failed.answer)
    assert received(town) == {}


@pytest.mark.parametrize(
    ("handle", "payload", "said"),
    [
        ("unknown", {}, "Invalid handle"),
        (None, {}, "Invalid handle"),
        ("review-needed", None, "Invalid payload"),
        ("review-needed", {"a": "b" * 50_000}, "Invalid payload"),
        ("review-needed", {}, "is missing"),
        ("review-needed", {"Colour": "red"}, "is not declared"),
    ],
)
def test_the_store_takes_only_what_the_app_declared(
    town: Town, handle: Any, payload: Any, said: str
) -> None:
    triggers = FlowTriggers(client=town.scene.client)
    variables = {"handle": handle, "payload": payload}

    answer = town.scene.client.execute(SHOP, "trigger_flow", variables)
    (error,) = answer["flowTriggerReceive"]["userErrors"]

    assert said in error["message"]
    assert received(town) == {}
    if payload is not None and handle is not None:
        with pytest.raises(UserError) as raised:
            triggers.trigger(SHOP, handle, payload)
        assert raised.value.permanent


def test_a_request_without_an_order_is_not_told_to_flow(town: Town) -> None:
    receiver, _, _ = town.listen()
    town.endpoints.use_flow()
    town.work()

    casework.give_up(
        town.scene.services,
        shop=SHOP,
        return_id="gid://shopify/Return/77",
        why="retry:unexpected",
    )
    town.quiet()

    assert receiver.kinds() == ["review.needed"]
    assert received(town) == {}
    assert DECIDED not in receiver.kinds()


def received(town: Town) -> dict[str, list[dict[str, Any]]]:
    """What each trigger was told, as the store remembers it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in town.world.truth(SHOP)["flow"]:
        found.setdefault(each["handle"], []).append(each["payload"])
    return found
