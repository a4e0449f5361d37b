"""Where nothing can be written, nothing is acknowledged, and it goes on afterwards."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from plugin.demo.processes import ROOT
from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.databases import as_superuser
from tests.webhooks.town import wait_until

PATIENCE_SECONDS = 240.0


@contextmanager
def full_disk(world: World) -> Iterator[None]:
    """Let no program of the app write a byte to any file, its log included."""
    pids = [world.app.process.pid, *_children(world.app.process.pid)]
    for pid in pids:
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    for pid in pids:
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found]


@contextmanager
def read_only(world: World) -> Iterator[None]:
    """Let the server take no writes, as one that gave way to another does."""
    own = sa.make_url(world.place.database_url)
    server = as_superuser(sa.create_engine(own))
    _set(server, "ALTER SYSTEM SET default_transaction_read_only = on")
    yield
    _set(server, "ALTER SYSTEM RESET default_transaction_read_only")
    server.dispose()


def _set(server: sa.Engine, statement: str) -> None:
    alone = server.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as db:
        db.execute(sa.text("SET default_transaction_read_only = off"))
        db.execute(sa.text(statement))
        db.execute(sa.text("SELECT pg_reload_conf()"))


@pytest.mark.slow
def test_a_full_disk_acknowledges_nothing_and_loses_nothing(world: World) -> None:
    play_through(world, full_disk(world))


@pytest.mark.slow
def test_a_server_that_only_reads_acknowledges_nothing(postgres_world: World) -> None:
    play_through(postgres_world, read_only(postgres_world))


def play_through(world: World, trouble: Any) -> None:
    """Ask before, while nothing can be written, and afterwards."""
    late, early = world.orders(4, days=45), world.orders(2, days=5)
    # One is answered, and one is under way, when it begins.
    returns = [world.ask(late.pop()), world.ask(early.pop())]
    settled(world, returns[0])
    with trouble:
        wait_until(lambda: ready(world) == 503, seconds=PATIENCE_SECONDS)
        refused = [world.ask(late.pop()), world.ask(early.pop())]
        wait_until(lambda: all(503 in told(world, r) for r in refused), seconds=60)
        while_it_lasts = [told(world, each) for each in refused]
    wait_until(lambda: ready(world) == 200, seconds=PATIENCE_SECONDS)
    after = world.ask(late.pop())
    cases = [settled(world, each) for each in (*returns, *refused, after)]
    truth = world.day.truth(SHOP)

    assert [200 in statuses for statuses in while_it_lasts] == [False, False]
    assert all(told(world, each)[-1] == 200 for each in refused)
    assert_nothing_twice(truth)
    assert_same_story(cases, truth)


def told(world: World, return_id: str) -> list[int | str]:
    """List what the store heard each time that it sent a request."""
    sent = world.day.truth(SHOP)["deliveries"]
    mine = [each for each in sent if each["return_id"] == return_id]
    return [each["status"] for each in mine if each["topic"] == "returns/request"]


def ready(world: World) -> int:
    """Ask whether the app can keep an event."""
    try:
        return requests.get(f"{world.place.app_url}/readyz", timeout=30).status_code
    except requests.RequestException:
        return 0


@pytest.mark.parametrize("where", ["file", "forbidden"])
def test_it_says_what_is_wrong_where_it_cannot_keep_anything(
    tmp_path: Path, where: str
) -> None:
    place = tmp_path / "place"
    if where == "file":
        place.write_text("no folder")
    else:
        place.mkdir(mode=0o500)
        if os.access(place, os.W_OK):
            # Who may write everywhere finds no folder where there is only a name.
            place = Path("/proc/1")
    ended = subprocess.run(
        [sys.executable, "-m", "plugin", "worker"],
        cwd=ROOT,
        env={
            **os.environ,
            "SHOPIFY_API_KEY": "key",
            "SHOPIFY_API_SECRET": "a-secret-of-the-app",
            "EVENHAND_SECRETS": "an-own-secret-of-more-than-thirty-two-letters",
            "DATABASE_URL": f"sqlite:///{place / 'evenhand.db'}",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert ended.returncode == 2
    assert "check `DATABASE_URL` (database_unreachable)" in ended.stderr
    assert "Traceback" not in ended.stderr
