"""A refund counts as given once its payment says so; else a person is told."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin import casework
from plugin.archive.database import Lock
from plugin.case import Status
from plugin.casework import paying
from plugin.casework.arriving import Moved, moved
from plugin.casework.giving import Unconfirmed
from plugin.policy.money import Money
from plugin.policy.remedies import Charge
from plugin.ports import PaymentSeen, Unreachable
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    lets_pay,
    order_of,
    paid_back,
    pay,
    refunds,
    task,
)
from tests.casework.scene import SHOP, Scene
from tests.casework.test_paying import Cut, Deaf
from tests.databases import end_sessions_with_names

NOTHING_CAME = (
    "The refund of 89.00 USD failed at the payment provider: no money went back."
    " Give it back yourself, and tell the customer."
)


HALF = (
    "Of the refund of 89.00 USD only 44.50 USD went back: 44.50 USD failed at the"
    " payment provider. Give back what is missing yourself, and tell the customer."
)


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


def ended(life: Life, pays: str, status: str) -> str:
    """Let a return be paid whose payments end so."""
    scene = life.scene
    lets_pay(scene, pays)
    return_id = scene.asked(days=5)
    life.act("payments", number=life.number(return_id), status=status)
    scene.run(return_id)
    if pays == "on_receipt":
        life.act("returns/close", return_id=return_id)
    return return_id


def end_each(scene: Scene, return_id: str, *ends: str) -> None:
    """Let each payment of a return's refunds end in its own way."""
    back = [t for t in order_of(scene, return_id).transactions if t.kind == "REFUND"]
    for payment, end in zip(back, ends, strict=True):
        payment.status = end


def statuses(scene: Scene, return_id: str) -> list[str]:
    """How the payments of a return's refunds ended, as the store has them."""
    back = [t for t in order_of(scene, return_id).transactions if t.kind == "REFUND"]
    return [each.status for each in back]


@pytest.mark.parametrize(
    ("found", "credit", "through"),
    [
        (("SUCCESS",), False, Moved.YES),
        (("FAILURE", "ERROR"), False, Moved.NO),
        (("SUCCESS", "FAILURE"), False, Moved.PARTLY),
        (("PENDING", "ERROR"), False, Moved.NOT_YET),
        (("SUCCESS", "PENDING"), False, Moved.NOT_YET),
        (("SUCCESS", "SUCCESS"), False, Moved.YES),
        (("AWAITING_RESPONSE",), False, Moved.NOT_YET),
        (("UNKNOWN",), True, Moved.NOT_YET),
        ((), False, Moved.NOT_YET),
        ((), True, Moved.YES),
    ],
)
def test_only_payments_that_are_through_moved_money(
    found: tuple[str, ...], credit: bool, through: Moved
) -> None:
    each = Money.of("1.00", "USD")
    payments = [PaymentSeen(status=status, amount=each) for status in found]

    assert moved(payments, credit=credit) is through


@pytest.mark.parametrize("pays", ["at_once", "without_return"])
def test_a_refund_of_which_a_part_failed_says_what_is_missing(
    life: Life, pays: str
) -> None:
    scene = life.scene
    lets_pay(scene, pays)
    return_id = life.paying(paid_with=["gift_card", "shopify_payments"])
    end_each(scene, return_id, "SUCCESS", "FAILURE")
    case = pay(scene, return_id)
    again = pay(scene, return_id)
    casework.record_refund(
        scene.services, shop=SHOP, refund_id=refunds(scene, return_id)[0].id
    )

    assert case.to_do == again.to_do == life.case(return_id).to_do == (HALF,)
    assert {"call:refund", "call:close"}.isdisjoint(scene.keys(return_id))
    [found] = life.audits(return_id)
    assert (found["verdict"], found["goods"], found["ours"]) == (
        "within",
        "44.50",
        True,
    )


@pytest.mark.parametrize("status", ["FAILURE", "ERROR"])
@pytest.mark.parametrize("pays", ["at_once", "on_receipt", "without_return"])
def test_a_refund_that_fails_at_the_gateway_is_a_task(
    life: Life, pays: str, status: str
) -> None:
    return_id = ended(life, pays, status)

    case = pay(life.scene, return_id)
    again = pay(life.scene, return_id)

    assert statuses(life.scene, return_id) == [status]
    assert case.to_do == again.to_do == (NOTHING_CAME,)
    assert "call:refund" not in life.scene.keys(return_id)
    assert "call:close" not in life.scene.keys(return_id)


