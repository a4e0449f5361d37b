"""One engine for our tables and DBOS's, set up for several writers."""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from plugin.archive.scope import Across, across, declare

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 30_000
# Half a minute, after which a worker's work may be taken over: whoever stands still
# must hold no row against others by then, and whose machine is gone no name either. By
# PostgreSQL's defaults it would be for ever, and for two hours.
SESSION = {
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "30s",
}
# As much for the other side: whose server is gone must not wait for an answer, or
# listen for notices, for two hours. In seconds, the last in milliseconds: libpq's.
WIRE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}


class Lock(Protocol):
    """A name that is held until it is closed, or its session with the server ends."""

    def held(self) -> bool:
        """Tell whether the name is still ours."""

    def close(self) -> None:
        """Give the name back."""


def connect(url: str, *, pool_size: int = 20) -> sa.Engine:
    """Open the database; a SQLite file gets WAL and synchronous=FULL.

    On PostgreSQL every transaction tells whose rows it may touch, and ends when its
    program does nothing in it for half a minute; over TCP a server that is gone is
    given up after as long, unless the URL itself says otherwise.

    Raises `sqlalchemy.exc.ArgumentError` for a malformed URL.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(
            parsed,
            pool_size=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            # What is given here would be taken before what the URL says.
            connect_args={k: v for k, v in WIRE.items() if k not in parsed.query},
        )
        sa.event.listen(engine, "connect", _prepare_postgresql)
        sa.event.listen(engine, "begin", declare)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Hidden: the text of a database error goes to the log, its values must not.
    engine = sa.create_engine(parsed, pool_size=pool_size, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    for setting in SESSION.items():
        connection.execute("SELECT set_config(%s, %s, false)", setting)
    # Rolled back, they would be forgotten.
    connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # IMMEDIATE takes the write lock at once: a read that turns into a write
    # cannot fail half-way. FULL: nothing is acknowledged before it is on disk.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _turn_wal_on(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        # What is deleted is overwritten: an erased key must not be found again.
        "secure_delete=ON",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _turn_wal_on(connection: Any) -> None:
    """Write ahead from now on; programs that start at once each find a turn."""
    for wait in (0.05, 0.1, 0.2, 0.4, 0.8):
        # SQLite does not wait by itself while two of them change a new file's mode.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
            return
        time.sleep(wait)
    connection.execute("PRAGMA journal_mode=WAL")


def migrate(engine: sa.Engine) -> None:
    """Bring our tables to the newest shape; forward only, safe to repeat."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with across(engine, Across.MIGRATION).begin() as connection:
        _wait_for_other_migrations(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _wait_for_other_migrations(connection: sa.Connection) -> None:
    """Let one program migrate at a time; the next one finds the work done."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        lock = sa.func.pg_advisory_xact_lock(_number("migrations"))
        connection.execute(sa.select(lock))


@contextmanager
def brief(engine: sa.Engine, seconds: float) -> Iterator[sa.Connection]:
    """Open a transaction that waits at most so long for a lock of another."""
    with engine.connect() as db:
        if engine.dialect.name != "sqlite":
            patience = sa.func.set_config("lock_timeout", f"{seconds * 1000:.0f}", True)
            db.execute(sa.select(patience))
            yield db
            db.commit()
            return
        # Past SQLAlchemy, which would begin the transaction before.
        raw: Any = db.connection.driver_connection
        raw.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
        try:
            yield db
            db.commit()
        finally:
            db.rollback()
            # A connection that is gone must not hide why.
            with suppress(sqlite3.ProgrammingError):
                raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def exclusive(engine: sa.Engine, name: str) -> Lock | None:
    """Hold a name, or say None while another living process holds it.

    The operating system or the server gives the name back when the holder dies, so
    a killed worker's successor waits for nothing.
    """
    if engine.dialect.name == "sqlite":
        path = Path(f"{engine.url.database}.{name}.lock")
        return _lock_file(path, fcntl.LOCK_EX)
    return _lock_session(engine, sa.func.pg_try_advisory_lock(_number(name)))


def shared(engine: sa.Engine, name: str) -> Lock | None:
    """Hold a name beside others, or say None while somebody holds it alone."""
    if engine.dialect.name == "sqlite":
        path = Path(f"{engine.url.database}.{name}.lock")
        return _lock_file(path, fcntl.LOCK_SH)
    return _lock_session(engine, sa.func.pg_try_advisory_lock_shared(_number(name)))


def _lock_file(path: Path, how: int) -> Lock | None:
    file = path.open("w")
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return _FileLock(file)


def _lock_session(engine: sa.Engine, lock: sa.ColumnElement[bool]) -> Lock | None:
    session = engine.connect()
    # Out of the pool: only the end of its session gives the name back.
    session.detach()
    held = session.scalar(sa.select(lock))
    session.commit()
    if held:
        return _SessionLock(session)
    session.close()
    return None


class _FileLock:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def held(self) -> bool:
        return not self._file.closed

    def close(self) -> None:
        self._file.close()


class _SessionLock:
    def __init__(self, session: sa.Connection) -> None:
        self._session = session

    def held(self) -> bool:
        # Asked again, it would begin anew, in a session that holds nothing.
        if self._session.invalidated:
            return False
        try:
            self._session.execute(sa.select(1))
            self._session.commit()
        except sa.exc.SQLAlchemyError:
            return False
        return not self._session.invalidated

    def close(self) -> None:
        # Said, because the server notices the end of a session a moment later.
        with suppress(sa.exc.SQLAlchemyError):
            self._session.execute(sa.select(sa.func.pg_advisory_unlock_all()))
            self._session.commit()
        self._session.close()


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big")
