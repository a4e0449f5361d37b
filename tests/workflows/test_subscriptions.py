"""Each shop's own subscriptions are looked at once a day."""

from __future__ import annotations

from typing import Any

import pytest

from plugin import housekeeping, jobs, tries, workflows
from plugin.casework.listening import COMPLIANCE, stray
from plugin.doctor.stores import MANIFEST
from plugin.doctor.subscriptions import declared_topics
from tests.casework.scene import SHOP
from tests.devstore.world import Receiver, wait_until
from tests.workflows.running import Running
from webhooks.dispatch import TOPICS

DECLARED = frozenset({"returns/request", "refunds/create"})


def test_it_looks_once_a_day_and_finds_nothing_of_the_shop_s_own(
    running: Running,
) -> None:
    planned = [
        housekeeping.plan_checks(running.engine, running.client) for _ in range(2)
    ]

    assert planned == [1, 0]
    assert list(running.told().values()) == ["in_order"]


def test_it_adds_no_look_where_nobody_can_look_or_one_still_waits(
    on_both: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "NAPS", (3600,))
    scene, client = on_both.scene, on_both.client
    asleep = jobs.check(SHOP, "a-day-before", [])
    on_both.platform.shut = "subscriptions"
    on_both.enqueue(asleep)
    wait_until(lambda: bool(client.list_workflows(status="DELAYED")), seconds=60)
    while_one_waits = housekeeping.plan_checks(on_both.engine, client)
    on_both.platform.shut = None
    workflows.wake(client, SHOP)
    on_both.told()
    scene.tokens.bury(SHOP, scene.tokens.access(SHOP))
    without_a_token = housekeeping.plan_checks(on_both.engine, client)
    scene.tokens.exchange(SHOP, scene.world.id_token(SHOP))

    assert (while_one_waits, without_a_token) == (0, 0)
    assert housekeeping.plan_checks(on_both.engine, client) == 1


def test_it_names_what_a_shop_subscribes_to_by_itself(running: Running) -> None:
    for topic in ("RETURNS_REQUEST", "SHOP_UPDATE"):
        subscribe(running, topic, "https://elsewhere.example/")

    housekeeping.plan_checks(running.engine, running.client)

    assert list(running.told().values()) == ["listed:returns/request,shop/update"]


def test_a_shop_s_own_subscription_tells_beside_the_manifest_s(
    running: Running,
) -> None:
    other = Receiver()
    subscribe(running, "RETURNS_REQUEST", f"{other.url}/other")

    running.scene.asked()

    wait_until(lambda: other.topics() == ["returns/request"], seconds=60)
    # The store writes a delivery down once it was answered, each when it was.
    wait_until(lambda: len(_deliveries(running)) == 2, seconds=60)
    other.close()
    assert len({each["event_id"] for each in _deliveries(running)}) == 1


def _deliveries(running: Running) -> list[dict[str, Any]]:
    sent = running.scene.world.truth(SHOP)["deliveries"]
    return [each for each in sent if each["topic"] == "returns/request"]


@pytest.mark.parametrize(
    ("listed", "strays"),
    [
        ([], ()),
        (["returns/request"], ("returns/request",)),
        (["orders/paid"], ("orders/paid",)),
        (["refunds/create", "returns/request"], ()),
        (
            ["refunds/create", "returns/request", "returns/request"],
            ("refunds/create", "returns/request"),
        ),
    ],
)
def test_nothing_listed_is_in_order_and_so_is_the_manifest_s_own(
    listed: list[str], strays: tuple[str, ...]
) -> None:
    assert stray(listed, DECLARED | COMPLIANCE) == strays


def test_what_the_app_listens_to_is_what_its_manifest_declares() -> None:
    assert declared_topics(MANIFEST) - COMPLIANCE == TOPICS.keys() - COMPLIANCE


def subscribe(running: Running, topic: str, uri: str) -> None:
    given = {"shop": SHOP, "topic": topic, "uri": uri}
    running.scene.world.control("subscriptions", **given)
