"""Who stands still in the middle of a call, and wakes too late, does nothing twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive.database import connect
from plugin.archive.scope import Across, across
from plugin.archive.workers import seen_within
from plugin.demo.processes import Program
from tests.crash.doomed import ARMED, FOLDER, PAUSE, arm
from tests.crash.hasty import SILENT_SECONDS
from tests.crash.stage import MONEY_SHOP, give_money_back
from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.databases import as_superuser, end_sessions_with_names, postgres
from tests.webhooks.town import wait_until

PATIENCE_SECONDS = 240.0


class Slowed(World):
    """A world in which whoever does the work may be stopped at a boundary."""

    def start(self) -> Program:
        """Start the app, which looks around more often than usual."""
        app = self._hasty("app", "serve")
        app.wait_for(f"{self.place.app_url}/readyz")
        return app

    def work_as(self, worker: str) -> None:
        self.workers.append(self._hasty(worker, "worker"))

    def stop_at(self, boundary: str) -> None:
        """Let whoever reaches a boundary next stand still there."""
        arm(self.place.folder, PAUSE + boundary)

    def stopped(self) -> Program:
        """Wait until somebody stands still; tells who."""
        armed = self.place.folder / ARMED
        wait_until(lambda: not armed.exists(), seconds=PATIENCE_SECONDS)
        wait_until(lambda: bool(self._still()), seconds=PATIENCE_SECONDS)
        [found] = self._still()
        return found

    def wait_for_silence(self, program: Program) -> None:
        """Wait until somebody was not heard for so long that they may be gone."""
        engine = across(connect(self.place.database_url), Across.COMMANDS)
        name, limit = program.name, SILENT_SECONDS
        wait_until(
            lambda: name not in seen_within(engine, limit), seconds=PATIENCE_SECONDS
        )
        engine.dispose()

    def wake(self, program: Program) -> None:
        """Let somebody go on; returns when they are heard again."""
        os.killpg(program.process.pid, signal.SIGCONT)
        engine = across(connect(self.place.database_url), Across.COMMANDS)
        name, limit = program.name, SILENT_SECONDS
        wait_until(lambda: name in seen_within(engine, limit), seconds=PATIENCE_SECONDS)
        engine.dispose()

    def calls(self, operation: str, subject: str, shop: str = SHOP) -> int:
        """Count how often the store was asked to do something."""
        counted = self.day.truth(shop)["calls"]
        return sum(
            each["calls"]
            for each in counted
            if (each["operation"], each["subject"]) == (operation, subject)
        )

    def _still(self) -> list[Program]:
        return [p for p in (*self.workers, self.app) if _state(p) == "T"]

    def _hasty(self, name: str, command: str) -> Program:
        settings = {**self.place.environment, FOLDER: str(self.place.folder)}
        settings["EVENHAND_WORKER"] = name
        module = "tests.crash.hasty"
        return Program(name, [command], self.place, settings, module=module)


def _state(program: Program) -> str:
    """Read how a process stands: R runs, S sleeps, T is stopped."""
    try:
        stat = Path(f"/proc/{program.process.pid}/stat").read_text()
    except FileNotFoundError:
        return ""
    return stat.rpartition(")")[2].split()[0]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Slowed]:
    """A web and two workers, whose work another may take over."""
    with postgres() as url:
        made = Slowed(tmp_path, database_url=url, web=True)
        for name in ("worker-a", "worker-b"):
            made.work_as(name)
        yield made
        _wake_all(made)
        made.close()


@pytest.fixture
def server(pair: Slowed) -> Iterator[sa.Engine]:
    """The pair's database, as whoever may end everybody's sessions."""
    made = as_superuser(sa.create_engine(pair.place.database_url))
    yield made
    made.dispose()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Slowed]:
    """One process that does everything."""
    made = Slowed(tmp_path)
    yield made
    _wake_all(made)
    made.close()


def _wake_all(world: Slowed) -> None:
    for program in world._still():
        os.killpg(program.process.pid, signal.SIGCONT)


# Just before: it asks when all is done. Just after: it knows what another did too.
DECLINE, PAY = "returnDeclineRequest", "returnProcess"
TOO_LATE = f"before call: {DECLINE} #1"
MOMENTS = [
    "before call: discountCodeBasicCreate #1",
    TOO_LATE,
    f"after call: {DECLINE} #1",
]
# Here it has written to the case, and nobody else can before its transaction ends.
WRITING = "before commit: cases #1"


@pytest.mark.slow
def test_who_wakes_after_another_took_over_does_nothing_twice(
    pair: Slowed, server: sa.Engine
) -> None:
    # The first of all: who wakes from another moment may be the next to decline, and
    # would be stopped in its place.
    others = [each for each in MOMENTS if each != TOO_LATE]
    moments = [TOO_LATE, WRITING, *others]
    returns = [overtaken_at(each, pair, server) for each in moments]
    wait_until(lambda: in_hand(pair) == 0, seconds=PATIENCE_SECONDS)
    cases = [settled(pair, each) for each in returns]
    truth = pair.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert_same_story(cases, truth)


def overtaken_at(moment: str, pair: Slowed, server: sa.Engine) -> str:
    """Ask for a return, which another answers while the first stands still."""
    pair.stop_at(moment)
    return_id = pair.ask(pair.orders(1, days=45)[0])
    sleeper = pair.stopped()
    pair.wait_for_silence(sleeper)
    # Its name would be kept for it as long as its session lives.
    end_sessions_with_names(server)
    settled(pair, return_id)
    asked = pair.calls(DECLINE, return_id)
    pair.wake(sleeper)
    if moment == TOO_LATE:
        # It asks once more, for what was done long ago.
        again = partial(pair.calls, DECLINE, return_id)
        wait_until(lambda: again() > asked, seconds=PATIENCE_SECONDS)
    return return_id


@pytest.mark.slow
def test_money_that_another_gave_meanwhile_is_given_once(
    pair: Slowed, server: sa.Engine
) -> None:
    pair.day.install(MONEY_SHOP)
    give_money_back(pair.day, MONEY_SHOP, "automatic")
    pair.stop_at(f"before call: {PAY} #1")
    return_id = ask_for_money(pair)
    sleeper = pair.stopped()
    pair.wait_for_silence(sleeper)
    end_sessions_with_names(server)
    wait_until(lambda: given(pair, return_id) == ["app"], seconds=PATIENCE_SECONDS)
    pair.wake(sleeper)
    wait_until(lambda: in_hand(pair) == 0, seconds=PATIENCE_SECONDS)
    case = pair.day.case(MONEY_SHOP, return_id)

    assert given(pair, return_id) == ["app"]
    assert case is not None
    keys = [entry["key"] for entry in case["trail"]]
    assert keys.count("call:refund") == 1


def ask_for_money(world: World) -> str:
    """Ask for the return of something that arrived a few days ago."""
    wanted = {"shop": MONEY_SHOP, "delivered_days_ago": 5, "country": "US"}
    wanted["province"] = "CO"
    [order] = world.day._json("POST", "/_control/orders", wanted)
    line = {"line_item_id": order["line_item_ids"][0], "quantity": 1}
    lines = [{**line, "reason": "unwanted", "note": "no longer needed"}]
    asked = {"shop": MONEY_SHOP, "order_number": order["order_number"]}
    return world.day.ask({**asked, "lines": lines})


def given(world: World, return_id: str) -> list[str]:
    """Who gave money back for a return, for each time that it was given."""
    refunds = world.day.truth(MONEY_SHOP)["refunds"]
    return [each["by"] for each in refunds if each["return_id"] == return_id]


@pytest.mark.slow
def test_a_process_that_stood_still_past_every_limit_goes_on(alone: Slowed) -> None:
    returns = []
    for moment in MOMENTS:
        alone.stop_at(moment)
        returns.append(alone.ask(alone.orders(1, days=45)[0]))
        sleeper = alone.stopped()
        # Nobody answers it meanwhile: the store hangs up, and comes again.
        returns.append(alone.ask(alone.orders(1, days=5)[0]))
        wait_until(lambda: hung_up(alone, returns[-1]), seconds=PATIENCE_SECONDS)
        alone.wait_for_silence(sleeper)
        alone.wake(sleeper)
        settled(alone, returns[-1])
    cases = [settled(alone, each) for each in returns]
    truth = alone.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert_same_story(cases, truth)


def hung_up(world: World, return_id: str) -> bool:
    """Tell whether the store waited for an answer in vain."""
    sent: list[dict[str, Any]] = world.day.truth(SHOP)["deliveries"]
    mine = [each["status"] for each in sent if each["return_id"] == return_id]
    return "timeout" in mine


def in_hand(world: World) -> int:
    """Count the stories that somebody has taken and not ended."""
    engine = sa.create_engine(world.place.database_url)
    query = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING'"
    with engine.connect() as db:
        found = db.scalar(sa.text(query))
    engine.dispose()
    return int(found or 0)
