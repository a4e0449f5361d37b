"""An order's tags tell how its requests stand now, and nothing else is touched."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status
from plugin.ports import Refused, Services
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.scene import SHOP, Bomb, Crash, Mined, Scene
from tests.casework.test_casework import grumpy
from tests.casework.test_splitting import Meddling

OWN = ["VIP", "evenhand-gift"]
WAITS, PROPOSED = "evenhand-review", "evenhand-proposed"
APPROVED, DECLINED = "evenhand-approved", "evenhand-declined"
MOST_CALLS = 30


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


def tags(scene: Scene, return_id: str) -> list[str]:
    """Read an order's tags in the store."""
    order = scene.found(return_id)["order_name"]
    [found] = [o for o in scene.world.truth(SHOP)["orders"] if o["name"] == order]
    return sorted(found["tags"])


def taken_off(scene: Scene) -> list[tuple[int, int]]:
    """Say how often tags were taken off each order, and how often it did anything."""
    return scene.world.calls("tagsRemove", SHOP)


def proposed(scene: Scene) -> str:
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    case = scene.run(return_id)
    assert case is not None
    assert case.status is Status.PROPOSED
    assert tags(scene, return_id) == [PROPOSED]
    return return_id


def confirm(services: Services, return_id: str) -> None:
    """Tell the story of a proposal that is sent."""
    about: dict[str, Any] = {"shop": SHOP, "return_id": return_id}
    casework.confirm_case(services, **about, by="staff:1")
    casework.answer_case(services, **about)
    casework.mark_case(services, **about)


def approve(scene: Scene, return_id: str) -> None:
    """Tell the story of a request that a person approves."""
    about: dict[str, Any] = {"shop": SHOP, "return_id": return_id}
    casework.override_case(
        scene.services, **about, by="staff:7", to="approve", number=1
    )
    casework.answer_case(scene.services, **about)
    casework.mark_case(scene.services, **about)


def test_a_sent_proposal_is_no_proposal_any_more(scene: Scene) -> None:
    return_id = proposed(scene)
    with scene.store.lock:
        scene.store.shops[SHOP].returns[return_id].order.tags += OWN

    confirm(scene.services, return_id)
    confirm(scene.services, return_id)

    assert tags(scene, return_id) == sorted([*OWN, DECLINED])
    assert taken_off(scene) == [(1, 1)]
    marks = [key for key in scene.keys(return_id) if key.startswith("call:mark:")]
    assert marks == ["call:mark:proposed", "call:mark:answered"]


def test_a_tag_that_staff_took_off_is_not_taken_off_again(scene: Scene) -> None:
    return_id = proposed(scene)
    with scene.store.lock:
        scene.store.shops[SHOP].returns[return_id].order.tags = []

    confirm(scene.services, return_id)

    assert tags(scene, return_id) == [DECLINED]
    assert taken_off(scene) == []


def test_a_first_answer_takes_nothing_off(scene: Scene) -> None:
    return_id = scene.asked(days=45)

    scene.run(return_id)

    assert tags(scene, return_id) == [DECLINED]
    assert taken_off(scene) == []


def test_a_request_that_was_withdrawn_waits_for_nobody(life: Life) -> None:
    return_id = life.scene.asked(days=45, country="PE", province=None)
    life.tell_all(life.events(1))
    before = tags(life.scene, return_id)
    life.withdraw(return_id)
    life.tell_all(life.events(1))

    assert life.case(return_id).status is Status.WITHDRAWN
    assert (before, tags(life.scene, return_id)) == ([WAITS], [])


def test_a_hold_and_its_end_are_shown_each_time(life: Life) -> None:
    return_id = proposed(life.scene)
    life.events(1)
    number = life.number(return_id)
    life.act("disputes", number=number)
    life.tell_all(life.events(1))

    shown = [tags(life.scene, return_id)]
    for status in ("WON", "NEEDS_RESPONSE", "WON"):
        life.act("disputes/move", number=number, status=status)
        life.tell_all(life.events(1))
        shown.append(tags(life.scene, return_id))

    assert shown == [[WAITS], [PROPOSED], [WAITS], [PROPOSED]]


def test_a_tag_stays_while_another_return_of_the_order_needs_it(scene: Scene) -> None:
    order = {"country": "PE", "province": None, "lines": 2}
    [made] = scene.world.control("orders", shop=SHOP, delivered_days_ago=45, **order)
    number = made["order_number"]
    one, other = [scene.ask_again(number, item) for item in made["line_item_ids"]]
    for return_id in (one, other):
        scene.run(return_id)
    both = tags(scene, one)

    approve(scene, one)
    between = tags(scene, one)
    approve(scene, other)

    assert (both, between) == ([WAITS], [APPROVED, WAITS])
    assert tags(scene, one) == [APPROVED]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_anywhere_ends_with_the_tags_that_hold(
    scene: Scene, after: bool
) -> None:
    tried = 0
    for at in range(1, MOST_CALLS):
        return_id = proposed(scene)
        about: dict[str, Any] = {"shop": SHOP, "return_id": return_id}
        casework.confirm_case(scene.services, **about, by="staff:1")
        casework.answer_case(scene.services, **about)
        bomb = Bomb(at=at, after=after)
        try:
            casework.mark_case(scene.mined(bomb), **about)
        except Crash:
            tried += 1
        casework.mark_case(scene.services, **about)

        assert tags(scene, return_id) == [DECLINED], bomb.calls
        assert taken_off(scene)[-1][1] == 1, bomb.calls
        if len(bomb.calls) < at:
            break
    assert tried >= 8
    # Tag, metafield, the tags that are there, and the one that is taken off.
    assert bomb.calls.count("execute") == 4


@pytest.mark.parametrize("call", ["mark", "unmark"])
def test_a_tag_that_cannot_be_changed_keeps_nothing_back(
    scene: Scene, call: str
) -> None:
    return_id = proposed(scene)

    confirm(grumpy(scene, **{call: Refused("no tags today")}), return_id)

    assert scene.found(return_id)["status"] == "DECLINED"
    body = scene.shelf.body(return_id, "call:mark:answered")
    assert body is not None
    assert body["answer"] == {"refused": "no tags today"}
    assert PROPOSED in tags(scene, return_id)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_while_another_return_comes_to_need_a_tag_leaves_it_there(
    scene: Scene, after: bool
) -> None:
    scene.prefer(Mode.ASSIST)
    order = {"country": "US", "province": "CO", "lines": 2}
    for at in range(1, MOST_CALLS):
        [made] = scene.world.control(
            "orders", shop=SHOP, delivered_days_ago=45, **order
        )
        number, items = made["order_number"], made["line_item_ids"]
        one, other = [scene.ask_again(number, item) for item in items]
        scene.run(one)
        about: dict[str, Any] = {"shop": SHOP, "return_id": one}
        casework.confirm_case(scene.services, **about, by="staff:1")
        casework.answer_case(scene.services, **about)
        bomb = Bomb(at=at, after=after)
        mined = scene.mined(bomb)
        meanwhile = Meddling(scene, "untag_order", partial(scene.run, other))
        slow = scene.with_client(Mined(meanwhile, bomb))
        with suppress(Crash):
            casework.mark_case(replace(slow, archive=mined.archive), **about)
        scene.run(other)
        casework.mark_case(scene.services, **about)

        assert tags(scene, one) == [DECLINED, PROPOSED], bomb.calls
        if len(bomb.calls) < at:
            break
    # Both tags and metafields, the tags that are there, and the one taken off.
    assert bomb.calls.count("execute") == 6
