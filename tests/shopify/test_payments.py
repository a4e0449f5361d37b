"""Money is read before it is given, and given as the platform takes it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plugin.policy.money import Money
from plugin.ports import Outlook, Payment, PaymentSeen, Unreachable
from plugin.shopify.errors import UserError
from plugin.shopify.outlook import read_outlook
from tests.shopify.desk import ALPINE, Desk

PAID = PaymentSeen(status="SUCCESS", amount=Money.of("89.0", "USD"))
KEY = "0b7e5c1e-9b1d-5b53-9c53-5b1c3d3f0a11"


def opened(desk: Desk) -> str:
    return_id = desk.ask()
    desk.actions.approve(ALPINE, return_id)
    return return_id


def outlook(desk: Desk, return_id: str, *, credit: bool = False) -> Outlook:
    line = desk.store.shops[ALPINE].returns[return_id].return_line_items[0]
    found = desk.actions.outlook(
        ALPINE, return_id, {line.id: 1}, shipping=False, credit=credit
    )
    assert found is not None
    return found


def payment(desk: Desk, return_id: str, **changes: Any) -> Payment:
    seen = outlook(desk, return_id)
    assert seen.amount is not None
    made = Payment(
        return_id=return_id,
        order_id=seen.order_id,
        lines=seen.lines,
        amount=seen.amount,
        shares=seen.shares,
        note="Evenhand #1001-R1 (1)",
    )
    return replace(made, **changes)


def test_it_reads_what_a_return_comes_to(desk: Desk) -> None:
    return_id = opened(desk)

    seen = outlook(desk, return_id)

    [line] = seen.lines
    assert (seen.status, seen.refunds, seen.complete) == ("OPEN", (), True)
    assert (line.quantity, line.refundable, line.processable) == (1, 1, 1)
    assert seen.amount == seen.goods == seen.goods_in_shop
    assert [share.amount for share in seen.shares] == [seen.amount]


def test_store_credit_goes_back_to_no_payment(desk: Desk) -> None:
    assert outlook(desk, opened(desk), credit=True).shares == ()


def test_it_knows_no_return_of_others(desk: Desk) -> None:
    gone = "gid://shopify/Return/999"

    assert desk.actions.outlook(ALPINE, gone, {}, shipping=False, credit=False) is None


@pytest.mark.parametrize("many", [6, 12])
def test_payments_that_were_cut_off_are_read_too(desk: Desk, many: int) -> None:
    [made] = desk.control("orders", shop=ALPINE, paid_with=["gift_card"] * many)
    return_id = desk.ask(made["order_number"])
    desk.actions.approve(ALPINE, return_id)
    done = desk.actions.process(ALPINE, payment(desk, return_id))
    order = desk.store.shops[ALPINE].returns[return_id].order
    order.refunds[0].transactions[-1].status = "FAILURE"

    statuses = ["SUCCESS"] * (many - 1) + ["FAILURE"]
    [given] = outlook(desk, return_id).refunds
    seen = desk.actions.refund(ALPINE, given.refund_id)
    assert seen is not None
    assert [each.status for each in given.payments] == statuses
    assert [each.status for each in seen.payments] == statuses
    # What the call itself does not tell is looked for afterwards.
    known = [each.status for each in done.answer["payments"]]
    assert (known[-1] == "UNREAD") == (many > 10)


def test_half_an_answer_is_read_again(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        read_outlook({"order": {"id": "1"}, "suggestedFinancialOutcome": {}})


def test_an_open_return_is_processed_and_its_money_given(desk: Desk) -> None:
    return_id = opened(desk)

    done = desk.actions.process(ALPINE, payment(desk, return_id))

    [refund] = desk.truth()["refunds"]
    assert done.answer == {"refunds": [refund["id"]], "payments": [PAID]}
    assert (refund["return_id"], refund["by"]) == (return_id, "app")
    [line] = outlook(desk, return_id).lines
    assert (line.refundable, line.processable) == (0, 0)


def test_a_refund_that_was_there_before_is_not_taken_for_ours(desk: Desk) -> None:
    return_id = opened(desk)
    asked = payment(desk, return_id)
    desk.control("payments", shop=ALPINE, number=1001, status="FAILURE")
    of_staff = desk.refund()
    desk.control("payments", shop=ALPINE, number=1001, status="SUCCESS")
    made = desk.store.shops[ALPINE].returns[return_id]
    made.return_line_items[0].refunded_quantity = 0

    done = desk.actions.process(ALPINE, replace(asked, before=(of_staff,)))

    [_, refund] = desk.truth()["refunds"]
    assert done.answer == {"refunds": [refund["id"]], "payments": [PAID]}
    assert [each.id for each in made.refunds] == [of_staff, refund["id"]]


def test_the_platform_processes_no_line_twice(desk: Desk) -> None:
    return_id = opened(desk)
    asked = payment(desk, return_id)
    desk.actions.process(ALPINE, asked)

    with pytest.raises(UserError) as raised:
        desk.actions.process(ALPINE, asked)

    assert raised.value.reason == "INVALID"
    assert len(desk.truth()["refunds"]) == 1


def test_a_return_that_nobody_approved_is_not_processed(desk: Desk) -> None:
    return_id = desk.ask()
    asked = payment(desk, return_id)

    with pytest.raises(UserError) as raised:
        desk.actions.process(ALPINE, asked)

    assert raised.value.reason == "INVALID_STATE"
    assert desk.truth()["refunds"] == []


@pytest.mark.parametrize("way", ["process", "give_back"])
def test_the_platform_gives_no_more_than_is_left(desk: Desk, way: str) -> None:
    return_id = opened(desk)
    asked = payment(desk, return_id)
    more = Money(amount=asked.amount.amount + Decimal("0.01"), currency="USD")
    over = replace(asked, shares=(replace(asked.shares[0], amount=more),), amount=more)
    extra = (KEY,) if way == "give_back" else ()

    with pytest.raises(UserError):
        getattr(desk.actions, way)(ALPINE, over, *extra)

    assert desk.truth()["refunds"] == []


def test_the_same_key_gives_the_same_refund(desk: Desk) -> None:
    asked = payment(desk, opened(desk))

    first, again = (desk.actions.give_back(ALPINE, asked, KEY) for _ in range(2))

    [refund] = desk.truth()["refunds"]
    assert first.answer == again.answer
    assert again.answer == {"refunds": [refund["id"]], "payments": [PAID]}
    assert (refund["return_id"], refund["note"]) == (None, asked.note)
    assert desk.effective("refundCreate") == [1]


def test_the_same_key_with_another_amount_gives_nothing(desk: Desk) -> None:
    asked = payment(desk, opened(desk))
    desk.actions.give_back(ALPINE, asked, KEY)
    half = Money(amount=Decimal("1.00"), currency="USD")
    other = replace(asked, shares=(replace(asked.shares[0], amount=half),))

    with pytest.raises(UserError) as raised:
        desk.actions.give_back(ALPINE, other, KEY)

    assert "idempotency key" in str(raised.value)
    assert len(desk.truth()["refunds"]) == 1


def test_a_refund_names_the_order_as_refunded(desk: Desk) -> None:
    return_id = opened(desk)
    desk.actions.give_back(ALPINE, payment(desk, return_id), KEY)

    [seen] = outlook_refunds(desk, return_id)
    assert seen == ("Evenhand #1001-R1 (1)", False)


def outlook_refunds(desk: Desk, return_id: str) -> list[tuple[str | None, bool]]:
    return [(r.note, r.of_return) for r in outlook(desk, return_id).refunds]


def test_a_return_is_closed_once(desk: Desk) -> None:
    return_id = opened(desk)

    first, again = (desk.actions.close(ALPINE, return_id) for _ in range(2))

    assert (first.repeated, again.repeated) == (False, True)
    assert desk.effective("returnClose") == [1]
