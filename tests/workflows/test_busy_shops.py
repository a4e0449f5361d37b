"""A shop whose budget is used up only waits: its requests, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from plugin import casework, jobs, tries
from plugin.archive.canonical import canonical
from plugin.case import Status
from plugin.ports import Throttled
from plugin.shop import Mode, Preferences
from plugin.tries import BUSY_SECONDS, LATEST, SOONEST, Try, tell_step
from tests.casework.scene import SHOP, Scene
from tests.devstore.world import NORDLICHT
from tests.workflows.running import Running, wait_for

JOB = "answer_request:shop:1"


def make_try(**changes: Any) -> Try:
    given: dict[str, Any] = {"story": "answer_request", "base": JOB, "arguments": {}}
    return Try(**given | changes)


def meets(wait_seconds: float, one: Try) -> str:
    """Let a step of a try meet an empty bucket."""

    def story(_services: object) -> None:
        raise Throttled(wait_seconds)

    return tell_step(one, None, (story, ()))  # type: ignore[arg-type]  # needs none


@pytest.mark.parametrize(
    ("seconds", "busy", "least", "most"),
    [
        (0.1, 0, SOONEST, 2 * SOONEST),
        (7.0, 0, 7.0, 7.0 + SOONEST),
        (7.0, 3, 7.0, 7.0 + 8 * SOONEST),
        (900.0, 0, LATEST, LATEST + SOONEST),
        (900.0, 9000, LATEST, 2 * LATEST),
    ],
)
def test_a_busy_shops_story_waits_for_the_budget(
    seconds: float, busy: int, least: float, most: float
) -> None:
    one = make_try(busy=busy)

    pauses = {one.pause(meets(seconds, one), forever=False) for _ in range(50)}

    assert all(pause is not None and least <= pause <= most for pause in pauses)
    assert len(pauses) > 5


def test_waiting_for_the_budget_uses_up_no_try() -> None:
    one = make_try(attempt=2, busy=4, waited=100.0)

    id, later = one.again("busy:7.5", 7.5)

    assert id == f"busy-5:{JOB}"
    assert later == make_try(attempt=2, busy=5, waited=107.5)
    assert later.again("retry:platform_unreachable", 15)[0] == f"try-3:{JOB}"


def test_a_shop_that_stays_busy_longer_than_the_schedule_is_in_trouble() -> None:
    patient = make_try(waited=BUSY_SECONDS - 1)
    late = make_try(waited=BUSY_SECONDS)

    assert patient.pause("busy:7.5", forever=False) == 7.5
    assert late.pause("busy:7.5", forever=False) is None
    assert late.pause("busy:7.5", forever=True) == 7.5
    assert tries.reason("busy:7.5") == "retry:throttled"


def join(scene: Scene, shop: str) -> None:
    """Install the app in another shop and set it to automatic."""
    scene.world.control("install", shop=shop, installed=True)
    scene.tokens.exchange(shop, scene.world.id_token(shop))
    document = canonical(scene.packs.preset("standard-30-days"))
    casework.welcome(scene.services, shop=shop, document=document)
    scene.archive.of(shop).prefer(Preferences(mode=Mode.AUTOMATIC))


def ask(scene: Scene, shop: str) -> str:
    made = scene.world.control("orders", shop=shop, delivered_days_ago=5)[0]
    line = {"line_item_id": made["line_item_ids"][0], "quantity": 1}
    answer = scene.world.post(
        f"/{shop}/account/orders/{made['order_number']}/returns",
        json={"lines": [line | {"reason": "unwanted"}]},
        headers={"Accept": "application/json"},
    )
    return str(answer.json()["return_id"])


def test_a_storm_in_one_shop_slows_no_other(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = running.scene
    monkeypatch.setattr(tries, "SOONEST", 0.1)
    join(scene, NORDLICHT)
    scene.world.control("throttle", shop=SHOP, restore_rate=60, points=0)
    storm = [ask(scene, SHOP) for _ in range(30)]
    for return_id in storm:
        running.enqueue(jobs.answer(SHOP, return_id))
    wait_for(lambda: any("busy-" in id for id in ids(running)))

    calm = ask(scene, NORDLICHT)
    running.enqueue(jobs.answer(NORDLICHT, calm))
    wait_for(lambda: status(scene, NORDLICHT, calm) is not None)
    waiting = [each for each in storm if status(scene, SHOP, each) is None]
    scene.world.control("throttle", shop=SHOP, restore_rate=5000)
    for return_id in storm:
        running.answered(return_id)

    assert len(waiting) > 0
    assert {status(scene, SHOP, each) for each in storm} == {Status.ANSWERED}
    # Only two tries are left to a story here, and many waits.
    assert not any(id.startswith(("try-", "give_up")) for id in ids(running))


def ids(running: Running) -> list[str]:
    return [each.workflow_id for each in running.client.list_workflows()]


def status(scene: Scene, shop: str, return_id: str) -> Status | None:
    case = scene.archive.of(shop).find(return_id)
    return case.status if case else None
