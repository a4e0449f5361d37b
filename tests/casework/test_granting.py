"""A member of staff gives the refund that was decided: exactly that, and once."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Case, Status
from plugin.casework.granting import (
    OnItsWay,
    WasGiven,
    may_grant,
    quote_refund,
    waits_for,
)
from plugin.casework.reckoning import ForAPerson
from plugin.casework.turns import next_turn, turn_number
from plugin.ports import Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import approved, lets_pay, paid_back, pay, task
from tests.casework.scene import SHOP, Bomb, Crash, Scene
from tests.casework.test_owed_when_erased import erase, refunds_told

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


def grant_only(scene: Scene, return_id: str) -> None:
    """Take a click down, and go no further."""
    given = {"by": BY, "amount": "80.10", "currency": "USD"}
    about = {"shop": SHOP, "return_id": return_id}
    casework.grant_refund(scene.services, **about, **given, number=1)


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
    life.act("returns/close", return_id=return_id)
    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="retry:down")
    before = task(scene, return_id)

    case = grant(scene, return_id)

    assert before.startswith("Give the money back yourself")
    assert paid_back(scene, return_id) == [Decimal("80.10")]
    assert case.to_do == ()


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


def pending(life: Life) -> str:
    """Let a refund of ours wait for its payment provider."""
    lets_pay(life.scene)
    return life.paying()


def test_a_refund_that_is_pending_is_not_offered_to_staff(life: Life) -> None:
    return_id = pending(life)

    case, keys = life.case(return_id), life.scene.shelf.keys(return_id)
    with pytest.raises(OnItsWay) as raised:
        quote_refund(life.scene.services, shop=SHOP, return_id=return_id)

    assert not may_grant(case, keys)
    assert raised.value.why == "the payment provider has not confirmed it yet"
    assert waits_for(case, keys) == raised.value.why


def test_a_click_that_is_not_carried_out_yet_is_on_its_way(scene: Scene) -> None:
    return_id = careful(scene)
    grant_only(scene, return_id)

    with pytest.raises(OnItsWay) as raised:
        quote_refund(scene.services, shop=SHOP, return_id=return_id)

    assert raised.value.why == "the store has not said yet what became of it"


def test_a_refund_that_was_given_is_said_to_be_given(life: Life) -> None:
    ours, theirs = careful(life.scene), careful(life.scene)
    grant(life.scene, ours)
    life.refund(life.number(theirs), amount="50.00")

    said = {}
    for return_id in (ours, theirs):
        with pytest.raises(WasGiven) as raised:
            quote_refund(life.scene.services, shop=SHOP, return_id=return_id)
        said[return_id] = raised.value.why

    assert said == {
        ours: "it was given through Evenhand",
        theirs: "the store shows a refund of this return",
    }


def test_a_click_whose_customer_is_erased_before_its_job_stays_owed(
    life: Life,
) -> None:
    scene = life.scene
    return_id = careful(scene)
    erase(life, return_id)
    before = task(scene, return_id)

    grant(scene, return_id)

    assert before == ""
    assert task(scene, return_id).startswith("Money may be owed")
    assert paid_back(scene, return_id) == []


def test_a_click_that_comes_to_nothing_uses_its_number_up(life: Life) -> None:
    scene = life.scene
    return_id = pending(life)

    grant_only(scene, return_id)
    grant_only(scene, return_id)

    keys = scene.shelf.keys(return_id)
    assert "refund:granted:1" not in keys
    assert (turn_number(keys), next_turn(keys)) == (0, 2)
    assert scene.shelf.body(return_id, "refund:idle:1") == {"clicked_by": BY}


def test_what_is_shown_adds_up_to_what_goes_back(scene: Scene) -> None:
    lets_pay(scene, fees=FEES, outbound_shipping=True)
    scene.prefer(Mode.ASSIST)
    return_id = approved(scene, tax_percent="8.25", shipping="7.50")

    quote = quote_refund(scene.services, shop=SHOP, return_id=return_id)

    parts = [quote.goods, quote.tax, quote.shipping, quote.fees, quote.amount]
    assert [f"{part.amount:.2f}" for part in parts] == [
        "89.00",
        "7.34",
        "7.50",
        "8.90",
        "94.94",
    ]
    assert (quote.number, quote.received, quote.stays) == (1, False, False)


def test_it_says_that_an_item_stays(scene: Scene) -> None:
    return_id = careful(scene, "without_return")

    assert quote_refund(scene.services, shop=SHOP, return_id=return_id).stays


def test_what_failed_late_is_not_said_to_be_given(life: Life) -> None:
    scene = life.scene
    lets_pay(scene)
    return_id = approved(scene)
    refunds_told(life, return_id)
    life.act("payments", number=life.number(return_id), status="FAILURE", late=True)
    refunds_told(life, return_id)

    with pytest.raises(ForAPerson, match="its payment failed since") as raised:
        quote_refund(scene.services, shop=SHOP, return_id=return_id)

    assert not isinstance(raised.value, WasGiven)
    assert any(key.startswith("refund:undone:") for key in scene.keys(return_id))
