"""The database goes away in the middle of the work, and comes back."""

from __future__ import annotations

import pytest

from tests.crash.server import Server
from tests.crash.test_disk import ready, told
from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.webhooks.town import wait_until

PATIENCE_SECONDS = 240.0
TIMES = 2


@pytest.mark.slow
def test_work_goes_on_when_the_database_is_back(postgres_world: World) -> None:
    world = postgres_world
    server = Server(world.place.database_url)
    late, early = world.orders(2 * TIMES, days=45), world.orders(2 * TIMES, days=5)
    returns, refused = [], []
    for _ in range(TIMES):
        # Some are under way when it goes, some come while it is away.
        returns += [world.ask(late.pop()), world.ask(early.pop())]
        server.stop_at_once()
        away = [world.ask(late.pop()), world.ask(early.pop())]
        refused += until_refused(world, away)
        server.start_again()
        wait_until(lambda: ready(world) == 200, seconds=PATIENCE_SECONDS)
        returns += away
    cases = [settled(world, each) for each in returns]
    truth = world.day.truth(SHOP)

    assert {status for statuses in refused for status in statuses} <= {503, "timeout"}
    assert 503 in {status for statuses in refused for status in statuses}
    assert_nothing_twice(truth)
    assert_same_story(cases, truth)
    assert [case["outcome"] for case in cases].count("decline") == 2 * TIMES


def until_refused(world: World, returns: list[str]) -> list[list[int | str]]:
    """Wait until each was sent once; gives what the store heard."""
    wait_until(lambda: ready(world) == 503, seconds=PATIENCE_SECONDS)
    wait_until(lambda: all(told(world, r) for r in returns), seconds=PATIENCE_SECONDS)
    return [told(world, each) for each in returns]
