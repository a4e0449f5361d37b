"""What is at a shop is listed page by page, and gently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import responses

from plugin.devstore.refunds import refund_order
from plugin.listed import ListedReturn, Page, Part
from plugin.ports import DisputeSeen, OrderState, Unreachable
from plugin.shopify.budget import Budget
from plugin.shopify.client import Client
from plugin.shopify.errors import Throttled
from plugin.shopify.listing import OrderListing
from tests.conftest import HandClock
from tests.shopify.desk import ALPINE, Desk

ADDRESS = f"https://{ALPINE}/admin/api/2026-10/graphql.json"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def pages(desk: Desk, part: Part, since: datetime = LONG_AGO) -> list[Page]:
    """Go through a whole list."""
    listing = OrderListing(desk.client)
    found = [listing.page(ALPINE, part, since=since, after=None)]
    while found[-1].after is not None:
        after = found[-1].after
        found.append(listing.page(ALPINE, part, since=since, after=after))
    return found


def test_it_lists_what_waits_for_an_answer(desk: Desk) -> None:
    waiting = desk.ask(1001)
    desk.staff(desk.ask(1002), "approve")

    (page,) = pages(desk, Part.PENDING)

    order = desk.store.shops[ALPINE].order_numbered(1001)
    assert order is not None
    moment = order.updated_at.replace(microsecond=0)
    assert page.returns == (
        ListedReturn(
            return_id=waiting,
            order_id=order.id,
            status="REQUESTED",
            requested_at=moment,
            changed_at=moment,
        ),
    )
    assert (page.until, page.orders, page.refunds) == (moment, (), ())


def test_it_lists_what_changed_since_then(desk: Desk) -> None:
    desk.ask(1002)
    later = datetime.now(UTC) + timedelta(seconds=1)
    return_id = desk.ask(1001)
    desk.staff(return_id, "approve")
    refund_id = desk.refund(1001)
    order = desk.store.shops[ALPINE].order_numbered(1001)
    assert order is not None
    order.updated_at = later

    (page,) = pages(desk, Part.RECENT, since=later.replace(microsecond=0))

    assert [(each.return_id, each.status) for each in page.returns] == [
        (return_id, "OPEN")
    ]
    assert [(each.refund_id, each.return_id) for each in page.refunds] == [
        (refund_id, return_id)
    ]


def test_it_lists_open_disputes_only(desk: Desk) -> None:
    for number, status in ((1001, None), (1002, "WON"), (1003, "UNDER_REVIEW")):
        desk.control("disputes", shop=ALPINE, number=number)
        if status:
            desk.control("disputes/move", shop=ALPINE, number=number, status=status)

    (page,) = pages(desk, Part.DISPUTED)

    states = [seen.state for seen in page.orders]
    assert [each.status for state in states for each in state.disputes] == [
        "NEEDS_RESPONSE",
        "UNDER_REVIEW",
    ]
    assert [type(state) for state in states] == [OrderState, OrderState]
    assert isinstance(states[0].disputes[0], DisputeSeen)


def test_it_goes_from_page_to_page(desk: Desk) -> None:
    orders = desk.control("orders", shop=ALPINE, count=60)
    asked = {desk.ask(each["order_number"]) for each in orders}

    found = pages(desk, Part.PENDING)

    assert [len(page.returns) for page in found] == [50, 10]
    assert {each.return_id for page in found for each in page.returns} == asked


@pytest.mark.parametrize(
    "orders",
    [
        {},
        {"nodes": [{}], "pageInfo": {"hasNextPage": False}},
        {"nodes": [], "pageInfo": {"hasNextPage": True}},
    ],
)
def test_half_a_page_is_asked_for_again(
    elsewhere: Client, orders: dict[str, Any]
) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json={"data": {"orders": orders}})

        with pytest.raises(Unreachable):
            OrderListing(elsewhere).page(
                ALPINE, Part.PENDING, since=LONG_AGO, after=None
            )


def test_it_leaves_most_of_the_budget_to_customers(desk: Desk) -> None:
    desk.control("throttle", shop=ALPINE, points=1350)
    pages(desk, Part.PENDING)

    with pytest.raises(Throttled) as caught:
        pages(desk, Part.PENDING)
    with pytest.raises(Throttled):
        OrderListing(desk.client).refund(ALPINE, "gid://shopify/Refund/1")

    assert 0.5 < caught.value.wait_seconds < 3
    assert desk.client.execute(ALPINE, "shop_info", {})["shop"]["name"]


def test_the_budget_fills_up_with_time() -> None:
    clock = HandClock()
    budget = Budget(now=clock.now)
    status = {"currentlyAvailable": 400, "maximumAvailable": 2000, "restoreRate": 100}
    cost = {"requestedQueryCost": 150, "throttleStatus": status}
    budget.note(ALPINE, "recent_changes", {"extensions": {"cost": cost}})
    waits = []
    for seconds in (1, 5, 2):
        clock.pass_by(seconds=seconds)
        waits.append(budget.wait(ALPINE, "recent_changes", left=0.5))

    assert budget.wait("other.myshopify.com", "recent_changes", left=0.5) == 0.0
    # 1,000 are reserved, and the operation itself may cost 150.
    assert waits == [6.5, 1.5, 0.0]


def test_an_operation_is_taken_for_dear_until_it_is_known() -> None:
    clock = HandClock()
    budget = Budget(now=clock.now)
    status = {"currentlyAvailable": 1100, "maximumAvailable": 2000, "restoreRate": 100}
    cost = {"requestedQueryCost": 50, "throttleStatus": status}
    budget.note(ALPINE, "recent_changes", {"extensions": {"cost": cost}})

    assert budget.wait(ALPINE, "recent_changes", left=0.5) == 0.0
    assert budget.wait(ALPINE, "pending_returns", left=0.5) == 1.0


def test_an_answer_without_a_budget_says_nothing() -> None:
    budget = Budget()

    bodies: list[dict[str, Any]] = [{}, {"extensions": None}, {"extensions": {}}]
    for body in bodies:
        budget.note(ALPINE, "shop_info", body)

    assert budget.wait(ALPINE, "shop_info", left=0.5) == 0.0


def test_it_reads_on_in_an_order_that_has_more_than_a_list_shows(desk: Desk) -> None:
    return_id = desk.ask(1001)
    desk.staff(return_id, "approve")
    shop = desk.store.shops[ALPINE]
    asked = shop.returns[return_id]
    order = asked.order
    with desk.store.lock:
        more = [
            replace(asked, id=desk.store.ids.gid("Return"), refunds=[])
            for _ in range(70)
        ]
        order.returns += more
        refunds = [
            refund_order(desk.store, shop, order, amount=Decimal("0.01"))
            for _ in range(25)
        ]

    (page,) = pages(desk, Part.RECENT)

    assert {each.return_id for each in page.returns} == {
        each.id for each in order.returns
    }
    assert len(page.returns) == 71
    assert {each.refund_id for each in page.refunds} == {each.id for each in refunds}


def test_an_order_that_was_deleted_since_the_list_is_left_out(desk: Desk) -> None:
    kept = desk.ask(1002)
    return_id = desk.ask(1001)
    shop = desk.store.shops[ALPINE]
    asked = shop.returns[return_id]
    with desk.store.lock:
        asked.order.returns += [
            replace(asked, id=desk.store.ids.gid("Return"), refunds=[])
            for _ in range(70)
        ]

    class Deleting:
        """A way to the store on which an order is deleted before it is read on."""

        execute_gently = desk.client.execute_gently

        def execute(self, domain: str, operation: str, given: Any) -> Any:
            if operation == "order_changes":
                shop.orders.pop(asked.order.id, None)
            return desk.client.execute(domain, operation, given)

    client: Any = Deleting()
    page = OrderListing(client).page(ALPINE, Part.RECENT, since=LONG_AGO, after=None)

    assert [each.return_id for each in page.returns] == [kept]
    assert page.after is None
