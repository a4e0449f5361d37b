"""What staff gave themselves: what is left of it to anybody, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin import casework, roll
from plugin.archive.scope import Across, across
from plugin.case import MAY_PAY, REFUND_LEFT, THEIRS, Entry, TaskKind
from plugin.devstore.refunds import refund_item
from plugin.ports import Refused, Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    arrived,
    lets_pay,
    order_of,
    paid_back,
    pay,
    record,
    refunds,
)
from tests.casework.scene import SHOP
from tests.casework.test_lost_answers import fail
from tests.casework.test_paying import RESTOCKING
from tests.casework.test_splitting import Meddling


@pytest.mark.parametrize("first", ["event", "payer"])
def test_what_staff_gave_in_whole_waits_for_nobody(life: Life, first: str) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", fees=[RESTOCKING])
    return_id = approved(scene)
    life.refund(life.number(return_id), amount="80.10")
    life.act("returns/close", return_id=return_id)
    steps = [record, pay] if first == "event" else [pay, record]
    for step in steps:
        step(scene, return_id)

    assert any(key.startswith("refund:covered:") for key in scene.keys(return_id))
    assert not life.case(return_id).waits
    with across(scene.archive.engine, Across.COMMANDS).connect() as db:
        [row] = roll.shop_rows(db, datetime.now(UTC))
    assert len(scene.shelf.waiting()) == row.waiting == 0
    assert paid_back(scene, return_id) == [Decimal("80.10")]


def test_what_staff_gave_waits_for_nobody_by_the_stores_own_events(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", fees=[RESTOCKING])
    return_id = approved(scene)
    life.events(2)
    life.refund(life.number(return_id), amount="80.10")
    life.tell_all(life.events(1))
    life.act("returns/close", return_id=return_id)
    life.tell_all(life.events(1))

    assert any(key.startswith("refund:covered:") for key in scene.keys(return_id))
    assert scene.shelf.waiting() == []


def test_what_waits_is_never_out_of_sight(life: Life) -> None:
    scene = life.scene
    waits = scene.asked(days=45)
    casework.give_up(scene.services, shop=SHOP, return_id=waits, why="retry:unexpected")
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.refund(life.number(return_id), amount="89.00")
    life.act("returns/close", return_id=return_id)
    done = pay(scene, return_id)
    for number in range(1, 101):
        more = replace(done, return_id=f"gid://shopify/Return/{number}")
        entries = [Entry(key=key, kind="event", body={}) for key in (MAY_PAY, THEIRS)]
        scene.shelf.open(more, *entries)

    assert THEIRS in scene.keys(return_id)
    assert [case.return_id for case, _ in scene.shelf.waiting()] == [waits]


def test_a_task_to_give_money_is_gone_once_it_was_given(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    life.act("payments", number=life.number(return_id), status="FAILURE")
    scene.run(return_id)
    failed = life.case(return_id)
    life.act("payments", number=life.number(return_id), status="SUCCESS")
    life.refund(life.number(return_id), amount="89.00")
    record(scene, return_id)

    assert "Give it back yourself" in failed.to_do[0]
    assert failed.waits
    assert life.case(return_id).to_do == ()
    assert not life.case(return_id).waits


@pytest.mark.parametrize("named", [True, False], ids=["of the return", "an amount"])
def test_what_was_left_to_staff_ends_once_they_gave_it(life: Life, named: bool) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    no = Meddling(scene, "process_return", fail(Refused("no")))
    scene.run(return_id, scene.with_client(no))
    left = life.case(return_id)
    life.refund(life.number(return_id), amount="89.00")
    if not named:
        [refund] = order_of(scene, return_id).refunds
        refund.return_, refund.refund_line_items = None, []
    record(scene, return_id)

    assert left.waits
    assert paid_back(scene, return_id) == [PRICE]
    assert (life.case(return_id).waits, life.case(return_id).to_do) == (False, ())


@pytest.mark.parametrize("amount", ["88.99", "88.98"])
def test_what_was_converted_may_be_a_cent_less(life: Life, amount: str) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.refund(life.number(return_id), amount=amount)
    record(scene, return_id)
    keys = scene.keys(return_id)

    covered = any(key.startswith("refund:covered:") for key in keys)
    assert covered == (amount == "88.99")


def test_a_refund_of_staff_that_failed_waits_for_somebody(life: Life) -> None:
    scene = life.scene
    scene.prefer(Mode.AUTOMATIC, refunds=False)
    return_id = approved(scene)
    number = life.number(return_id)
    life.act("payments", number=number, status="FAILURE")
    life.refund(number, amount="89.00")
    record(scene, return_id)
    failed = life.case(return_id)
    life.act("payments", number=number, status="SUCCESS")
    life.refund(number, amount="89.00")
    for _ in range(2):
        record(scene, return_id)

    assert "failed at the payment provider; look at it" in failed.to_do[-1]
    assert failed.waits
    assert (life.case(return_id).waits, life.case(return_id).to_do) == (False, ())


@pytest.mark.parametrize("may_pay", [True, False])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1)], ids=str)
def test_it_is_all_one_which_of_two_refunds_is_heard_of_first(
    life: Life, may_pay: bool, order: tuple[int, ...]
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    scene.prefer(Mode.AUTOMATIC, refunds=may_pay)
    return_id = approved(scene)
    for status in ("FAILURE", "SUCCESS"):
        life.act("payments", number=life.number(return_id), status=status)
        life.refund(life.number(return_id), amount="89.00")
    both = refunds(scene, return_id)
    for each in order:
        casework.record_refund(scene.services, shop=SHOP, refund_id=both[each].id)

    assert (life.case(return_id).waits, life.case(return_id).to_do) == (False, ())


def test_shipping_that_staff_gave_ends_no_money_of_the_goods(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, outbound_shipping=False)
    return_id = scene.asked(days=5, shipping="95.00")
    no = Meddling(scene, "process_return", fail(Refused("no")))
    scene.run(return_id, scene.with_client(no))
    life.refund(life.number(return_id), amount="95.00", shipping="95.00")
    [refund] = refunds(scene, return_id)
    refund.return_, refund.refund_line_items = None, []
    record(scene, return_id)

    assert life.case(return_id).waits


@pytest.mark.parametrize("first", ["event", "payer"])
@pytest.mark.parametrize(
    ("order", "promises", "gives", "why"),
    [
        (
            {"shipping": "30.00"},
            False,
            {"amount": "90.00", "shipping": "30.00"},
            "60.00 USD of 89.00 USD for the items, and 30.00 USD of 0.00 USD",
        ),
        (
            {"shipping": "30.00"},
            True,
            {"amount": "89.00"},
            "89.00 USD of 89.00 USD for the items, and 0.00 USD of 30.00 USD",
        ),
        ({"tax_percent": "20"}, False, {"amount": "89.00"}, "89.00 USD of 106.80 USD"),
    ],
    ids=["shipping nobody promised", "shipping was promised", "added tax"],
)
def test_goods_are_held_beside_goods_and_shipping_beside_shipping(
    life: Life,
    first: str,
    order: dict[str, str],
    promises: bool,
    gives: dict[str, str],
    why: str,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", outbound_shipping=promises)
    return_id = approved(scene, **order)
    life.refund(life.number(return_id), **gives)
    life.act("returns/close", return_id=return_id)
    for step in [record, pay] if first == "event" else [pay, record]:
        step(scene, return_id)

    assert life.case(return_id).waits
    assert f"the rest is due: staff gave {why}" in life.case(return_id).to_do[-1]
    assert len(paid_back(scene, return_id)) == 1


@pytest.mark.parametrize("first", ["event", "payer"])
@pytest.mark.parametrize(
    ("order", "amount", "shipping"),
    [
        ({"shipping": "30.00"}, "119.00", "30.00"),
        ({"tax_percent": "20"}, "106.80", "0"),
    ],
    ids=["shipping", "added tax"],
)
def test_all_that_was_promised_in_its_parts_waits_for_nobody(
    life: Life, first: str, order: dict[str, str], amount: str, shipping: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", outbound_shipping=True)
    return_id = approved(scene, **order)
    life.refund(life.number(return_id), amount=amount, shipping=shipping)
    life.act("returns/close", return_id=return_id)
    for step in [record, pay] if first == "event" else [pay, record]:
        step(scene, return_id)

    assert any(key.startswith("refund:covered:") for key in scene.keys(return_id))
    assert (life.case(return_id).waits, life.case(return_id).to_do) == (False, ())
    assert len(paid_back(scene, return_id)) == 1


def test_shipping_that_was_promised_may_follow_the_goods(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", outbound_shipping=True)
    return_id = approved(scene, shipping="30.00")
    life.refund(life.number(return_id), amount="89.00")
    life.act("returns/close", return_id=return_id)
    left = pay(scene, return_id)
    record(scene, return_id)
    life.refund(life.number(return_id), amount="30.00", shipping="30.00")
    record(scene, return_id)

    assert left.waits
    assert (life.case(return_id).waits, life.case(return_id).to_do) == (False, ())


@pytest.mark.parametrize("amount", ["89.00", "106.80"])
def test_a_refund_without_items_holds_its_part_of_the_added_tax(
    life: Life, amount: str
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5, tax_percent="20")
    no = Meddling(scene, "process_return", fail(Refused("no")))
    scene.run(return_id, scene.with_client(no))
    life.refund(life.number(return_id), amount=amount)
    [refund] = refunds(scene, return_id)
    refund.return_, refund.refund_line_items = None, []
    record(scene, return_id)

    assert life.case(return_id).waits == (amount == "89.00")


def test_a_task_that_was_added_while_money_was_asked_for_stays(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5, lines=2)
    order = order_of(scene, return_id)

    def meanwhile() -> None:
        life.act("payments", number=life.number(return_id), status="FAILURE")
        life.refund(life.number(return_id), amount="1.00")
        [refund] = order.refunds
        refund.return_ = None
        item = refund_item(scene.store, order, order.line_items[0], 1)
        refund.refund_line_items = [item]
        record(scene, return_id)
        life.act("payments", number=life.number(return_id), status="SUCCESS")
        refund.refund_line_items = []

    meddling = Meddling(scene, "process_return", meanwhile)
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(meddling))

    assert "refund:asked" in scene.keys(return_id)
    tasks = life.case(return_id).to_do
    assert any("1.00 USD" in task for task in tasks), tasks


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
@pytest.mark.parametrize("asked", [True, False], ids=["ours refused", "never asked"])
def test_what_staff_gave_and_failed_is_told_whether_we_tried_or_not(
    life: Life, asked: bool, late: bool
) -> None:
    scene = life.scene
    lets_pay(scene, "at_once" if asked else "on_receipt")
    return_id = scene.asked(days=5)
    no = Meddling(scene, "process_return", fail(Refused("no")))
    scene.run(return_id, scene.with_client(no))
    number = life.number(return_id)
    if not late:
        life.act("payments", number=number, status="FAILURE")
    life.refund(number, amount="89.00")
    record(scene, return_id)
    given = life.case(return_id)
    life.act("payments", number=number, status="FAILURE", late=late)
    record(scene, return_id)

    assert given.waits != late
    assert arrived(scene, return_id) == 0
    assert TaskKind.REFUND_FELL in {task.kind for task in life.case(return_id).tasks}
    assert life.case(return_id).waits
    assert [each["ours"] for each in life.audits(return_id)] == [False]


class Meanwhile:
    """An archive in which something happens just before a refund is left to staff."""

    def __init__(self, archive: Any, act: Callable[[], None]) -> None:
        self._archive = archive
        self._act = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._archive, name)

    def of(self, shop: str) -> Any:
        """Open a shelf of it."""
        return Meanwhile(self._archive.of(shop), self._act)

    def amend(self, return_id: str, change: Any, *new: Entry) -> Any:
        """Let it happen, then write."""
        if any(each.key == REFUND_LEFT for each in new):
            self._act()
        return self._archive.amend(return_id, change, *new)


def test_nobody_is_asked_to_give_what_is_seen_as_given_at_the_same_moment(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.refund(life.number(return_id), amount="89.00")
    [refund] = order_of(scene, return_id).refunds
    refund.return_ = None  # staff gave it on the order's page
    scene.store.shops[SHOP].returns[return_id].refunds.clear()
    life.act("returns/close", return_id=return_id)
    archive = Meanwhile(scene.archive, lambda: record(scene, return_id))
    services = scene.with_archive(archive)
    casework.pay_case(services, shop=SHOP, return_id=return_id)

    assert arrived(scene, return_id) == PRICE
    assert REFUND_LEFT not in scene.keys(return_id)
    assert (life.case(return_id).waits, life.case(return_id).tasks) == (False, ())
