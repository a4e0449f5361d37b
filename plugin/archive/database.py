"""One engine for our tables and DBOS's, set up for several writers."""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


class Lock(Protocol):
    """A name that is held until it is closed."""

    def close(self) -> None:
        """Give the name back."""


def connect(url: str, *, pool_size: int = 20) -> sa.Engine:
    """Open the database; a SQLite file gets WAL and synchronous=FULL.

    Raises `sqlalchemy.exc.ArgumentError` for a malformed URL.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed, pool_size=pool_size, pool_pre_ping=True, hide_parameters=True
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Hidden: the text of a database error goes to the log, its values must not.
    engine = sa.create_engine(parsed, pool_size=pool_size, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # IMMEDIATE takes the write lock at once: a read that turns into a write
    # cannot fail half-way. FULL: nothing is acknowledged before it is on disk.
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def migrate(engine: sa.Engine) -> None:
    """Bring our tables to the newest shape; forward only, safe to repeat."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def exclusive(engine: sa.Engine, name: str) -> Lock:
    """Wait until no other living process works under `name`, then hold the name.

    The operating system or the server gives the name back when the holder dies, so
    a killed worker's successor waits for nothing.
    """
    if engine.dialect.name == "sqlite":
        path = Path(f"{engine.url.database}.{name}.lock")
        file = path.open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file
    connection = engine.connect()
    # Out of the pool: only the end of its session gives the name back.
    connection.detach()
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big")
    connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
    connection.commit()
    return connection
