"""The timeline tells a refund as it was: asked for, pending, failed, given, left."""

from __future__ import annotations

import json
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.scope import Across, across
from plugin.archive.standing import standing
from plugin.archive.tables import entries
from plugin.pages.refund_trail import is_of_refund
from plugin.pages.timeline import timeline
from plugin.ports import Unreachable
from tests.casework.life import Life
from tests.casework.paying import approved, lets_pay, pay, refunds
from tests.casework.scene import Scene
from tests.casework.test_owed_when_erased import erase, refunds_told


def said(scene: Scene, return_id: str) -> list[str]:
    """What the timeline says of a case's refund."""
    moments = timeline(scene.shelf.entries(return_id), ZoneInfo("UTC"))
    return [each.said for each in moments if is_of_refund(each.key)]


def gists(scene: Scene, return_id: str) -> dict[str, object]:
    """What is counted of a case's calls for money."""
    wanted = sa.select(entries.c.key, entries.c.gist)
    mine = (entries.c.return_id == return_id, entries.c.kind == "call")
    with scene.archive.engine.connect() as db:
        found = db.execute(wanted.where(*mine)).all()
    return {key: json.loads(gist) for key, gist in found if "refund" in key}


def test_a_refund_that_was_only_asked_for_is_not_said_to_be_given(scene: Scene) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with suppress(Unreachable):
        scene.run(return_id, scene.failing_once("process_return", Unreachable))

    assert said(scene, return_id) == [
        "Found that the money may go back by itself",
        "About to give 89.00 USD back",
    ]


def test_a_refund_that_was_given_names_what_was_called(scene: Scene) -> None:
    lets_pay(scene)
    return_id = approved(scene)

    assert said(scene, return_id)[-1] == "Gave 89.00 USD back"
    assert gists(scene, return_id) == {
        "call:refund": {"operation": "process_return", "repeated": "false"}
    }


def test_a_refund_that_fails_after_it_was_pending_is_told_so(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = scene.asked(days=5)
    number = life.number(return_id)
    life.act("payments", number=number, status="PENDING")
    with suppress(Unreachable):
        scene.run(return_id)
    life.act("payments", number=number, status="FAILURE")
    pay(scene, return_id)

    assert said(scene, return_id)[-2:] == [
        "Asked for 89.00 USD to go back; the payment provider has yet to confirm it",
        "Asked for 89.00 USD to go back; the payment failed; it had been done before",
    ]
    assert gists(scene, return_id) == {
        "refund:pending": {"operation": "process_return", "repeated": "false"},
        "refund:failed": {"operation": "refund", "repeated": "true"},
    }


def test_a_refund_that_was_left_says_why(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.act("disputes", number=life.number(return_id))
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)

    assert said(scene, return_id)[-1] == (
        "Left the refund to you: the payment of the order is disputed"
    )


def test_nothing_is_said_of_a_refund_once_its_customer_is_erased(life: Life) -> None:
    lets_pay(life.scene)
    return_id = approved(life.scene)
    erase(life, return_id)

    assert said(life.scene, return_id) == [
        "Noted what happened",
        "Noted what happened",
        "Changed something in Shopify",
    ]


def test_what_was_given_and_fell_through_is_told_so(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = approved(scene)
    refunds_told(life, return_id)
    number = life.number(return_id)
    life.act("payments", number=number, status="FAILURE", late=True)
    refunds_told(life, return_id)

    assert said(scene, return_id)[-2:] == [
        "Saw that all that was promised has gone back",
        "Saw a refund of 89.00 USD fail at the payment provider after all",
    ]


def waits(scene: Scene) -> tuple[list[str], int]:
    """What the page lists for staff, and how many the doctor counts."""
    listed = [case.return_id for case, _ in scene.shelf.waiting()]
    workflows.migrate(scene.archive.engine)
    with across(scene.archive.engine, Across.METRICS).connect() as db:
        return listed, standing(db, scene.services.clock.now()).people.count


@pytest.mark.parametrize("ends", ["SUCCESS", "PENDING"])
def test_money_that_staff_gave_first_waits_for_nobody_until_it_falls_through(
    life: Life, ends: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    number = life.number(return_id)
    life.act("payments", number=number, status=ends)
    life.refund(number, amount="89.00")
    life.act("returns/close", return_id=return_id)
    pay(scene, return_id)
    given = (said(scene, return_id)[-1], waits(scene))
    life.act("payments", number=number, status="FAILURE", late=ends == "SUCCESS")
    for _ in range(2):
        refunds_told(life, return_id)

    assert given == ("Added nothing to the refund of staff", ([], 0))
    assert [refund.transactions[0].status for refund in refunds(scene, return_id)] == [
        "FAILURE"
    ]
    assert waits(scene) == ([return_id], 1)
    assert "fail at the payment provider" in said(scene, return_id)[-1]


@pytest.mark.parametrize("given", [False, True], ids=["owed", "given"])
def test_an_erased_approval_is_counted_where_it_is_listed(
    life: Life, given: bool
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    erase(life, return_id)
    before = waits(scene)
    if given:
        life.refund(life.number(return_id), amount="89.00")
        refunds_told(life, return_id)

    assert before == ([return_id], 1)
    assert waits(scene) == (([], 0) if given else before)
