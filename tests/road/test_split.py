"""Web and worker as processes of their own, on one PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.demo.play import Day
from plugin.demo.processes import Place, Program, place, start_store
from tests.databases import postgres

SHOP = "alpine-goods.myshopify.com"


@pytest.fixture
def split(tmp_path: Path) -> Iterator[Place]:
    with postgres() as url:
        where = place(tmp_path, store_port=0, app_port=0, database_url=url)
        store = start_store(where)
        web = Program(
            "web", ["serve"], where, {**where.environment, "EVENHAND_WORK_INLINE": "no"}
        )
        web.wait_for(f"{where.app_url}/readyz")
        workers = [
            Program(
                name, ["worker"], where, {**where.environment, "EVENHAND_WORKER": name}
            )
            for name in ("worker-1", "worker-2")
        ]
        yield where
        for program in (*workers, web, store):
            program.stop()


@pytest.mark.slow
def test_workers_do_what_the_web_process_took_in(split: Place) -> None:
    day = Day(place=split)
    day.install(SHOP)
    day.configure(SHOP)
    asks = [a for a in day.asks() if a["shop"] == SHOP and not a["twist"]][:8]

    returns = [day.ask(asked) for asked in asks]
    cases = [day.settled(SHOP, return_id) for return_id in returns]

    assert {case["status"] for case in cases} <= {"answered", "in_review"}
    effective = [call["effective"] for call in day.truth(SHOP)["calls"]]
    assert max(effective) == 1