def test_a_refund_that_is_pending_is_not_given_until_it_is_through(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    number = life.number(return_id)
    life.act("payments", number=number, status="PENDING")
    with pytest.raises(Unreachable):
        scene.run(return_id)
    with pytest.raises(Unreachable):
        pay(scene, return_id)
    before = scene.keys(return_id)

    life.act("payments", number=number, status="SUCCESS")
    case = pay(scene, return_id)

    assert "call:refund" not in before
    assert "refund:pending" in before
    assert scene.keys(return_id)[-1] == "call:refund"
    assert case.to_do == ()
    assert paid_back(scene, return_id) == [PRICE]


def test_a_refund_that_is_pending_for_long_is_not_to_be_given_again(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    life.act("payments", number=life.number(return_id), status="PENDING")
    monkeypatch.setattr(paying, "PATIENCE", timedelta(seconds=-1))
    scene.run(return_id)

    assert task(scene, return_id) == (
        "Do not give the refund again, but look whether it arrives: its payment is"
        " pending at the payment provider for long."
    )
    assert paid_back(scene, return_id) == [PRICE]


@pytest.mark.parametrize("failing", ["refund_outlook", "process_return"])
def test_what_the_platform_said_nothing_of_for_long_is_to_be_looked_at(
    scene: Scene, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with suppress(Unreachable):
        scene.run(return_id, scene.failing_once("process_return", Unreachable))
    monkeypatch.setattr(paying, "PATIENCE", timedelta(seconds=-1))
    scene.run(return_id, scene.failing_once(failing, Unreachable))

    assert task(scene, return_id) == (
        "Look whether the refund was given, and give it if not: the platform gave no"
        " word for long."
    )


def test_a_refund_that_is_given_up_while_it_is_pending_is_not_to_be_given_again(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = life.paying()
    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="retry:x")

    assert task(scene, return_id) == (
        "Do not give the refund again, but look whether it arrives: it could not be"
        " given (retry:x)."
    )


def test_a_refund_that_fails_after_it_was_pending_is_a_task(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    number = life.number(return_id)
    life.act("payments", number=number, status="PENDING")
    with pytest.raises(Unreachable):
        scene.run(return_id)

    life.act("payments", number=number, status="FAILURE")
    case = pay(scene, return_id)

    assert case.to_do == (NOTHING_CAME,)
    assert statuses(scene, return_id) == ["FAILURE"]


def test_a_refund_of_staff_that_failed_is_no_money(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, None)
    return_id = scene.asked(days=5)
    number = life.number(return_id)
    life.act("payments", number=number, status="FAILURE")
    scene.run(return_id)
    life.refund(number, amount="89.00")

    life.tell(life.about("refunds/create", 3))

    [found] = life.audits(return_id)
    assert (found["verdict"], found["goods"]) == ("failed", "0")
    assert task(scene, return_id) == (
        "A refund of 89.00 USD failed at the payment provider; look at it."
    )


@pytest.mark.parametrize("ours", [True, False])
def test_a_refund_that_fails_after_it_was_through_is_a_task_once(
    life: Life, ours: bool
) -> None:
    scene = life.scene
    lets_pay(scene, "at_once" if ours else None)
    return_id = scene.asked(days=5)
    scene.run(return_id)
    number = life.number(return_id)
    if not ours:
        life.refund(number)
    [refund] = refunds(scene, return_id)
    looked_at(scene, refund.id)
    before = task(scene, return_id)

    life.act("payments", number=number, status="FAILURE", late=True)
    for _ in range(2):
        looked_at(scene, refund.id)

    assert before == ""
    assert statuses(scene, return_id) == ["FAILURE"]
    assert life.case(return_id).to_do == (
        "A refund of 89.00 USD failed at the payment provider; look at it.",
    )
    assert f"refund:undone:{refund.id}" in scene.keys(return_id)


def test_what_failed_late_counts_no_more_when_the_next_refund_is_audited(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, None)
    return_id = scene.asked(days=5)
    scene.run(return_id)
    number = life.number(return_id)
    life.act("payments", number=number, status="PENDING")
    life.refund(number, amount="40.00")
    [first] = refunds(scene, return_id)
    looked_at(scene, first.id)
    life.act("payments", number=number, status="FAILURE")
    looked_at(scene, first.id)
    life.act("payments", number=number, status="SUCCESS")
    life.refund(number, amount="49.00")
    *_, second = refunds(scene, return_id)
    looked_at(scene, second.id)

    *_, audit = life.audits(return_id)
    assert audit["refunded"] == audit["goods"]


def looked_at(scene: Scene, refund_id: str) -> None:
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund_id)


def test_a_refund_of_staff_of_which_a_part_failed_is_told(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, None)
    return_id = approved(scene, paid_with=["gift_card", "shopify_payments"])
    number = life.number(return_id)
    life.act("payments", number=number, status="PENDING")
    life.refund(number, amount="89.00")
    end_each(scene, return_id, "SUCCESS", "ERROR")
    refund = refunds(scene, return_id)[0]
    for _ in range(2):
        casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)

    [found] = life.audits(return_id)
    assert (found["verdict"], found["goods"]) == ("within", "44.50")
    assert life.case(return_id).to_do == (
        "Of a refund of 89.00 USD only 44.50 USD went back; the rest failed at the"
        " payment provider; look at it.",
    )


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        (["FAILURE"], "the refund that staff gave failed at the payment provider"),
        (
            ["SUCCESS", "ERROR"],
            "only a part of the refund that staff gave went back",
        ),
    ],
)
def test_a_refund_of_staff_that_failed_is_not_taken_for_money_given(
    life: Life, ends: list[str], why: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    gateways = ["gift_card", "shopify_payments"][-len(ends) :]
    return_id = approved(scene, paid_with=gateways)
    number = life.number(return_id)
    life.act("payments", number=number, status="PENDING")
    life.refund(number, amount="89.00")
    end_each(scene, return_id, *ends)
    life.act("returns/close", return_id=return_id)
    case = pay(scene, return_id)

    assert case.to_do == (f"Give the money back yourself: {why}.",)
    assert paid_back(scene, return_id) == [PRICE]


def test_a_return_that_holds_an_exchange_is_no_plain_refund(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.act("returns/exchange", return_id=return_id)
    life.act("returns/close", return_id=return_id)

    case = pay(scene, return_id)

    assert case.status is Status.ANSWERED
    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == (
        "Give the money back yourself: the return holds an exchange."
    )


def test_nothing_is_worked_out_from_a_list_that_was_cut(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene, lines=2)
    number = life.number(return_id)
    order = order_of(scene, return_id)
    order.returns.remove(scene.store.shops[order_shop(scene)].returns[return_id])
    for _ in range(20):
        life.refund(number, amount="0.01")
    order.returns.append(scene.store.shops[order_shop(scene)].returns[return_id])
    for refund in order.refunds:
        # Older than the request, so that nothing else speaks against it.
        refund.created_at = order.created_at
    life.act("returns/close", return_id=return_id)

    pay(scene, return_id)

    assert len(paid_back(scene, return_id)) == 20
    assert task(scene, return_id) == (
        "Give the money back yourself: the order shows more than can be read at once."
    )


def order_shop(scene: Scene) -> str:
    """The one shop of the scene."""
    return scene.shelf.domain


class Shaken:
    """A shelf whose turn to move money ends right after it was given."""

    def __init__(self, shelf: Any) -> None:
        self._shelf = shelf

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    @contextmanager
    def alone(self) -> Any:
        with self._shelf.alone() as lock:
            self._end(lock)
            yield lock

    def _end(self, lock: Lock) -> None:
        if self._shelf.engine.dialect.name == "sqlite":
            lock.close()
        else:
            end_sessions_with_names(self._shelf.engine)


class ShakenArchive:
    """An archive of such shelves."""

    def __init__(self, archive: Any) -> None:
        self._archive = archive

    def of(self, shop: str) -> Shaken:
        return Shaken(self._archive.of(shop))


def test_no_money_moves_once_the_turn_to_move_it_is_lost(scene: Scene) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)

    with pytest.raises(Unreachable):
        scene.run(return_id, scene.with_archive(ShakenArchive(scene.archive)))
    before = paid_back(scene, return_id)
    pay(scene, return_id)

    assert before == []
    assert paid_back(scene, return_id) == [PRICE]


def test_a_refund_whose_answer_was_lost_for_long_is_seen_to_its_end(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "without_return")
    return_id = scene.asked(days=5)
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(Deaf(scene, "refund_order")))
    why = "retry:platform_unreachable"
    casework.leave_rest(scene.services, shop=SHOP, return_id=return_id, why=why)
    left = life.case(return_id)
    [refund] = refunds(scene, return_id)
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)

    assert left.waits
    assert paid_back(scene, return_id) == [PRICE]
    assert scene.keys(return_id)[-2:] == ["call:refund", "call:close"]
    assert not life.case(return_id).waits


