"""What a customer asked for before, as it is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import casework
from plugin.archive.past import Backfill, keep_backfill
from plugin.archive.tables import past_refunds
from plugin.case import Request, Status
from plugin.past import DONE, QUERY_RUNS
from plugin.policy.facts import Past
from plugin.policy.money import Money
from plugin.ports import Unreachable
from tests.casework.life import Life
from tests.casework.paying import end_each, lets_pay, refunds
from tests.casework.scene import SHOP, Scene

ASKS = {
    "all": "customer_returns",
    "60 days": "customer_returns_in_60_days",
    "200 days": "customer_items_in_200_days",
}


def read_to_its_end(
    scene: Scene, *, since: datetime | None, state: str = DONE
) -> Backfill:
    """Let the past be known as far back as a moment."""
    known = Backfill(
        generation=1,
        state=state,
        operation_id=None,
        since=since,
        next_at=scene.services.clock.now(),
    )
    with scene.archive.engine.begin() as db:
        keep_backfill(db, SHOP, known)
    return known


def rule_that_asks(scene: Scene, *facts: str) -> None:
    """Put a policy in force of which rules ask for a customer's returns."""
    clauses = [
        {"id": f"asks-{n}", "when": {"fact": fact, "at_least": 1000}, "then": "review"}
        for n, fact in enumerate(facts)
    ]
    preset = scene.packs.preset("standard-30-days")["clauses"]
    scene.change_policy(clauses=[*clauses, *preset])


class Deaf:
    """A platform that must not be asked for a history."""

    def __init__(self, platform: Any) -> None:
        self._platform = platform
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def returns_before(self, shop: str, request: Request) -> tuple[Past, ...]:
        self.asked += 1
        return ()


def facts_of(scene: Scene, return_id: str, deaf: Deaf | None = None) -> dict[str, Any]:
    """Decide a return, and give the facts that were written down."""
    platform = deaf or Deaf(scene.services.platform)
    services = replace(scene.services, platform=platform)
    casework.decide_case(services, shop=SHOP, return_id=return_id)
    found = scene.shelf.body(return_id, "facts")
    assert found is not None
    return found


def earlier_and_later(scene: Scene) -> tuple[str, str]:
    """Let one customer ask twice, for two orders."""
    customers = len(scene.world.app.extensions["devstore"].shops[SHOP].customers)
    orders = scene.world.control(
        "orders",
        shop=SHOP,
        count=customers + 1,
        country="US",
        province="CO",
        delivered_days_ago=5,
    )
    first, last = (
        scene.ask_again(each["order_number"], each["line_item_ids"][0])
        for each in (orders[0], orders[-1])
    )
    return first, last


def test_what_is_remembered_is_what_the_store_shows(scene: Scene) -> None:
    rule_that_asks(scene, *ASKS.values())
    first, last = earlier_and_later(scene)
    request = scene.services.platform.request(SHOP, last)
    assert request is not None
    told = scene.services.platform.returns_before(SHOP, request)
    read_to_its_end(scene, since=None)
    scene.run(first)
    deaf = Deaf(scene.services.platform)
    found = facts_of(scene, last, deaf)

    assert told is not None
    assert found["returns_before"] == [
        {"on": past.on.isoformat(), "items": past.items, "value": None} for past in told
    ]
    assert (found["customer_returns"], deaf.asked) == (1, 0)


@pytest.mark.parametrize("state", [None, QUERY_RUNS])
def test_until_it_is_all_read_the_store_is_asked(
    scene: Scene, state: str | None
) -> None:
    rule_that_asks(scene, ASKS["all"])
    if state is not None:
        read_to_its_end(scene, since=None, state=state)
    deaf = Deaf(scene.services.platform)
    found = facts_of(scene, scene.asked(days=5), deaf)

    assert (deaf.asked, found["customer_returns"]) == (1, 0)


@pytest.mark.parametrize(
    ("asks", "days", "known"),
    [
        (["60 days"], 60, True),
        (["60 days"], 59, False),
        (["200 days"], 60, False),
        (["60 days", "200 days"], 200, True),
        (["60 days", "200 days"], 199, False),
        (["all"], 3000, False),
        (["60 days", "all"], 3000, False),
    ],
)
def test_what_lies_further_back_than_is_seen_is_not_known(
    scene: Scene, asks: list[str], days: int, known: bool
) -> None:
    rule_that_asks(scene, *(ASKS[each] for each in asks))
    return_id = scene.asked(days=5)
    request = scene.services.platform.request(SHOP, return_id)
    assert request is not None
    asked_at = request.facts.requested_at
    assert asked_at is not None
    behind = (asked_at.date() - request.facts.requested_on).days
    since = asked_at - timedelta(days=days + behind)
    read_to_its_end(scene, since=since)
    found = facts_of(scene, return_id)

    assert found["returns_before"] == ([] if known else None)
    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.decided_by == (("inside-window",) if known else ("asks-0",))


def test_it_follows_what_becomes_of_returns_and_refunds(life: Life) -> None:
    read_to_its_end(life.scene, since=None)
    return_id = life.scene.asked(days=5)
    life.tell_all(life.events(1))
    life.tell_all(life.events(1))
    life.refund(life.number(return_id))
    life.act("returns/close", return_id=return_id)
    life.tell_all(life.events(2))

    case = life.case(return_id)
    assert case.status is Status.ANSWERED
    history = life.scene.shelf.history(str(case.customer_id))
    assert history is not None
    [past] = history.returns
    assert (past.return_id, past.status, past.items) == (return_id, "CLOSED", 1)
    with life.scene.archive.engine.connect() as db:
        [refund] = db.execute(sa.select(past_refunds)).all()
    assert refund.return_id == return_id
    # Customers are known by a tag of the shop's own.
    assert refund.customer not in (None, case.customer_id)
    assert Money.of(refund.amount, refund.currency) == Money.of("89.0", "USD")


def test_a_refund_is_remembered_whose_return_cannot_be_closed(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "without_return")
    return_id = life.paying()
    end_each(scene, return_id, "SUCCESS")
    [refund] = refunds(scene, return_id)
    away = scene.failing_once("close_return", Unreachable)
    with pytest.raises(Unreachable):
        casework.record_refund(away, shop=SHOP, refund_id=refund.id)

    with scene.archive.engine.connect() as db:
        assert [*db.scalars(sa.select(past_refunds.c.refund_id))] == [refund.id]


def test_days_are_read_in_the_customers_favour(scene: Scene) -> None:
    rule_that_asks(scene, ASKS["60 days"])
    read_to_its_end(scene, since=None)
    first, last = earlier_and_later(scene)
    scene.run(first)
    found = facts_of(scene, last)

    [day] = [date.fromisoformat(past["on"]) for past in found["returns_before"]]
    assert day == date.fromisoformat(found["requested_on"])
