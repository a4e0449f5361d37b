"""One web, two workers, one PostgreSQL: every request is answered once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.databases import postgres

PAIR = ("worker-a", "worker-b")
MOST = 40


@pytest.fixture
def web(tmp_path: Path) -> Iterator[World]:
    with postgres() as url:
        made = World(tmp_path, database_url=url, web=True)
        yield made
        made.close()


@pytest.mark.slow
def test_a_web_and_two_workers_answer_each_request_once(web: World) -> None:
    waiting = [web.ask(order) for order in web.orders(4, days=45)]
    before = workers_of(web)
    for name in PAIR:
        web.work_as(name)
    cases = [settled(web, return_id) for return_id in waiting]
    for order in web.orders(MOST, days=45):
        if workers_of(web).keys() >= {*PAIR}:
            break
        cases += [settled(web, web.ask(order))]
    truth = web.day.truth(SHOP)

    assert before == {}
    assert workers_of(web).keys() == {*PAIR}
    assert_nothing_twice(truth)
    assert_same_story(cases, truth)
    assert {case["outcome"] for case in cases} == {"decline"}


def workers_of(world: World) -> Counter[str]:
    """Count the answered requests by who answered them."""
    engine = sa.create_engine(world.place.database_url)
    query = sa.text(
        "SELECT executor_id FROM dbos.workflow_status"
        " WHERE name = 'answer_request' AND executor_id IS NOT NULL"
    )
    with engine.connect() as db:
        found = Counter(db.scalars(query))
    engine.dispose()
    return found
