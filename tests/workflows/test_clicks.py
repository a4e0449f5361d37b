"""Each click of staff is told once, and one that came to nothing bars no later one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from plugin import casework, jobs
from plugin.case import Case, Status
from plugin.casework.granting import OnItsWay, quote_refund
from plugin.casework.overriding import Answer, NotAllowed
from plugin.casework.record import moves
from plugin.policy.decision import Ground, Outcome
from plugin.privacy import Person, Topic
from plugin.reception import Reception
from plugin.shop import Mode
from tests.archive.shelves import ask
from tests.casework.paying import PRICE, lets_pay, paid_back
from tests.casework.scene import SHOP
from tests.workflows.running import Running, wait_for

BY = "staff:7"
APPROVAL = Answer(to=Outcome.APPROVE)


def staff(running: Running) -> Reception:
    """What the pages hand a click to."""
    parts: Any = SimpleNamespace(
        archive=running.scene.archive,
        engine=running.engine,
        client=running.client,
        services=running.scene.services,
    )
    return Reception(parts=parts)


def answered(running: Running, *, days: int) -> str:
    """Let a return be answered in a shop that gives every refund itself."""
    lets_pay(running.scene)
    running.scene.prefer(Mode.ASSIST)
    return_id = running.scene.asked(days=days)
    running.enqueue(jobs.answer(SHOP, return_id))
    running.told()
    return return_id


def stands_at(running: Running, return_id: str) -> int:
    return moves(running.scene.shelf.keys(return_id))


def case_of(running: Running, return_id: str) -> Case:
    found = running.scene.shelf.find(return_id)
    assert found is not None
    return found


def test_a_second_click_that_came_to_nothing_does_not_use_up_the_next_one(
    running: Running,
) -> None:
    scene = running.scene
    return_id = answered(running, days=5)
    clicks = staff(running)
    quote = clicks.quote(SHOP, return_id)

    # A double click while the store goes away: the first one has begun its turn when
    # the second is queued, and is left to staff in the end.
    running.platform.down = True
    clicks.give(SHOP, return_id, BY, quote)
    wait_for(lambda: "refund:granted:1" in scene.keys(return_id))
    running.enqueue(jobs.give(SHOP, return_id, BY, quote.amount, 2))
    with pytest.raises(OnItsWay):
        clicks.quote(SHOP, return_id)
    running.told()
    running.platform.down = False
    before = paid_back(scene, return_id)
    again = quote_refund(scene.services, shop=SHOP, return_id=return_id)
    clicks.give(SHOP, return_id, BY, again)
    running.told()

    assert before == []
    assert {"refund:left:1", "refund:idle:2"} <= set(scene.keys(return_id))
    assert again.number == 3
    assert paid_back(scene, return_id) == [PRICE]


def test_two_clicks_on_one_page_are_one_refund(running: Running) -> None:
    return_id = answered(running, days=5)
    clicks = staff(running)
    quote = clicks.quote(SHOP, return_id)

    for by in ("staff:7", "staff:8"):
        clicks.give(SHOP, return_id, by, quote)
    running.told()

    assert paid_back(running.scene, return_id) == [PRICE]


def test_an_approval_is_told_after_a_refusal_that_the_erasure_made_void(
    running: Running,
) -> None:
    scene = running.scene
    return_id = answered(running, days=45)
    at = stands_at(running, return_id)
    sealed = scene.shelf.closed(return_id, "It was worn.")
    refusal = Answer(to=Outcome.DECLINE, ground=Ground.OTHER, words=sealed)
    proposed = case_of(running, return_id)
    ask(scene.shelf, Topic.REDACT_CUSTOMER, Person(customer_id=proposed.customer_id))
    casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")
    running.enqueue(jobs.override(SHOP, return_id, BY, refusal, number=at))
    running.told()
    waiting = case_of(running, return_id)

    staff(running).override(
        SHOP, return_id, BY, APPROVAL, stands_at(running, return_id)
    )
    running.told()

    assert proposed.status is Status.PROPOSED
    assert waiting.status is Status.IN_REVIEW
    assert f"answer:idle:{at}" in scene.keys(return_id)
    assert scene.found(return_id)["status"] == "OPEN"


@pytest.mark.parametrize("late", [-1, None])
def test_an_answer_from_a_page_that_is_out_of_date_is_not_sent(
    running: Running, late: int | None
) -> None:
    return_id = answered(running, days=45)
    number = None if late is None else stands_at(running, return_id) + late

    with pytest.raises(NotAllowed) as raised:
        staff(running).override(SHOP, return_id, BY, APPROVAL, number)
    running.told()

    assert raised.value.code == "not_open"
    assert case_of(running, return_id).status is Status.PROPOSED
    assert running.scene.found(return_id)["status"] == "REQUESTED"


def test_a_click_that_came_to_nothing_stays_so_when_it_is_told_again(
    running: Running,
) -> None:
    scene = running.scene
    return_id = answered(running, days=45)
    about: dict[str, Any] = {"shop": SHOP, "return_id": return_id, "by": BY}
    refusal: dict[str, Any] = {"to": "decline", "ground": "OTHER", "number": 1}
    casework.override_case(scene.services, **about, **refusal)

    case = casework.override_case(scene.services, **about, to="approve", number=1)

    assert case is not None
    assert case.status is Status.PROPOSED
    assert scene.shelf.body(return_id, "answer:idle:1") == {
        "clicked_by": BY,
        "why": "words_missing",
    }
