"""Killing the app with -9 at random moments loses nothing and does nothing twice.

Real processes, a real database, and the development store's own counts.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin.demo.play import SETTLED, Day
from plugin.demo.processes import Program, place, start_app, start_store
from tests.databases import postgres

SHOP = "alpine-goods.myshopify.com"
KILLS = int(os.environ.get("EVENHAND_KILLS", "24"))
SEED = int(os.environ.get("EVENHAND_SEED", "20261123"))
# A minute of the store's retry schedule passes in half a second.
SPEED = 120.0
WINDOW_SECONDS = 0.45
DECIDING = ("returnApproveRequest", "returnDeclineRequest", "discountCodeBasicCreate")


class World:
    """The two programs and the people who use them."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.place = place(folder, store_port=0, app_port=0, database_url=database_url)
        self.store = start_store(self.place, speed=SPEED)
        self.app: Program = start_app(self.place)
        self.day = Day(place=self.place)
        self.day.install(SHOP)
        self.day.configure(SHOP)

    def crash(self) -> None:
        """Kill the app and start it again."""
        self.app.kill()
        self.app = start_app(self.place)

    def close(self) -> None:
        self.app.stop()
        self.store.stop()

    def orders(self, count: int, days: int) -> list[dict[str, Any]]:
        asked = {"shop": SHOP, "count": count, "delivered_days_ago": days}
        asked |= {"country": "US", "province": "CO"}
        made: list[dict[str, Any]] = self.day._json("POST", "/_control/orders", asked)
        return made

    def ask(self, order: dict[str, Any]) -> str:
        line = {"line_item_id": order["line_item_ids"][0], "quantity": 1}
        line |= {"reason": "unwanted", "note": "no longer needed"}
        return self.day.ask(
            {"shop": SHOP, "order_number": order["order_number"], "lines": [line]}
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def postgres_world(tmp_path: Path) -> Iterator[World]:
    with postgres() as url:
        made = World(tmp_path, database_url=url)
        yield made
        made.close()


@pytest.mark.slow
def test_it_survives_being_killed_at_random_moments(world: World) -> None:
    play_and_kill(world, KILLS)


@pytest.mark.slow
def test_it_survives_on_postgresql_by_changing_one_url(postgres_world: World) -> None:
    play_and_kill(postgres_world, max(2, KILLS // 4))


def play_and_kill(world: World, kills: int) -> None:
    chance = random.Random(SEED)
    late = world.orders(kills * 2, days=45)
    early = world.orders(kills, days=5)
    returns: list[str] = []
    for _ in range(kills):
        returns += [
            world.ask(late.pop()),
            world.ask(early.pop()),
            world.ask(late.pop()),
        ]
        time.sleep(chance.uniform(0, WINDOW_SECONDS))
        world.crash()

    cases = [settled(world, return_id) for return_id in returns]
    truth = world.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert_same_story(cases, truth)
    assert [case["outcome"] for case in cases].count("decline") == kills * 2
    assert [case["outcome"] for case in cases].count("approve") == kills


def settled(world: World, return_id: str) -> dict[str, Any]:
    """Wait as long as the store's retries may need."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        case = world.day.case(SHOP, return_id)
        if case is not None and case["status"] in SETTLED:
            return case
        time.sleep(0.1)
    pytest.fail(f"`{return_id}` was never settled (seed {SEED})")


def assert_nothing_twice(truth: dict[str, Any]) -> None:
    twice = [
        call
        for call in truth["calls"]
        if call["operation"] in DECIDING and call["effective"] > 1
    ]

    assert twice == []


def assert_same_story(cases: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    """Status, note, code and mail at the store are what the app believes."""
    returns = {found["id"]: found for found in truth["returns"]}
    alive = {code["code"] for code in truth["codes"] if code["status"] == "ACTIVE"}
    mails = [mail["text"] for order in truth["orders"] for mail in order["mails"]]
    for case in cases:
        found = returns[case["return_id"]]
        declined = case["outcome"] == "decline"

        assert case["status"] == "answered"
        assert found["status"] == ("DECLINED" if declined else "OPEN")
        assert found["decided_by"] == "app"
        if declined:
            assert found["decline"]["note"] == case["note"]
            assert mails.count(case["note"]) == 1
    promised = {case["code"] for case in cases if case["code"]}

    assert alive == promised
    assert len(truth["codes"]) == len(promised)