def test_what_staff_gave_after_a_lost_try_was_left_to_them_is_not_ours(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(Cut(scene, "process_return")))
    why = "retry:platform_unreachable"
    casework.leave_rest(scene.services, shop=SHOP, return_id=return_id, why=why)
    life.refund(life.number(return_id), amount="89.00")
    [refund] = refunds(scene, return_id)
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)
    case = pay(scene, return_id)

    assert "call:refund" not in scene.keys(return_id)
    assert (case.waits, case.to_do) == (False, ())


def test_another_amount_than_a_try_before_asked_for_is_for_a_person(
    scene: Scene,
) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(Cut(scene, "process_return")))
    case = scene.shelf.find(return_id)
    assert case is not None
    fee = Charge(id="later", amount=Money.of("1.00", "USD"))
    changed = tuple(replace(item, fees=(fee,)) for item in case.settled)
    scene.shelf.amend(return_id, lambda now: replace(now, settled=changed))
    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == (
        "Look whether the refund was given, and give it if not: it comes to another"
        " amount than the one that was begun."
    )


class Quiet(Deaf):
    """A way to the platform whose answers list no refund that was just made."""

    def execute(self, shop: str, operation: str, given: Any) -> Any:
        answer = self.client.execute(shop, operation, given)
        if operation == self.operation:
            answer["returnProcess"]["return"]["refunds"]["nodes"] = []
        return answer


def test_store_credit_that_is_not_listed_yet_does_not_count_as_given(
    scene: Scene,
) -> None:
    lets_pay(scene, remedies=["store_credit"])
    return_id = scene.asked(days=5)
    with pytest.raises(Unconfirmed):
        scene.run(return_id, scene.with_client(Quiet(scene, "process_return")))
    before = scene.keys(return_id)
    pay(scene, return_id)

    assert "call:refund" not in before
    assert scene.keys(return_id)[-1] == "call:refund"
    assert paid_back(scene, return_id) == [PRICE]
