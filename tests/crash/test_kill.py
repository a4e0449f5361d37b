"""Killing the app with -9 at random moments loses nothing and does nothing twice."""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)

KILLS = int(os.environ.get("EVENHAND_KILLS", "24"))
SEED = int(os.environ.get("EVENHAND_SEED", "20261123"))
WINDOW_SECONDS = 0.45


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

    cases = [settled(world, each, note=f" (seed {SEED})") for each in returns]
    truth = world.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert_same_story(cases, truth)
    assert [case["outcome"] for case in cases].count("decline") == kills * 2
    assert [case["outcome"] for case in cases].count("approve") == kills
