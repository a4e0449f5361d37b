"""A refund is audited for good once its payments have ended, whoever gave it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin import casework
from plugin.casework import paying
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    lets_pay,
    paid_back,
    pay,
    refunds,
)
from tests.casework.scene import SHOP, Scene
from tests.casework.test_owed_when_erased import erase

NOTHING_CAME = (
    "The refund of 89.00 USD failed at the payment provider: no money went back."
    " Give it back yourself, and tell the customer."
)
STAFFS = "A refund of 89.00 USD failed at the payment provider; look at it."


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


def record(scene: Scene, return_id: str) -> None:
    """Tell the story of a return's only refund."""
    [refund] = refunds(scene, return_id)
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id)


def verdicts(life: Life, return_id: str) -> list[tuple[str, str]]:
    """What the audit said, and counted for items."""
    return [(each["verdict"], each["goods"]) for each in life.audits(return_id)]


def pending(life: Life) -> str:
    """Let a refund of ours be made whose payment is not through, and be audited."""
    scene = life.scene
    lets_pay(scene)
    return_id = life.paying()
    record(scene, return_id)
    return return_id


def pending_of_staff(life: Life) -> str:
    """The same, of staff's."""
    lets_pay(life.scene, None)
    return_id = approved(life.scene)
    life.act("payments", number=life.number(return_id), status="PENDING")
    life.refund(life.number(return_id), amount="89.00")
    record(life.scene, return_id)
    return return_id


def end(life: Life, return_id: str, status: str) -> None:
    """Let the payment of a return's refund end."""
    life.act("payments", number=life.number(return_id), status=status)


@pytest.mark.parametrize(
    ("status", "verdict", "task"),
    [("SUCCESS", ("within", "89.0"), ()), ("FAILURE", ("failed", "0"), (STAFFS,))],
)
def test_what_was_pending_is_audited_again_once_it_ends(
    life: Life, status: str, verdict: tuple[str, str], task: tuple[str, ...]
) -> None:
    return_id = pending_of_staff(life)
    record(life.scene, return_id)
    before = verdicts(life, return_id)
    end(life, return_id, status)
    for _ in range(2):
        record(life.scene, return_id)

    assert before == [("pending", "0")]
    assert verdicts(life, return_id) == [("pending", "0"), verdict]
    assert life.case(return_id).to_do == task


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize(
    ("status", "key", "task"),
    [("SUCCESS", "call:refund", ()), ("FAILURE", "refund:failed", (NOTHING_CAME,))],
)
def test_a_refund_of_ours_is_seen_to_its_end_though_it_was_left_to_staff(
    life: Life,
    left: bool,
    status: str,
    key: str,
    task: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = life.scene
    return_id = pending(life)
    if left:
        with monkeypatch.context() as patch:
            patch.setattr(paying, "PATIENCE", timedelta(seconds=-1))
            pay(scene, return_id)
    before = life.case(return_id).to_do
    end(life, return_id, status)
    record(scene, return_id)

    assert len(before) == int(left)
    assert life.case(return_id).to_do == task
    assert key in scene.keys(return_id)
    assert [each["ours"] for each in life.audits(return_id)] == [True, True]
    assert paid_back(scene, return_id) == [PRICE]


def test_what_failed_is_never_said_to_be_within(life: Life) -> None:
    return_id = pending(life)
    end(life, return_id, "FAILURE")
    case = pay(life.scene, return_id)

    assert verdicts(life, return_id) == [("pending", "0")]
    assert case.to_do == (NOTHING_CAME,)


def test_it_is_looked_at_again_whether_its_payment_had_ended_or_not(life: Life) -> None:
    scene = life.scene
    return_id = pending_of_staff(life)
    [refund] = refunds(scene, return_id)
    since = refund.created_at - timedelta(days=1)
    before = scene.shelf.audited(since)
    end(life, return_id, "SUCCESS")
    record(scene, return_id)

    assert before == {refund.id: False}
    assert scene.shelf.audited(since) == {refund.id: True}


@pytest.mark.parametrize("status", ["PENDING", "FAILURE"])
def test_money_owed_on_an_erased_case_is_not_hidden_by_what_did_not_arrive(
    life: Life, status: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.act("payments", number=life.number(return_id), status=status)
    life.refund(life.number(return_id), amount="89.00")
    record(scene, return_id)
    erase(life, return_id)

    [task] = life.case(return_id).to_do
    assert task.startswith("Money may be owed")
