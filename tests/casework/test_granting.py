"""A member of staff gives the refund that was decided: exactly that, and once."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Case, Status
from plugin.casework.granting import quote_refund
from plugin.casework.owing import ForAPerson
from plugin.ports import Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import approved, lets_pay, paid_back, pay, task
from tests.casework.scene import SHOP, Bomb, Crash, Scene

FEES = [{"id": "restocking", "percent": 10}]
BY = "staff:7"


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


def careful(scene: Scene, pays: str | None = "at_once", **order: Any) -> str:
    """Let a return be approved in a shop that gives every refund itself."""
    lets_pay(scene, pays, fees=FEES)
    scene.prefer(Mode.ASSIST)
    return approved(scene, **order)


def grant(scene: Scene, return_id: str, services: Any = None, **parts: Any) -> Case:
    """Tell the story of the click, as the workflow does."""
    services = services or scene.services
    given = {"by": BY, "amount": "80.10", "currency": "USD", "number": 1, **parts}
    casework.grant_refund(services, shop=SHOP, return_id=return_id, **given)
    casework.pay_case(services, shop=SHOP, return_id=return_id)
    case = casework.close_paid(services, shop=SHOP, return_id=return_id)
    assert case is not None
    return case


@pytest.mark.parametrize("pays", ["at_once", "on_receipt", "without_return", None])
def test_exactly_what_was_shown_goes_back_and_names_who_gave_it(
    scene: Scene, pays: str | None
) -> None:
    return_id = careful(scene, pays)

    quote = quote_refund(scene.services, shop=SHOP, return_id=return_id)
    before = paid_back(scene, return_id)
    case = grant(scene, return_id, amount=f"{quote.amount.amount:f}")
    again = grant(scene, return_id, number=1)

    assert before == []
    assert (quote.amount.amount, quote.fees.amount) == (
        Decimal("80.10"),
        Decimal("8.90"),
    )
    assert paid_back(scene, return_id) == [Decimal("80.10")]
    assert case.status is again.status is Status.ANSWERED
    word = scene.shelf.body(return_id, "refund:granted:1")
    assert word is not None
    assert word["granted_by"] == BY


def test_what_was_left_to_staff_is_given_by_a_click(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", fees=FEES)
    return_id = approved(scene)
    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="retry:down")
    before = task(scene, return_id)

    case = grant(scene, return_id)

    assert before.startswith("Give the money back yourself")
    assert paid_back(scene, return_id) == [Decimal("80.10")]
    assert case.tasks == ()


def test_staff_who_refunded_first_are_respected(life: Life) -> None:
    scene = life.scene
    return_id = careful(scene)
    life.refund(life.number(return_id), amount="50.00")

    with pytest.raises(ForAPerson):
        quote_refund(scene.services, shop=SHOP, return_id=return_id)
    grant(scene, return_id)

    assert paid_back(scene, return_id) == [Decimal("50.00")]


def test_another_amount_than_was_agreed_to_is_not_given(scene: Scene) -> None:
    return_id = careful(scene)

    grant(scene, return_id, amount="89.00")
    first = task(scene, return_id)
    before = paid_back(scene, return_id)
    grant(scene, return_id, number=2)

    assert first == (
        "Give the money back yourself: it comes to another amount than the one that"
        " was agreed to."
    )
    assert before == []
    assert paid_back(scene, return_id) == [Decimal("80.10")]


def test_a_dispute_stops_a_click_too(life: Life) -> None:
    scene = life.scene
    return_id = careful(scene)
    life.act("disputes", number=life.number(return_id))

    with pytest.raises(ForAPerson) as raised:
        quote_refund(scene.services, shop=SHOP, return_id=return_id)
    grant(scene, return_id)

    assert raised.value.why == "the payment of the order is disputed"
    assert paid_back(scene, return_id) == []


def test_a_refusal_has_no_refund_to_give(scene: Scene) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=45)
    scene.run(return_id)

    with pytest.raises(ForAPerson):
        quote_refund(scene.services, shop=SHOP, return_id=return_id)
    grant(scene, return_id)

    assert "refund:granted:1" not in scene.keys(return_id)
    assert paid_back(scene, return_id) == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("error", [Crash, Unreachable])
def test_it_is_given_once_whatever_is_cut_off(
    scene: Scene, error: type[BaseException], after: bool
) -> None:
    for number in range(1, 60):
        return_id = careful(scene)
        bomb = Bomb(at=number, after=after, error=error)
        with suppress(Crash, Unreachable):
            grant(scene, return_id, scene.mined(bomb))
        grant(scene, return_id)
        pay(scene, return_id)

        assert paid_back(scene, return_id) == [Decimal("80.1")], bomb.calls
        assert "call:refund" in scene.keys(return_id), bomb.calls
        if len(bomb.calls) < number:
            break

    assert number > 12
