"""How the database is opened."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.archive.database import connect, exclusive
from plugin.archive.rows import of_case
from plugin.archive.store import SqlShelf
from plugin.archive.tables import cases
from tests.archive.shelves import make_case

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


def test_it_gives_a_name_to_one_holder_at_a_time(engine: sa.Engine) -> None:
    first = exclusive(engine, "worker-1")
    other_name = exclusive(engine, "worker-2")
    got: list[str] = []

    def wait_for_it() -> None:
        lock = exclusive(engine, "worker-1")
        got.append("held")
        lock.close()

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    waiting.join(timeout=0.3)
    before = list(got)
    first.close()
    waiting.join(timeout=10)
    other_name.close()

    assert (before, got) == ([], ["held"])


def test_it_keeps_values_out_of_its_error_texts(shelf: SqlShelf) -> None:
    case = make_case(order_name="canary")
    shelf.open(case)
    again = {**of_case(case), "shop": case.shop, "opened_at": NOW, "updated_at": NOW}

    with pytest.raises(sa.exc.IntegrityError) as caught, shelf.engine.begin() as db:
        db.execute(sa.insert(cases).values(again))

    assert "canary" not in str(caught.value)
