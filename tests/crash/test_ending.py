"""Whoever is told to end does so soon, also while somebody else says nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.demo.processes import Program
from tests.crash.proxy import Proxy, Trouble
from tests.crash.server import has_ended
from tests.crash.test_stranded import in_hand
from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.databases import as_superuser, postgres
from tests.webhooks.town import wait_until

# It is promised within ten seconds; the machine may be busy. Whoever waited for the
# store alone would end after the twenty that a call may take.
END_SECONDS = 16.0
PATIENCE_SECONDS = 240.0
NAME = "worker-a"
# What everything goes through; whoever asks for it waits as long as it is locked.
LOCKED = "inbox, cases, entries, workers, workflow_status, operation_outputs"


class Silenced(World):
    """A world whose store and whose database may fall silent."""

    def __init__(self, folder: Path, database_url: str, command: str) -> None:
        self.proxy: Proxy | None = None
        self.command = command
        super().__init__(folder, database_url, web=command == "worker")
        if command == "worker":
            self.begin()

    def start(self) -> Program:
        """Start the app at the other end of the wire."""
        app = self._program("serve")
        app.wait_for(f"{self.place.app_url}/readyz")
        return app

    def begin(self) -> None:
        """Start who does the work."""
        if self.command == "serve":
            self.app = self.start()
        else:
            self.workers = [self._program("worker")]

    def end(self) -> None:
        """Tell who does the work to end, and wait as long as it may take."""
        program = (self.workers or [self.app])[-1]
        process, end = program.process, time.monotonic() + END_SECONDS
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        family = [int(each) for each in children.read_text().split()]
        process.terminate()
        process.wait(timeout=END_SECONDS)
        wait_until(lambda: all(map(has_ended, family)), seconds=end - time.monotonic())
        program.stop()

    def close(self) -> None:
        super().close()
        if self.proxy is not None:
            self.proxy.close()

    def _program(self, command: str) -> Program:
        self.proxy = self.proxy or Proxy(self.place.store_port)
        settings = {**self.place.environment, "EVENHAND_WORKER": NAME}
        settings["SHOPIFY_SHOP_URL"] = f"{self.proxy.url}/{{shop}}"
        return Program(command, [command], self.place, settings)


@pytest.fixture(params=["serve", "worker"])
def silenced(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Silenced]:
    with postgres() as url:
        made = Silenced(tmp_path, url, request.param)
        yield made
        made.close()


@pytest.mark.slow
def test_it_ends_while_the_store_says_nothing(silenced: Silenced) -> None:
    proxy = silenced.proxy
    assert proxy is not None
    with proxy.troubled(Trouble.HANGS):
        returns = ask_for_two(silenced)
        wait_until(lambda: proxy.met > 0, seconds=PATIENCE_SECONDS)
        silenced.end()
    silenced.begin()

    assert_finished_once(silenced, returns)


@pytest.mark.slow
def test_it_ends_while_the_database_says_nothing(silenced: Silenced) -> None:
    silenced.fail("ReturnForPolicy", "timeout", 2, seconds=300)
    returns = ask_for_two(silenced)
    wait_until(lambda: in_hand(silenced, NAME) == 2, seconds=PATIENCE_SECONDS)
    with silent(silenced.place.database_url):
        silenced.end()
    silenced.day._json("POST", "/_control/fail/clear", {})
    silenced.begin()

    assert_finished_once(silenced, returns)


@contextmanager
def silent(database_url: str) -> Iterator[None]:
    """Lock what everybody goes through: whoever asks for it hears nothing."""
    server = as_superuser(sa.create_engine(database_url))
    with server.begin() as db:
        db.execute(sa.text("SET LOCAL search_path TO public, dbos"))
        db.execute(sa.text(f"LOCK TABLE {LOCKED} IN ACCESS EXCLUSIVE MODE"))
        yield
    server.dispose()


def ask_for_two(world: World) -> list[str]:
    """Let two customers ask, one of them too late."""
    orders = [*world.orders(1, days=45), *world.orders(1, days=5)]
    return [world.ask(order) for order in orders]


def assert_finished_once(world: World, returns: list[str]) -> None:
    cases = [settled(world, each) for each in returns]
    truth = world.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert_same_story(cases, truth)
    assert [case["outcome"] for case in cases] == ["decline", "approve"]
