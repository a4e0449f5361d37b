"""A code is made once, for one customer, and ended once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.policy.money import Money
from plugin.ports import Done, Unreachable
from plugin.shopify.errors import UserError
from tests.shopify.desk import ALPINE, Desk
from tests.shopify.seen import make_code


def test_it_makes_a_code_for_one_customer_and_one_use(desk: Desk) -> None:
    code = make_code(desk)

    done = desk.actions.create_code(ALPINE, code)

    [found] = desk.truth()["codes"]
    assert done == Done(operation="create_code", answer={"id": found["id"]})
    assert found.pop("created_at")
    assert found == {
        "id": found["id"],
        "code": code.text,
        "status": "ACTIVE",
        "title": code.title,
        "customer_id": code.customer_id,
        "percentage": 0.15,
        "amount": None,
        "free_shipping": False,
        "starts_at": found["starts_at"],
        "ends_at": found["ends_at"],
        "usage_limit": 1,
        "applies_once_per_customer": True,
    }
    assert datetime.fromisoformat(found["starts_at"]) == code.starts_at
    assert datetime.fromisoformat(found["ends_at"]) == code.ends_at


def test_it_makes_a_code_once(desk: Desk) -> None:
    first = desk.actions.create_code(ALPINE, make_code(desk))

    again = desk.actions.create_code(ALPINE, make_code(desk))

    assert (again.repeated, again.answer) == (True, first.answer)
    assert desk.effective("discountCodeBasicCreate") == [1]
    assert len(desk.truth()["codes"]) == 1


def test_it_finds_the_code_whose_answer_was_lost(desk: Desk) -> None:
    desk.fail("discountCodeBasicCreate", "drop_after_effect")
    with pytest.raises(Unreachable):
        desk.actions.create_code(ALPINE, make_code(desk))

    again = desk.actions.create_code(ALPINE, make_code(desk))

    assert again.repeated is True
    assert desk.effective("discountCodeBasicCreate") == [1]


def test_it_does_not_take_a_foreign_code_for_its_own(desk: Desk) -> None:
    foreign = make_code(desk, title="Summer sale")
    desk.actions.create_code(ALPINE, foreign)

    with pytest.raises(UserError) as caught:
        desk.actions.create_code(ALPINE, make_code(desk))

    assert (caught.value.reason, caught.value.permanent) == ("TAKEN", True)
    assert [found["title"] for found in desk.truth()["codes"]] == ["Summer sale"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"customer_id": "gid://shopify/Customer/404"}, "INVALID"),
        ({"percent": 101}, "VALUE_OUTSIDE_RANGE"),
        ({"amount": Money.of("0", "USD")}, "GREATER_THAN"),
        ({"percent": 0, "text": "X" * 256}, "TOO_LONG"),
        ({"ends_at": datetime(2019, 1, 1, tzinfo=UTC)}, "END_DATE_BEFORE_START_DATE"),
        ({"text": "X" * 256}, "TOO_LONG"),
    ],
)
def test_it_tells_why_a_code_was_refused(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UserError) as caught:
        desk.actions.create_code(ALPINE, make_code(desk, **changes))

    assert caught.value.reason == reason
    assert desk.truth()["codes"] == []


@pytest.mark.parametrize("percent", [1, 7, 29, 57, 100])
def test_it_gives_exactly_the_percentage(desk: Desk, percent: int) -> None:
    desk.actions.create_code(ALPINE, make_code(desk, percent=percent))

    [found] = desk.truth()["codes"]
    assert found["percentage"] == percent / 100


@pytest.mark.parametrize("amount", ["12.5", "3000", "0.01"])
def test_it_gives_exactly_the_amount(desk: Desk, amount: str) -> None:
    money = Money.of(amount, "USD")
    desk.actions.create_code(ALPINE, make_code(desk, percent=0, amount=money))

    [found] = desk.truth()["codes"]
    assert Decimal(found["amount"]) == Decimal(amount)
    assert (found["percentage"], found["free_shipping"]) == (None, False)


def test_it_makes_a_code_for_free_shipping_once(desk: Desk) -> None:
    code = make_code(desk, percent=0)
    first = desk.actions.create_code(ALPINE, code)

    again = desk.actions.create_code(ALPINE, code)

    [found] = desk.truth()["codes"]
    assert (again.repeated, again.answer) == (True, first.answer)
    assert desk.effective("discountCodeFreeShippingCreate") == [1]
    assert desk.effective("discountCodeBasicCreate") == []
    assert (found["percentage"], found["amount"]) == (None, None)
    assert found["free_shipping"] is True
    assert found["customer_id"] == code.customer_id
    assert (found["usage_limit"], found["applies_once_per_customer"]) == (1, True)


def test_it_finds_the_shipping_code_whose_answer_was_lost(desk: Desk) -> None:
    code = make_code(desk, percent=0)
    desk.fail("discountCodeFreeShippingCreate", "drop_after_effect")
    with pytest.raises(Unreachable):
        desk.actions.create_code(ALPINE, code)

    again = desk.actions.create_code(ALPINE, code)
    desk.actions.deactivate_code(ALPINE, code.text)

    assert again.repeated is True
    assert desk.effective("discountCodeFreeShippingCreate") == [1]
    assert [each["status"] for each in desk.truth()["codes"]] == ["EXPIRED"]


def test_it_does_not_take_a_foreign_shipping_code_for_its_own(desk: Desk) -> None:
    foreign = make_code(desk, title="Free for all", percent=0)
    desk.actions.create_code(ALPINE, foreign)

    with pytest.raises(UserError) as caught:
        desk.actions.create_code(ALPINE, make_code(desk))

    assert caught.value.reason == "TAKEN"


def test_it_deactivates_a_code_once(desk: Desk) -> None:
    code = make_code(desk)
    made = desk.actions.create_code(ALPINE, code)

    first = desk.actions.deactivate_code(ALPINE, code.text)
    again = desk.actions.deactivate_code(ALPINE, code.text)

    assert (first.repeated, first.answer) == (False, made.answer)
    assert again.repeated is True
    assert desk.effective("discountCodeDeactivate") == [1]
    assert [found["status"] for found in desk.truth()["codes"]] == ["EXPIRED"]


def test_it_finds_that_it_deactivated_when_the_answer_was_lost(desk: Desk) -> None:
    code = make_code(desk)
    desk.actions.create_code(ALPINE, code)
    desk.fail("discountCodeDeactivate", "drop_after_effect")
    with pytest.raises(Unreachable):
        desk.actions.deactivate_code(ALPINE, code.text)

    again = desk.actions.deactivate_code(ALPINE, code.text)

    assert again.repeated is True
    assert desk.effective("discountCodeDeactivate") == [1]


def test_it_has_nothing_to_deactivate_where_no_code_was_made(desk: Desk) -> None:
    done = desk.actions.deactivate_code(ALPINE, "SORRY-NEVERMADE000")

    assert done == Done(operation="deactivate_code", answer={}, repeated=True)


def test_a_code_starts_in_the_past_and_ends_in_the_future(desk: Desk) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=90)
    desk.actions.create_code(ALPINE, make_code(desk, ends_at=soon))

    [found] = desk.truth()["codes"]
    assert found["status"] == "ACTIVE"


@pytest.mark.parametrize("percent", [15, 0], ids=["percentage", "free shipping"])
def test_a_code_that_was_taken_back_works_again_until_its_end(
    desk: Desk, percent: int
) -> None:
    code = make_code(desk, percent=percent)
    desk.actions.create_code(ALPINE, code)
    desk.actions.deactivate_code(ALPINE, code.text)

    done = desk.actions.create_code(ALPINE, code)

    [found] = desk.truth()["codes"]
    assert (done.operation, done.repeated) == ("revive_code", False)
    assert (found["status"], found["ends_at"]) == ("ACTIVE", "2030-01-31T23:59:59.000Z")


def test_a_code_of_others_is_not_made_to_work_again(desk: Desk) -> None:
    code = make_code(desk)
    desk.actions.create_code(ALPINE, code)
    desk.actions.deactivate_code(ALPINE, code.text)

    with pytest.raises(UserError):
        desk.actions.create_code(ALPINE, replace(code, title="Somebody's"))

    assert [found["status"] for found in desk.truth()["codes"]] == ["EXPIRED"]
