"""An installation moves to PostgreSQL with all its work, though the copy is killed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.copying import progress
from plugin.archive.database import connect, migrate
from plugin.archive.tables import cases, entries, inbox
from plugin.demo.processes import ROOT, Program, start_app
from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.databases import postgres
from tests.webhooks.town import wait_until
from webhooks.rows import WAITING

FAULT = "The zip was broken on arrival."


@pytest.fixture
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.mark.slow
def test_all_work_goes_on_where_an_installation_moved_to(
    world: World, server: str
) -> None:
    town = Removal(world, server)
    answered, person, erased = town.end_some_work()
    waiting = town.leave_work_behind()
    refused_while_it_runs = town.copy()
    town.keep_an_event(waiting)
    before = town.run("replay", "--all")

    town.kill_a_copy_half_way()
    half = [town.run(*words, at=server) for words in (["serve"], ["worker"])]
    copied = town.copy()
    left = [town.run(*words) for words in (["serve"], ["worker"])]
    after = town.run("replay", "--all", at=server)
    town.go_on()

    assert refused_while_it_runs == (2, "source_in_use")
    assert half == [(2, "half_copied")] * 2
    assert copied[0] == 0
    assert left == [(2, "moved_away")] * 2
    assert after == before
    told = [settled(world, each) for each in (*answered, *waiting)]
    new = settled(world, world.ask(world.orders(1, days=45)[0]))
    town.approve(person)
    truth = world.day.truth(SHOP)
    assert_nothing_twice(truth)
    assert_same_story([*told, new], truth)
    assert {case["outcome"] for case in (*told, new)} == {"decline"}
    assert statuses(truth)[person] == statuses(truth)[erased] == "OPEN"


class Removal:
    """A world that moves."""

    def __init__(self, world: World, server: str) -> None:
        self.world = world
        self.source = world.place.database_url
        self.server = server

    # -- before -----------------------------------------------------------------------

    def end_some_work(self) -> tuple[list[str], str, str]:
        """Answer some requests, leave one to a person, erase a customer."""
        world = self.world
        answered = [world.ask(order) for order in world.orders(2, days=45)]
        person = world.ask(world.orders(1, days=45)[0], note=FAULT)
        (order,) = world.orders(1, days=5)
        erased = world.ask(order)
        for return_id in (*answered, erased):
            assert settled(world, return_id)["status"] == "answered"
        assert settled(world, person)["status"] == "in_review"
        asked = {"shop": SHOP, "number": order["order_number"], "days": 0}
        world.day._json("POST", "/_control/privacy/customer", asked)
        wait_until(lambda: erased in self._erased(), seconds=120)
        return answered, person, erased

    def leave_work_behind(self) -> list[str]:
        """Leave two requests in hand, and one asleep until the merchant comes."""
        world = self.world
        world.fail("returnDeclineRequest", "timeout", 2, seconds=300)
        waiting = [world.ask(order) for order in world.orders(2, days=45)]
        wait_until(lambda: self._workflows("PENDING") == 2, seconds=120)
        world.day._json("POST", "/_control/tokens/revoke", {"shop": SHOP})
        waiting += [world.ask(order) for order in world.orders(1, days=45)]
        wait_until(lambda: self._workflows("DELAYED") == 1, seconds=120)
        return waiting

    def keep_an_event(self, waiting: list[str]) -> None:
        """Kill the app, and let a web alone keep what is asked then."""
        world = self.world
        world.app.kill()
        world.day._json("POST", "/_control/fail/clear", {})
        world.app = world.web()
        waiting += [world.ask(order) for order in world.orders(1, days=45)]
        wait_until(lambda: self._kept() > 0, seconds=120)
        world.app.stop()

    # -- the copy ---------------------------------------------------------------------

    def copy(self) -> tuple[int, str]:
        """Copy, or go on."""
        return self.run("db", "copy", self.server)

    def run(self, *words: str, at: str | None = None) -> tuple[int, str]:
        """Run a command to its end; gives its exit code and its last word."""
        done = subprocess.run(
            [sys.executable, "-m", "plugin", *words],
            cwd=ROOT,
            env=self._settings(at or self.source),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        said = (done.stderr if done.returncode else done.stdout).strip()
        code = said.rpartition("(")[2].rstrip(")") if done.returncode else said
        return done.returncode, code

    def kill_a_copy_half_way(self) -> None:
        """Kill it where it has copied a part of the entries."""
        place = self.world.place
        with self._standing_in_its_way():
            words = ["db", "copy", self.server, "--batch", "2"]
            copy = Program("copy", words, place, self._settings(self.source))
            wait_until(self._is_half_way, seconds=120)
            copy.kill()
        wait_until(lambda: self._locks() == 0, seconds=120)

    @contextmanager
    def _standing_in_its_way(self) -> Iterator[None]:
        """Hold the place of one entry in the target, so that the copy waits for us."""
        source, target = connect(self.source), connect(self.server)
        migrate(target)
        keys = (entries.c.shop, entries.c.return_id, entries.c.key)
        with source.connect() as db:
            rows = db.execute(sa.select(entries).order_by(*keys)).mappings().all()
        with target.connect() as db:
            db.execute(sa.insert(entries).values(dict(rows[len(rows) // 2])))
            yield
            db.rollback()
        source.dispose()
        target.dispose()

    def _is_half_way(self) -> bool:
        if not self._there(
            sa.text("SELECT to_regclass('evenhand_copied') IS NOT NULL")
        ):
            return False
        found = sa.select(progress.c.rows).where(progress.c.name == "entries")
        waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(self._there(found)) and self._there(waits) == 1

    def _locks(self) -> int:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        return int(self._there(sa.text(held)))

    # -- after ------------------------------------------------------------------------

    def go_on(self) -> None:
        """Serve the target, and let the merchant open the app."""
        self.world.place = replace(self.world.place, database_url=self.server)
        self.world.app = start_app(self.world.place)
        self.world.day.install(SHOP)

    def approve(self, return_id: str) -> None:
        """Approve by the page, as a member of staff."""
        day = self.world.day
        headers = {**day._staff(SHOP), "Accept": "text/html", "X-Evenhand-Fetch": "1"}
        page = f"{day.place.app_url}/cases/{return_id.rpartition('/')[2]}"
        drawn = requests.get(page, headers=headers, timeout=30).text
        number = re.search(r'name="number" value="([0-9]+)"', drawn)
        assert number is not None
        form = {"number": number[1], "to": "approve", "ground": "", "words": ""}
        sent = requests.post(f"{page}/override", data=form, headers=headers, timeout=30)
        assert sent.status_code == 202
        open_ = ("OPEN", "CLOSED")
        wait_until(lambda: statuses(day.truth(SHOP))[return_id] in open_, seconds=120)

    # -- what can be seen -------------------------------------------------------------

    def _settings(self, database_url: str) -> Mapping[str, str]:
        return {**self.world.place.environment, "DATABASE_URL": database_url}

    def _erased(self) -> list[str]:
        query = sa.select(cases.c.return_id).where(cases.c.erased_at.is_not(None))
        return self._here(query)

    def _workflows(self, status: str) -> int:
        client = workflows.client(engine := connect(self.source))
        found = client.list_workflows(
            status=status, queue_name=workflows.QUEUE, load_input=False
        )
        engine.dispose()
        return len(found)

    def _kept(self) -> int:
        return len(self._here(sa.select(inbox.c.id).where(inbox.c.state == WAITING)))

    def _here(self, query: sa.Select[Any]) -> list[Any]:
        engine = connect(self.source)
        with engine.connect() as db:
            found = list(db.scalars(query))
        engine.dispose()
        return found

    def _there(self, query: sa.Executable) -> Any:
        engine = connect(self.server)
        with engine.connect() as db:
            found = db.scalar(query)
        engine.dispose()
        return found


def statuses(truth: dict[str, Any]) -> dict[str, str]:
    """How each return stands at the store."""
    return {found["id"]: found["status"] for found in truth["returns"]}
