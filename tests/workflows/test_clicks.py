"""Each click of staff is told once, and one that came to nothing bars no later one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import casework, jobs, workflows
from plugin.archive.tables import cases
from plugin.case import Case, Status
from plugin.casework.granting import OnItsWay, quote_refund
from plugin.casework.overriding import Answer, NotAllowed
from plugin.casework.record import moves
from plugin.jobs import Job
from plugin.policy.decision import Ground, Outcome
from plugin.privacy import Person, Topic
from plugin.reception import Reception
from plugin.shop import Mode
from tests.archive.shelves import ask
from tests.casework.paying import PRICE, lets_pay, paid_back
from tests.casework.scene import SHOP, Scene
from tests.workflows.running import Running, wait_for

BY = "staff:7"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
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


def test_what_an_erasure_took_from_a_person_is_decided_anew(running: Running) -> None:
    scene = running.scene
    return_id = answered(running, days=45)
    at, customer = stands_at(running, return_id), case_of(running, return_id)
    click: dict[str, Any] = {"shop": SHOP, "return_id": return_id, "by": BY}
    casework.override_case(scene.services, **click, **asdict_of(REFUSAL), number=at)
    ask(scene.shelf, Topic.REDACT_CUSTOMER, Person(customer_id=customer.customer_id))
    forget_late(scene)
    waiting = case_of(running, return_id)
    for _ in range(2):
        # Told again, the first click brings back nothing.
        casework.override_case(scene.services, **click, **asdict_of(REFUSAL), number=at)

    staff(running).override(
        SHOP, return_id, "staff:8", APPROVAL, stands_at(running, return_id)
    )
    running.told()

    assert (waiting.status, waiting.erased) == (Status.IN_REVIEW, True)
    assert scene.found(return_id)["status"] == "OPEN"
    assert case_of(running, return_id).outcome is Outcome.APPROVE
    assert sum(key.startswith("overridden") for key in scene.keys(return_id)) == 2


def asdict_of(answer: Answer) -> dict[str, Any]:
    ground = answer.ground and answer.ground.value
    return {"to": answer.to.value, "ground": ground, "words": answer.words}


def forget_late(scene: Scene) -> None:
    """Erase a customer once nothing of theirs is under way any more."""
    with scene.archive.engine.begin() as db:
        db.execute(sa.update(cases).values(updated_at=LONG_AGO))
    casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")


REFUSAL = Answer(to=Outcome.DECLINE, ground=Ground.OTHER, words="It was worn.")


def click_late(running: Running, return_id: str, at: int) -> str:
    """Queue one answer of one person, which is told only once it is woken."""
    sealed = running.scene.shelf.closed(return_id, REFUSAL.words)
    answer = replace(REFUSAL, words=sealed)
    return queue_late(running, jobs.override(SHOP, return_id, BY, answer, number=at))


def queue_late(running: Running, job: jobs.Job) -> str:
    """Queue a job that is told only once it is woken."""
    options = workflows.options(job.story, job.id, SHOP)
    options["delay_seconds"] = 3600
    running.client.enqueue(options, {"shop": SHOP, **job.arguments})
    return job.id


@pytest.mark.parametrize(
    ("by", "second"), [("staff:8", APPROVAL), ("staff:8", REFUSAL), (BY, APPROVAL)]
)
def test_of_two_answers_at_once_the_second_is_told_that_it_is_not_sent(
    running: Running, by: str, second: Answer
) -> None:
    return_id = answered(running, days=45)
    at = stands_at(running, return_id)
    first = click_late(running, return_id, at)

    with pytest.raises(NotAllowed) as raised:
        staff(running).override(SHOP, return_id, by, second, at)

    running.client.set_workflow_delay(first, delay_seconds=0)
    running.told()
    done = running.scene.shelf.body(return_id, "overridden")
    assert raised.value.code == "answered_before"
    assert done is not None
    assert (done["overridden_by"], done["now"]) == (BY, "decline")
    assert running.scene.found(return_id)["status"] == "DECLINED"


def test_an_answer_beside_a_refusal_that_was_confirmed_is_not_sent(
    running: Running,
) -> None:
    return_id = proposed(running)
    at = stands_at(running, return_id)
    first = queue_late(running, jobs.confirm(SHOP, return_id, BY, number=at))

    with pytest.raises(NotAllowed) as raised:
        staff(running).override(SHOP, return_id, "staff:8", APPROVAL, at)

    running.client.set_workflow_delay(first, delay_seconds=0)
    running.told()
    assert raised.value.code == "answered_before"
    assert running.scene.found(return_id)["status"] == "DECLINED"


def test_a_refusal_is_not_confirmed_beside_an_answer(running: Running) -> None:
    return_id = proposed(running)
    at = stands_at(running, return_id)
    job = jobs.override(SHOP, return_id, "staff:8", APPROVAL, number=at)
    first = queue_late(running, job)

    with pytest.raises(NotAllowed) as raised:
        staff(running).confirm(SHOP, return_id, BY)

    running.client.set_workflow_delay(first, delay_seconds=0)
    running.told()
    assert raised.value.code == "answered_before"
    assert running.scene.found(return_id)["status"] == "OPEN"


def proposed(running: Running) -> str:
    """Let a refusal be proposed."""
    return_id = answered(running, days=45)
    assert case_of(running, return_id).status is Status.PROPOSED
    return return_id


def test_a_double_click_of_one_person_is_one_answer(running: Running) -> None:
    return_id = answered(running, days=45)
    at = stands_at(running, return_id)
    first = click_late(running, return_id, at)

    staff(running).override(SHOP, return_id, BY, REFUSAL, at)

    told = running.client.list_workflows(workflow_id_prefix=first)
    running.client.set_workflow_delay(first, delay_seconds=0)
    running.told()
    assert [each.workflow_id for each in told] == [first]
    assert running.scene.found(return_id)["status"] == "DECLINED"


def test_a_click_is_given_up_with_its_own_story_only(running: Running) -> None:
    scene = running.scene
    return_id = answered(running, days=45)
    click = jobs.override(SHOP, return_id, BY, APPROVAL, number=1)
    casework.override_case(
        scene.services, shop=SHOP, return_id=return_id, by=BY, to="approve", number=1
    )
    asked = {"return_id": return_id, "why": "retry:platform_unreachable"}
    running.enqueue(Job(story=jobs.GIVE_UP, shop=SHOP, subject="1", arguments=asked))
    running.told()
    before = case_of(running, return_id).status

    running.platform.down = True
    running.enqueue(click)
    after = running.answered(return_id).status
    running.platform.down = False
    running.told()

    assert (before, after) == (Status.DECIDED, Status.FAILED)


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
