"""The past is read by the real programs, killed half-way too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sweeps.test_crash import World

SHOP = "alpine-goods.myshopify.com"


@pytest.fixture
def world(tmp_path: Path, one_database: Callable[[Path], str]) -> Iterator[World]:
    made = World(tmp_path, one_database(tmp_path))
    yield made
    made.close()


@pytest.mark.slow
def test_the_app_reads_the_past_after_install_though_it_is_killed(
    world: World,
) -> None:
    orders = world.control("orders", shop=SHOP, count=3, delivered_days_ago=5)
    world.control("deliveries", drop_percent=100)
    asked = {world.ask(order) for order in orders}
    world.control("deliveries", drop_percent=0)
    world.control("bulk", shop=SHOP, seconds=6)
    world.app.kill()
    # Its web part alone was installed; now a worker begins, and dies in between.
    world.start()
    wait_for(lambda: state(world) == ["asked"])
    world.app.kill()
    world.start()
    wait_for(lambda: state(world) == ["done"])

    rows = world.rows("SELECT return_id FROM past_returns")
    assert asked <= {str(row[0]) for row in rows}
    assert len(world.day.truth(SHOP)["bulk"]) == 1


def state(world: World) -> list[str]:
    """How the reading stands."""
    return [str(row[0]) for row in world.rows("SELECT state FROM backfills")]


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not ready():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)
