"""What was sent, what came, and what may still come back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.shopify.shown import (
    Data,
    answer,
    facts,
    other,
    page,
    parcel,
    read,
)

RETURN = "gid://shopify/Return/1"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("IN_TRANSIT", True), ("OUT_FOR_DELIVERY", True), ("FULFILLED", None)],
)
def test_it_knows_whether_a_parcel_still_travels(
    shown: str, expected: bool | None
) -> None:
    travelling = parcel(deliveredAt=None, displayStatus=shown)

    assert facts(fulfillments=[travelling]).awaiting_delivery is expected


def test_it_ignores_a_parcel_that_was_never_sent() -> None:
    dead = parcel(status="CANCELLED", deliveredAt=None, fulfillmentLineItems=page())

    found = facts(fulfillments=[parcel(), dead])

    assert found.last_delivered_on == date(2026, 11, 2)
    assert found.awaiting_delivery is False


def test_it_takes_the_day_of_the_last_parcel() -> None:
    late = parcel(deliveredAt="2026-11-04T12:00:00Z", fulfillmentLineItems=page())

    found = facts(fulfillments=[parcel(), late])

    assert found.last_delivered_on == date(2026, 11, 4)
    assert found.lines[0].delivered_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("others", "returnable"),
    [
        ([], 3),
        ([other("R1", "OPEN")], 2),
        ([other("R1", "CLOSED", 2), other("R2", "REQUESTED")], 0),
        ([other("R1", "CANCELED", 3), other("R2", "DECLINED", 3)], 3),
        ([other("R1", "OPEN", 9)], -6),
        ([other("R1", "OPEN", id=RETURN)], 3),
    ],
)
def test_it_counts_what_may_still_come_back(
    others: list[Data], returnable: int
) -> None:
    [found] = facts(returns=page(*others)).lines

    assert found.returnable == returnable


def test_it_does_not_take_a_later_refusal_for_an_earlier_one() -> None:
    later = other("R2", "DECLINED", createdAt="2026-11-06T12:00:00Z")

    [found] = facts(returns=page(later)).lines

    assert found.asked_before is None


@pytest.mark.parametrize(
    "of_order",
    [
        {"returns": page(more=True)},
        {"returns": page(other("R1", "OPEN", returnLineItems=page(more=True)))},
        {"fulfillments": [parcel(fulfillmentLineItems=page(more=True))]},
        {"fulfillments": [parcel()] * 10},
    ],
)
def test_it_knows_when_a_list_was_longer_than_it_saw(of_order: Data) -> None:
    assert facts(**of_order).complete is False


def test_it_knows_when_it_does_not_see_every_line() -> None:
    assert read(answer(more=True)).facts.complete is False
    assert facts(fulfillments=[parcel()] * 9).complete is True
