"""How the database is opened."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive import database
from plugin.archive.database import _SessionLock, brief, connect, exclusive
from plugin.archive.rows import of_case
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.store import SqlShelf
from plugin.archive.tables import cases, workers
from tests.archive.shelves import ALPINE, make_case
from tests.databases import end_sessions_with_names

NOW = datetime(2026, 11, 2, tzinfo=UTC)
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 30000,
}


def test_it_writes_a_sqlite_file_so_that_nothing_kept_is_lost(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'new' / 'evenhand.db'}")
    with engine.connect() as db:
        found = {name: db.scalar(sa.text(f"PRAGMA {name}")) for name in PRAGMAS}
    engine.dispose()

    assert found == PRAGMAS


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_transaction_of_whoever_stands_still_lasts_for_long(
    engine: sa.Engine,
) -> None:
    query = sa.text("SHOW idle_in_transaction_session_timeout")
    with engine.connect() as db:
        first = db.scalar(query)
        db.rollback()
        again = db.scalar(query)

    assert (first, again) == ("30s", "30s")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_looks_whether_the_program_is_still_there(engine: sa.Engine) -> None:
    with engine.connect() as db:
        query = "SELECT name FROM pg_settings WHERE source = 'session'"
        found = {*db.scalars(sa.text(query))}

    assert database.SESSION.keys() <= found


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_looks_whether_the_server_is_still_there(database_url: str) -> None:
    """`python -m tests.crash.unplugged` shows that it does, and the server too."""
    patient = sa.make_url(database_url).update_query_dict({"tcp_user_timeout": "90000"})
    wanted = {name: str(value) for name, value in database.WIRE.items()}

    assert wire_of(database_url) | wanted == wire_of(database_url)
    # What the URL says is taken first.
    asked = wire_of(patient.render_as_string(hide_password=False))
    assert asked | wanted | {"tcp_user_timeout": "90000"} == asked


def wire_of(url: str) -> dict[str, str]:
    """Tell what a new connection asks of the wire."""
    engine = connect(url)
    with engine.connect() as db:
        raw: Any = db.connection.driver_connection
        found: dict[str, str] = raw.info.get_parameters()
    engine.dispose()
    return found


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_stands_still_lets_go_of_its_rows(
    engine: sa.Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database.SESSION, "idle_in_transaction_session_timeout", "2s")
    still = across(connect(database_url), Across.COMMANDS)
    beat = sa.insert(workers).values(name="worker-1", seen_at=NOW)
    held = still.connect()
    held.execute(beat)

    with brief(across(engine, Across.COMMANDS), seconds=20) as db:
        db.execute(beat)
    with pytest.raises(sa.exc.DBAPIError):
        held.execute(beat)
    held.close()
    # Who wakes goes on with a new session.
    with still.connect() as db:
        found = db.scalar(sa.select(workers.c.name))
    still.dispose()

    assert found == "worker-1"


def test_it_gives_a_name_to_one_holder_at_a_time(engine: sa.Engine) -> None:
    first = exclusive(engine, "worker-1")
    other_name = exclusive(engine, "worker-2")
    refused = exclusive(engine, "worker-1")

    assert refused is None
    assert first is not None
    assert other_name is not None
    assert first.held()
    first.close()
    successor = exclusive(engine, "worker-1")
    assert successor is not None
    successor.close()
    other_name.close()


def test_a_name_that_was_given_back_is_free_at_once(engine: sa.Engine) -> None:
    for _ in range(50):
        lock = exclusive(engine, "worker-1")
        assert lock is not None
        lock.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_name_is_given_back_before_its_session_ends(engine: sa.Engine) -> None:
    lock = exclusive(engine, "worker-1")
    assert isinstance(lock, _SessionLock)
    session = lock._session
    lock._session = Lingering(session)  # type: ignore[assignment]  # by shape

    lock.close()

    successor = exclusive(engine, "worker-1")
    session.close()
    assert successor is not None
    successor.close()


class Lingering:
    """A session whose end the server has not noticed yet."""

    def __init__(self, session: sa.Connection) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def close(self) -> None:
        """Stay open."""


@pytest.mark.parametrize("whose", [None, ALPINE])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_it_knows_that_a_name_is_lost_with_its_session(
    engine: sa.Engine, whose: str | None
) -> None:
    lock = exclusive(of_shop(engine, whose) if whose else engine, "worker-1")
    assert lock is not None
    before = lock.held()

    end_sessions_with_names(engine)

    after = [lock.held(), lock.held()]
    lock.close()
    assert (before, after) == (True, [False, False])


def test_it_waits_only_briefly_for_a_lock_of_another(engine: sa.Engine) -> None:
    change = sa.text("DELETE FROM workers")
    with engine.connect() as other, other.begin():
        if engine.dialect.name == "postgresql":
            other.execute(sa.text("LOCK TABLE workers IN EXCLUSIVE MODE"))
        other.execute(change)
        begun = time.monotonic()
        with pytest.raises(sa.exc.OperationalError), brief(engine, 0.2) as db:
            db.execute(change)
        waited = time.monotonic() - begun
    with brief(engine, 0.2) as db:
        db.execute(change)
    patience = {"sqlite": "PRAGMA busy_timeout", "postgresql": "SHOW lock_timeout"}
    with engine.connect() as db:
        usual = db.scalar(sa.text(patience[engine.dialect.name]))

    assert 0.1 < waited < 2
    assert usual in (30000, "0")


def test_it_keeps_values_out_of_its_error_texts(shelf: SqlShelf) -> None:
    case = make_case(order_name="canary")
    shelf.open(case)
    again = {**of_case(case), "shop": case.shop, "opened_at": NOW, "updated_at": NOW}

    with pytest.raises(sa.exc.IntegrityError) as caught, shelf.engine.begin() as db:
        db.execute(sa.insert(cases).values(again))

    assert "canary" not in str(caught.value)
