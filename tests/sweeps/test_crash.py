"""A sweep that is killed half-way goes on where it was, with the real programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin.demo.play import Day
from plugin.demo.processes import Place, Program, place, start_store
from tests.crash.world import SHOP, assert_nothing_twice, assert_same_story, settled
from tests.databases import ask

# One turn a day: what goes on after the kill is the sweep that was killed.
ONE_TURN = {"EVENHAND_SWEEP_SECONDS": "86400"}
WEB_ONLY = {"EVENHAND_WORK_INLINE": "false"}
ASKS = 110


class World:
    """The app as a program that is started, killed and started again."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.place: Place = place(
            folder, store_port=0, app_port=0, database_url=database_url
        )
        self.store = start_store(self.place)
        self.start(**WEB_ONLY)
        self.day = Day(place=self.place)
        self.day.install(SHOP)
        self.day.configure(SHOP)

    def start(self, **settings: str) -> None:
        """Start the app with some settings changed."""
        environment = {**self.place.environment, **settings}
        self.app = Program("app", ["serve"], self.place, environment)
        self.app.wait_for(f"{self.place.app_url}/readyz")

    def control(self, path: str, **body: Any) -> Any:
        """Ask the store's control desk."""
        return self.day._json("POST", f"/_control/{path}", body)

    def ask(self, order: dict[str, Any]) -> str:
        line = {"line_item_id": order["line_item_ids"][0], "quantity": 1}
        line |= {"reason": "unwanted", "note": ""}
        asked = {"shop": SHOP, "order_number": order["order_number"], "lines": [line]}
        return self.day.ask(asked)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the app's database."""
        return ask(self.place.database_url, sql)

    def close(self) -> None:
        self.app.stop()
        self.store.stop()


@pytest.fixture
def world(tmp_path: Path, one_database: Callable[[Path], str]) -> Iterator[World]:
    made = World(tmp_path, one_database(tmp_path))
    yield made
    made.close()


@pytest.mark.slow
def test_a_sweep_goes_on_after_the_app_was_killed(world: World) -> None:
    given = {"country": "US", "province": "CO", "delivered_days_ago": 45}
    orders = world.control("orders", shop=SHOP, count=ASKS, **given)
    world.control("deliveries", drop_percent=100)
    returns = [world.ask(order) for order in orders]
    world.app.kill()
    # Little is left above what is kept for customers: the sweep must pause.
    world.control("throttle", shop=SHOP, restore_rate=2000, points=28500)

    world.start(**ONE_TURN)
    wait_for(lambda: "look" in steps(world))
    world.app.kill()
    before = steps(world)
    world.start(**ONE_TURN)
    cases = [settled(world, each) for each in returns]  # type: ignore[arg-type]  # it asks a world for its day only
    wait_for(lambda: sweeps(world) == ["SUCCESS"])

    after = steps(world)
    truth = world.day.truth(SHOP)
    assert "end" not in before
    assert after[: len(before)] == before
    assert after.count("begin") == 1
    assert after[-1] == "end"
    assert_nothing_twice(truth)
    assert_same_story(cases, truth)


def steps(world: World) -> list[str]:
    """The steps that the sweep has behind it."""
    sql = (
        "SELECT function_name FROM operation_outputs JOIN workflow_status"
        " USING (workflow_uuid) WHERE name = 'sweep_shop' ORDER BY function_id"
    )
    return [str(row[0]) for row in world.rows(sql)]


def sweeps(world: World) -> list[str]:
    """How every sweep stands."""
    sql = "SELECT status FROM workflow_status WHERE name = 'sweep_shop'"
    return [str(row[0]) for row in world.rows(sql)]


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not ready():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
