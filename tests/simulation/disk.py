"""The database file of a world: it outlives every process, and every commit is seen."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from plugin.archive.database import connect, migrate
from tests.simulation.durable import TABLE

FULL = "database or disk is full"
# In the machine's memory where there is such a place: nothing here has to last.
PLACE = "/dev/shm" if Path("/dev/shm").is_dir() else None
# The power does not fail here, processes do: what they wrote stays. What is deleted
# is overwritten, as on a real disk.
PRAGMAS = (
    "busy_timeout=0",
    "foreign_keys=ON",
    "journal_mode=MEMORY",
    "secure_delete=ON",
    "synchronous=OFF",
)


class Crash(BaseException):
    """The process dies here; nothing may catch it."""


class Connection(sqlite3.Connection):
    """A connection whose commits may be the last thing a process does."""

    around: Callable[[Callable[[], None]], None] | None = None

    def commit(self) -> None:
        """Commit, unless something comes between."""
        if self.in_transaction and Connection.around is not None:
            Connection.around(super().commit)
        else:
            super().commit()


@lru_cache(maxsize=1)
def template() -> bytes:
    """Make a migrated, empty database, once a process."""
    with tempfile.TemporaryDirectory(prefix="evenhand-template-", dir=PLACE) as folder:
        path = Path(folder) / "empty.db"
        engine = connect(f"sqlite:///{path}")
        migrate(engine)
        with engine.begin() as db:
            db.execute(sa.text(TABLE))
        engine.dispose()
        plain = sqlite3.connect(path)
        plain.execute("PRAGMA journal_mode=DELETE")
        plain.close()
        return path.read_bytes()


def open_disk(path: Path) -> sa.Engine:
    """Open a new database whose faults are planned, not the machine's own."""
    path.write_bytes(template())
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"factory": Connection}, pool_size=20
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine


class Disk:
    """The one disk of this process: each world gets it empty.

    The engine stays, and with it every statement that it compiled before.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="evenhand-worlds-", dir=PLACE)
        self.path = Path(self._folder.name) / "evenhand.db"
        self.engine = open_disk(self.path)
        self._lent = False

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lend the disk to one world, empty."""
        assert not self._lent, "another world is being played on this disk"
        self._lent = True
        self.path.write_bytes(template())
        try:
            yield
        finally:
            self.engine.dispose()
            self._lent = False


@lru_cache(maxsize=1)
def disk() -> Disk:
    """Find the disk of this process."""
    return Disk()


def is_full(error: BaseException | None) -> bool:
    """Tell whether an error of the database says that its disk is full."""
    return FULL in str(getattr(error, "orig", error))


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def watched(around: Callable[[Callable[[], None]], None]) -> Iterator[None]:
    """Let something stand around every commit for a while."""
    Connection.around = staticmethod(around)
    try:
        yield
    finally:
        Connection.around = None
