"""A clock to set by hand, a fresh database of every kind, and Debian's Chromium."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from plugin import logs, workflows
from plugin.archive.database import connect, migrate
from tests import scoping
from tests.databases import KIND, in_memory, new_file, postgres

FLAGS = [
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-default-apps",
]
MISSING = "no Chromium: `apt-get install chromium`, or set CHROMIUM to its path"


class HandClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **spell: float) -> None:
        self.moment += timedelta(**spell)


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    """Log nothing; a test that wants logs configures its own."""
    logs.configure("critical")


def pytest_configure(config: pytest.Config) -> None:
    """Look at every statement that the app sends, in every test."""
    scoping.watch()
    if KIND != "sqlite":
        # The durable engine's threads may still look for work when it is ended.
        left = r"ignore:.*psycopg.Connection.* was deleted while still open"
        config.addinivalue_line("filterwarnings", f"{left}:ResourceWarning")


@pytest.fixture(autouse=True)
def _scoped() -> Iterator[None]:
    """Fail where a statement of the app could touch another shop's rows."""
    yield
    found, scoping.FOUND[:] = scoping.FOUND[:], []
    assert found == []


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One PostgreSQL server for the whole run, for tests that let no machine fail."""
    with postgres(place=in_memory()) as url:
        yield url


@pytest.fixture(scope="session")
def laid_out(
    request: pytest.FixtureRequest,
) -> Callable[[str, Path], str]:
    """Make a new database of a kind, for a test with a folder; gives its URL.

    All tables are there: laid out once, then copied, which is quicker than to migrate
    each.
    """

    @cache
    def template() -> str:
        url = _create(request.getfixturevalue("postgres_url"), like="template1")
        opened = connect(url)
        migrate(opened)
        workflows.migrate(opened)
        opened.dispose()
        return str(sa.make_url(url).database)

    def make(kind: str, folder: Path) -> str:
        if kind == "sqlite":
            return new_file(folder)
        return new_database(request.getfixturevalue("postgres_url"), like=template())

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    laid_out: Callable[[str, Path], str],
) -> str:
    """A new database with all its tables, once of each kind."""
    return laid_out(request.param, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'evenhand.db'}"
    return new_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def bare_engine(empty_database_url: str) -> Iterator[sa.Engine]:
    """A new database with our tables alone, once of each kind."""
    opened = connect(empty_database_url)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A new database, open, once of each kind."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def one_database(laid_out: Callable[[str, Path], str]) -> Callable[[Path], str]:
    """Make a new database for a test that runs on one kind, as the run says which."""
    return partial(laid_out, KIND)


# Databases that were made on servers and not dropped yet.
_MADE: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def _dropped() -> Iterator[None]:
    """Drop the databases of a test, with whatever still holds a connection to one."""
    before = len(_MADE)
    yield
    while len(_MADE) > before:
        server_url, name = _MADE.pop()
        # The first role may end everybody's work there, the server's own too.
        first = sa.make_url(server_url).set(username="postgres")
        _on_server(first, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server_url: str | sa.URL, statement: str) -> None:
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as db:
        db.execute(sa.text(statement))
    server.dispose()


def new_database(server_url: str, *, like: str = "template1") -> str:
    """Make a database for a test, empty or like another; gives its URL."""
    made = _create(server_url, like=like)
    _MADE.append((server_url, str(sa.make_url(made).database)))
    return made


def _create(server_url: str, *, like: str) -> str:
    name = f"evenhand_{secrets.token_hex(6)}"
    _on_server(server_url, f"CREATE DATABASE {name} TEMPLATE {like}")
    url = sa.make_url(server_url).set(database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None and os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(MISSING)
    if found is None:
        pytest.skip(MISSING)
    # A page that is drawn late on a busy machine is drawn all the same.
    expect.set_options(timeout=60_000)
    return {"executable_path": found, "args": FLAGS}


@pytest.fixture(scope="session")
def base_url() -> str:
    # In place of the plugin's own, which warns under the newest pytest.
    return ""


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Run whole files in an order that suits tests which run side by side.

    Random examples come first: they must not share a process with threads that other
    tests leave behind, which draw from the same `random`. Slow files come next, so that
    nobody waits for them in the end. The browser comes last: its driver keeps an event
    loop in the main thread, in which DBOS refuses to be started.
    """
    drawn = {item.path for item in items if item.get_closest_marker("hypothesis")}
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    seen = {item.path for item in items if "browser" in _fixtures(item)}

    def turn(item: pytest.Item) -> tuple[bool, bool, bool, bool]:
        path = item.path
        browser = "browser" in _fixtures(item)
        return path in seen, browser, path not in drawn, path not in slow

    items.sort(key=turn)
    if KIND != "sqlite":
        # The others run on both kinds already, or touch no database.
        left = [item for item in items if "one_database" not in _fixtures(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if "one_database" in _fixtures(item)]


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])
