"""A request of approved and refused items is split where the merchant lets it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status, TaskKind
from plugin.casework.overriding import TASK
from plugin.casework.splitting import REMOVED
from plugin.policy.decision import Outcome
from plugin.ports import Refused, Unreachable
from plugin.shop import Mode
from tests.casework.paying import paid_back
from tests.casework.scene import SHOP, Bomb, Crash, Scene

MOST_CALLS = 60
Meddle = Callable[[], None]


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


@pytest.fixture
def mixed(scene: Scene) -> Scene:
    """A shop whose policy refuses final sale items, and that lets returns be edited."""
    return lets_split(scene)


def lets_split(scene: Scene) -> Scene:
    """Let the policy refuse some items, the merchant split, and the store edit."""
    clause = {
        "id": "no-mugs",
        "text": {"en": "The second item stays with its buyer."},
        "when": {"fact": "price", "at_least": 9000},
        "then": "decline",
        "ground": "FINAL_SALE",
    }
    clauses = scene.packs.preset("standard-30-days")["clauses"]
    scene.change_policy(clauses=[clause, *clauses], refund={"pays": "at_once"})
    scene.prefer(Mode.AUTOMATIC, refunds=True, splits=True)
    scene.store.shops[SHOP].edits_requests = True
    return scene


def asked(scene: Scene) -> str:
    """Ask for two items at once, of which the policy refuses one."""
    order = {"country": "US", "province": "CO", "lines": 2}
    [made] = scene.world.control("orders", shop=SHOP, delivered_days_ago=5, **order)
    lines = [
        {"line_item_id": id, "quantity": 1, "reason": "unwanted"}
        for id in made["line_item_ids"]
    ]
    path = f"/{SHOP}/account/orders/{made['order_number']}/returns"
    answer = scene.world.post(path, json={"lines": lines})
    return str(answer.json()["return_id"])


def lines(scene: Scene, return_id: str) -> list[str]:
    found = scene.store.shops[SHOP].returns[return_id].return_line_items
    return [line.fulfillment_line_item.line_item.title for line in found]


def test_the_refused_item_is_taken_out_and_the_rest_approved(mixed: Scene) -> None:
    return_id = asked(mixed)
    before = lines(mixed, return_id)

    case = mixed.run(return_id)

    assert case is not None
    assert (case.status, case.outcome) == (Status.ANSWERED, Outcome.APPROVE)
    assert mixed.found(return_id)["status"] == "OPEN"
    assert lines(mixed, return_id) == before[:1]
    [told] = case.to_do
    assert told.startswith(
        f"Tell the customer why this does not come back: {before[1]}"
    )
    assert "hello@alpine-goods.example" in told
    assert paid_back(mixed, return_id) == [Decimal("89.0")]


def test_what_is_taken_out_counts_once_for_the_rule_that_refused_it(
    mixed: Scene,
) -> None:
    return_id = asked(mixed)

    for _ in range(2):
        mixed.run(return_id)

    counts = [(each.rule, each.declined) for each in mixed.shelf.rule_counts()]
    assert counts == [("no-mugs", 1)]


@pytest.mark.parametrize(("item", "overturned"), [(0, 0), (1, 1)])
def test_what_was_taken_out_is_overturned_by_its_own_refund_only(
    mixed: Scene, item: int, overturned: int
) -> None:
    return_id = asked(mixed)
    mixed.run(return_id)
    order = mixed.store.shops[SHOP].returns[return_id].order
    line = order.line_items[item]
    before = mixed.shelf.overturned("no-mugs")
    path = f"/{SHOP}/admin/orders/{order.name.removeprefix('#')}/refund"
    price = line.discounted_unit_price_after_all_discounts_set.shop_money.amount
    given = mixed.world.post(path, json={"amount": str(price)})
    given.raise_for_status()
    refund = order.refunds[-1]
    # The desk books the oldest item that is left.
    booked: Any = refund.refund_line_items[0]
    refund.refund_line_items[:] = [replace(booked, line_item=line)]
    casework.record_refund(mixed.services, shop=SHOP, refund_id=refund.id)

    assert before == (1, 0)
    assert mixed.shelf.overturned("no-mugs") == (1, overturned)


@pytest.mark.parametrize(
    ("mode", "splits"), [(Mode.AUTOMATIC, False), (Mode.ASSIST, True)]
)
def test_else_the_plan_is_ready_for_a_person(
    mixed: Scene, mode: Mode, splits: bool
) -> None:
    mixed.prefer(mode, splits=splits)
    return_id = asked(mixed)

    case = mixed.run(return_id)

    first, second = lines(mixed, return_id)
    assert case is not None
    assert (case.status, case.outcome) == (Status.IN_REVIEW, Outcome.REVIEW)
    assert case.to_do[0] == (
        f"Split this return: take out {second}, then approve the rest ({first})."
    )
    assert mixed.found(return_id)["status"] == "REQUESTED"
    assert mixed.effects()["removeFromReturn"] == 0


def test_a_platform_that_does_not_split_leaves_it_to_a_person(mixed: Scene) -> None:
    mixed.store.shops[SHOP].edits_requests = False
    return_id = asked(mixed)

    case = mixed.run(return_id)

    assert case is not None
    assert case.status is Status.IN_REVIEW
    assert case.to_do[-1].startswith("Split it yourself: remove_lines was refused")
    assert mixed.found(return_id)["status"] == "REQUESTED"
    assert paid_back(mixed, return_id) == []


def test_staff_who_approve_all_first_are_not_fought(mixed: Scene) -> None:
    return_id = asked(mixed)
    number = return_id.rpartition("/")[2]
    casework.decide_case(mixed.services, shop=SHOP, return_id=return_id)
    mixed.world.post(f"/{SHOP}/admin/returns/{number}/approve")

    case = mixed.run(return_id)

    assert case is not None
    assert case.status is Status.SUPERSEDED
    assert len(lines(mixed, return_id)) == 2
    assert paid_back(mixed, return_id) == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_split_that_is_cut_off_is_finished(mixed: Scene, after: bool) -> None:
    for number in range(1, MOST_CALLS):
        return_id = asked(mixed)
        bomb = Bomb(at=number, after=after)
        before = mixed.effects()["removeFromReturn"]
        with suppress(Crash):
            mixed.run(return_id, mixed.mined(bomb))
        case = mixed.run(return_id)

        assert case is not None
        assert case.status is Status.ANSWERED, bomb.calls
        assert case.outcome is Outcome.APPROVE, bomb.calls
        assert len(lines(mixed, return_id)) == 1, bomb.calls
        assert mixed.effects()["removeFromReturn"] == before + 1, bomb.calls
        assert paid_back(mixed, return_id) == [Decimal("89.0")], bomb.calls
        if len(bomb.calls) < number:
            break

    assert number > 20


class Meddling:
    """A way to the platform on which something happens before an operation."""

    def __init__(
        self, scene: Scene, operation: str, meddle: Callable[[], object]
    ) -> None:
        self._client = scene.client
        self._operation = operation
        self._meddle = meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def execute(self, shop: str, operation: str, given: Any) -> Any:
        if operation == self._operation:
            self._meddle()
        return self._client.execute(shop, operation, given)


def refuse() -> None:
    raise Refused("approve_return was refused")


def counted(scene: Scene) -> list[tuple[str, int]]:
    return [(each.rule, each.declined) for each in scene.shelf.rule_counts()]


def test_what_is_left_and_cannot_be_approved_is_for_a_person(mixed: Scene) -> None:
    return_id = asked(mixed)
    before = lines(mixed, return_id)
    services = mixed.with_client(Meddling(mixed, "approve_return", refuse))

    case = mixed.run(return_id, services)
    again = mixed.run(return_id, services)

    assert case == again
    assert case is not None
    assert (case.status, case.outcome) == (Status.IN_REVIEW, Outcome.REVIEW)
    told, approve = case.to_do
    assert told.startswith(
        f"Tell the customer why this does not come back: {before[1]}"
    )
    assert approve == (
        "What was refused is out of this return. Approve the rest yourself: "
        "approve_return was refused."
    )
    assert lines(mixed, return_id) == before[:1]
    assert mixed.found(return_id)["status"] == "REQUESTED"
    assert REMOVED in mixed.keys(return_id)
    assert counted(mixed) == [("no-mugs", 1)]
    assert paid_back(mixed, return_id) == []


@pytest.mark.parametrize("to", ["approve", "decline"])
def test_a_person_who_decides_on_the_rest_still_tells_what_was_refused(
    mixed: Scene, to: str
) -> None:
    return_id = asked(mixed)
    mixed.run(return_id, mixed.with_client(Meddling(mixed, "approve_return", refuse)))
    words: Any = {"ground": "OTHER", "words": "It was worn."} if to == "decline" else {}

    casework.override_case(
        mixed.services,
        shop=SHOP,
        return_id=return_id,
        by="staff:7",
        to=to,
        number=1,
        **words,
    )
    case = mixed.run(return_id)

    assert case is not None
    assert case.status is Status.ANSWERED
    assert case.tasks[0].kind is TaskKind.TELL_REFUSAL
    assert case.tasks[1:] == ((TASK,) if to == "approve" else ())


def test_staff_who_approve_what_is_left_first_are_not_fought(mixed: Scene) -> None:
    return_id = asked(mixed)
    before = lines(mixed, return_id)
    number = return_id.rpartition("/")[2]

    def approve() -> None:
        mixed.world.post(f"/{SHOP}/admin/returns/{number}/approve")

    case = mixed.run(
        return_id, mixed.with_client(Meddling(mixed, "approve_return", approve))
    )

    assert case is not None
    assert case.status is Status.SUPERSEDED
    [told] = case.to_do
    assert told.startswith(
        f"Tell the customer why this does not come back: {before[1]}"
    )
    assert counted(mixed) == [("no-mugs", 1)]
    assert mixed.found(return_id)["decided_by"] == "staff"


def test_a_split_that_is_given_up_tells_what_is_left_to_do(mixed: Scene) -> None:
    return_id = asked(mixed)
    before = lines(mixed, return_id)

    def cut() -> None:
        raise Unreachable("cut")

    with suppress(Unreachable):
        mixed.run(return_id, mixed.with_client(Meddling(mixed, "approve_return", cut)))
    casework.give_up(mixed.later(hours=8), shop=SHOP, return_id=return_id, why="lost")

    case = mixed.shelf.find(return_id)
    assert case is not None
    assert case.status is Status.FAILED
    [told] = case.to_do
    assert told.startswith(
        f"Tell the customer why this does not come back: {before[1]}"
    )
    assert counted(mixed) == [("no-mugs", 1)]
