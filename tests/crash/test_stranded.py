"""Work of a worker that never comes back is finished by another."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.webhooks.town import wait_until


@pytest.mark.slow
def test_another_worker_finishes_what_one_left_in_hand(world: World) -> None:
    play_and_rename(world)


@pytest.mark.slow
def test_another_worker_finishes_it_on_postgresql(postgres_world: World) -> None:
    play_and_rename(postgres_world)


def play_and_rename(world: World) -> None:
    """Leave as much in hand as a shop may have, die, come back as somebody else."""
    late = world.orders(3, days=45)
    early = world.orders(3, days=5)
    world.fail("ReturnForPolicy", "timeout", 2, seconds=300)
    world.fail("returnDeclineRequest", "timeout", 2, seconds=300)
    stranded = [world.ask(order) for order in (*late[:2], *early[:2])]
    wait_until(lambda: in_hand(world, "worker-1") == 4, seconds=20)

    world.app.kill()
    world.day._json("POST", "/_control/fail/clear", {})
    world.start_as("worker-b")
    later = [world.ask(order) for order in (late[2], early[2])]
    cases = [settled(world, return_id) for return_id in (*stranded, *later)]
    truth = world.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert_same_story(cases, truth)
    assert [case["outcome"] for case in cases].count("decline") == 3
    assert in_hand(world, "worker-1") == 0


def in_hand(world: World, worker: str) -> int:
    """Count the workflows that a worker has taken and not ended."""
    engine = sa.create_engine(world.place.database_url)
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    query = sa.text(
        f"SELECT count(*) FROM {schema}workflow_status"
        " WHERE status = 'PENDING' AND executor_id = :worker"
    )
    with engine.connect() as db:
        found = db.scalar(query, {"worker": worker})
    engine.dispose()
    return int(found or 0)
