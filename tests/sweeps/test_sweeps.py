"""A sweep starts what events would have started, and nothing twice."""

from __future__ import annotations

import pytest

from plugin import jobs, sweeps, tries, workflows
from plugin.case import Status
from plugin.housekeeping import plan_sweeps
from plugin.jobs import Job
from plugin.shop import Mode
from plugin.sweeper import turn_of
from tests.casework.paying import lets_pay
from tests.casework.scene import SHOP
from tests.sweeps.town import EVERY, Town
from tests.workflows.running import wait_for

JSON = {"Accept": "application/json"}


def staff(town: Town, return_id: str, verb: str) -> None:
    town.world.post(f"/{SHOP}/admin/returns/{return_id}/{verb}", headers=JSON, json={})


def refund(town: Town, number: int) -> str:
    town.world.post(f"/{SHOP}/admin/orders/{number}/refund", headers=JSON, json={})
    return str(town.world.truth(SHOP)["refunds"][-1]["id"])


def test_it_starts_nothing_that_was_told(town: Town) -> None:
    return_id = town.answered(town.orders(1, days=45)[0])
    keys = town.scene.keys(return_id)

    words = [town.sweep(), town.sweep()]

    assert words == ["started 0", "started 0"]
    assert town.scene.keys(return_id) == keys
    assert town.effects() == {1: 2}


def test_it_finds_a_return_of_which_nothing_told(town: Town) -> None:
    town.drop(100)
    return_id = town.ask(town.orders(1, days=45)[0])

    word = town.sweep()

    case = town.scene.shelf.find(return_id)
    assert case is not None
    assert (word, case.status) == ("started 1", Status.ANSWERED)
    assert town.told("returns/request") == {"dropped": 1}
    assert not any(key.startswith("event:") for key in town.scene.keys(return_id))


@pytest.mark.parametrize(
    ("verb", "status"),
    [("approve", Status.SUPERSEDED), ("decline", Status.SUPERSEDED), ("cancel", None)],
)
def test_it_sees_what_others_did_to_a_return_that_waits(
    town: Town, verb: str, status: Status | None
) -> None:
    town.scene.prefer(Mode.ASSIST)
    return_id = town.answered(town.orders(1, days=45)[0])
    town.drop(100)
    if verb == "cancel":
        path = f"/{SHOP}/account/returns/{return_id}/cancel"
        town.world.post(path, headers=JSON)
    else:
        staff(town, return_id, verb)

    words = [town.sweep(), town.sweep()]

    case = town.scene.shelf.find(return_id)
    assert case is not None
    assert case.status is (status or Status.WITHDRAWN)
    assert words == ["started 1", "started 0"]


def test_it_remembers_a_return_that_staff_decided_before_anybody_told(
    town: Town,
) -> None:
    town.sweep()
    town.drop(100)
    return_id = town.ask(town.orders(1, days=45)[0])
    staff(town, return_id, "approve")

    word = town.sweep()

    case = town.scene.shelf.find(return_id)
    assert case is not None
    assert (word, case.status) == ("started 1", Status.SUPERSEDED)
    assert sum(town.effects()) == 0


def test_it_notes_a_refund_of_which_nothing_told(town: Town) -> None:
    order = town.orders(1, days=5)[0]
    return_id = town.answered(order)
    town.drop(100)
    refund_id = refund(town, order["order_number"])

    words = [town.sweep(), town.sweep()]

    assert words == ["started 1", "started 0"]
    assert f"refund:{refund_id}" in town.scene.keys(return_id)


def test_it_looks_at_a_refund_again_until_its_payment_ends(town: Town) -> None:
    order = town.orders(1, days=5)[0]
    return_id = town.answered(order)
    about = {"shop": SHOP, "number": order["order_number"]}
    town.drop(100)
    town.world.control("payments", **about, status="PENDING")
    refund_id = refund(town, order["order_number"])

    words = [town.sweep(), town.sweep()]
    before = town.scene.keys(return_id)
    town.world.control("payments", **about, status="SUCCESS")
    words += [town.sweep(), town.sweep()]

    assert words == ["started 1", "started 1", "started 1", "started 0"]
    assert before[-1] == f"audit-unsure:{refund_id}"
    assert town.scene.keys(return_id)[-1] == f"audit:{refund_id}"


def test_it_holds_what_is_disputed_without_a_word(town: Town) -> None:
    town.scene.prefer(Mode.ASSIST)
    order = town.orders(1, days=45)[0]
    return_id = town.answered(order)
    about = {"shop": SHOP, "number": order["order_number"]}
    town.drop(100)
    town.world.control("disputes", **about, kind="CHARGEBACK")

    held = [town.sweep(), town.sweep()]
    case = town.scene.shelf.find(return_id)
    town.world.control("disputes/move", **about, status="WON")
    ended = [town.sweep(), town.sweep()]
    after = town.scene.shelf.find(return_id)

    assert case is not None
    assert after is not None
    assert (held, case.status) == (["started 1", "started 0"], Status.IN_REVIEW)
    assert (ended, after.status) == (["started 1", "started 0"], Status.PROPOSED)


def test_it_notes_an_order_that_was_cancelled_without_a_word(town: Town) -> None:
    town.scene.prefer(Mode.ASSIST)
    order = town.orders(1, days=45)[0]
    return_id = town.answered(order)
    town.drop(100)
    town.world.control("orders/cancel", shop=SHOP, number=order["order_number"])

    words = [town.sweep(), town.sweep()]

    assert words == ["started 1", "started 0"]
    assert "hold:opened:order-cancelled" in town.scene.keys(return_id)


def test_it_tells_anew_what_ended_without_its_effect(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "PAUSES", (0.05,) * 6)
    town.drop(100)
    return_id = town.ask(town.orders(1, days=45)[0])
    elsewhere = {"return_id": "gid://shopify/Return/999", "event": None}
    job = Job(story=jobs.ANSWER, shop=SHOP, subject=return_id, arguments=elsewhere)
    with town.engine.begin() as db:
        workflows.enqueue(town.client, db, job)
    town.quiet()

    words = [town.sweep(), town.sweep()]

    case = town.scene.shelf.find(return_id)
    assert case is not None
    assert (words, case.status) == (["started 1", "started 0"], Status.ANSWERED)


def test_it_leaves_alone_what_is_still_being_told(town: Town) -> None:
    town.world.control("fail", operation="ReturnForPolicy", kind="http_500", times=3)
    town.ask(town.orders(1, days=45)[0])
    wait_for(lambda: bool(town.client.list_workflows(status="DELAYED")))

    word = town.sweep()

    assert word == "started 0"
    assert town.pending() == set()
    assert town.effects() == {1: 2}


def test_it_looks_at_no_shop_that_left(town: Town) -> None:
    town.scene.leave()

    assert town.sweep() == "not_installed"


def test_it_plans_no_look_at_a_shop_that_nobody_can_enter(town: Town) -> None:
    scene = town.scene
    scene.tokens.bury(SHOP, scene.tokens.access(SHOP))
    away = [plan_sweeps(town.engine, town.client, every=EVERY) for _ in range(2)]
    scene.install()
    back = plan_sweeps(town.engine, town.client, every=EVERY)
    town.quiet()

    assert (away, back) == ([0, 0], 1)


def test_it_waits_while_customers_need_the_budget(town: Town) -> None:
    town.drop(100)
    for order in town.orders(60, days=400):
        town.ask(order)
    # Nothing comes back until it is given.
    town.world.control("throttle", shop=SHOP, restore_rate=0)

    town.plan()
    wait_for(lambda: "DBOS.sleep" in steps_of_the_sweep(town))
    before = town.pending()
    town.world.control("throttle", shop=SHOP, restore_rate=5000)
    town.quiet()

    assert len(before) == 60
    assert town.pending() == set()


def steps_of_the_sweep(town: Town) -> list[str]:
    (sweep,) = town.sweeps()
    return [step["function_name"] for step in town.client.list_workflow_steps(sweep)]


def test_a_turn_is_planned_once_whoever_plans(town: Town) -> None:
    shops = ["a.myshopify.com", "b.myshopify.com"]

    planned = [
        sweeps.plan(town.client, shops, now=now, every=EVERY)
        for now in (town.turns, town.turns)
    ]

    assert planned == [2, 0]


def test_every_shop_has_a_moment_of_its_own() -> None:
    shops = [f"shop-{number}.myshopify.com" for number in range(600)]

    begins = [
        next(
            second
            for second in range(600)
            if turn_of(shop, second, EVERY) != turn_of(shop, second - 1, EVERY)
        )
        for shop in shops
    ]

    assert max(begins.count(second) for second in set(begins)) < 8
    assert len([second for second in begins if second < 300]) in range(250, 350)


def test_the_first_sweep_of_a_quiet_shop_says_since_when_it_looked(town: Town) -> None:
    town.sweep()

    assert town.swept().seen_until is not None


def test_what_staff_take_in_is_looked_for_before_the_next_turn(town: Town) -> None:
    """The event names no return, as documented; one look serves a whole minute."""
    lets_pay(town.scene, "on_receipt")
    first, second = (town.answered(order) for order in town.orders(2, days=5))
    paid_before = town.world.truth(SHOP)["refunds"]

    for return_id in (first, second):
        town.world.control("returns/take-in", shop=SHOP, return_id=return_id)
    wait_for(lambda: bool(looks(town)))
    hurry(town)

    assert paid_before == []
    assert town.told("returns/process")["200"] >= 2
    wait_for(lambda: len(town.world.truth(SHOP)["refunds"]) == 2)
    assert town.sweeps() == {}


def test_a_refund_that_fails_late_is_noticed_within_days(town: Town) -> None:
    order = town.orders(1, days=5)[0]
    return_id = town.answered(order)
    refund_id = refund(town, order["order_number"])
    wait_for(lambda: f"audit:{refund_id}" in town.scene.keys(return_id))
    number = order["order_number"]
    town.world.control(
        "payments", shop=SHOP, number=number, status="FAILURE", late=True
    )

    town.sweep()

    case = town.scene.shelf.find(return_id)
    assert case is not None
    assert f"refund:undone:{refund_id}" in town.scene.keys(return_id)
    assert [task for task in case.to_do if "failed at the payment provider" in task]


def test_a_refund_that_arrived_is_read_again_without_a_place_among_cases(
    town: Town,
) -> None:
    order = town.orders(1, days=5)[0]
    return_id = town.answered(order)
    refund_id = refund(town, order["order_number"])
    wait_for(lambda: f"audit:{refund_id}" in town.scene.keys(return_id))
    town.quiet()
    told = [each.workflow_id for each in town.client.list_workflows(name=jobs.REFUND)]

    town.sweep()

    again = [each.workflow_id for each in town.client.list_workflows(name=jobs.REFUND)]
    assert sorted(again) == sorted(told)


def looks(town: Town) -> list[str]:
    found = town.client.list_workflows(name=jobs.LOOK)
    return [each.workflow_id for each in found]


def hurry(town: Town) -> None:
    """Let the looks that wait for their minute to end begin at once."""
    wait_for(lambda: town.told("returns/process")["200"] >= 2)
    for id in looks(town):
        town.client.set_workflow_delay(id, delay_seconds=0)
