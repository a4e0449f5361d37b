"""What was audited lately is found by an index, however much else was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from plugin.archive.store import SqlShelf
from plugin.archive.tables import entries
from tests.archive.shelves import ALPINE

AT = datetime(2026, 11, 2, tzinfo=UTC)
ENTRIES = 8000


def entry(number: int) -> dict[str, object]:
    audit = number % 800 == 0
    return {
        "shop": ALPINE if number % 40 == 0 else f"s{number % 20}",
        "return_id": f"r{number // 10}",
        "key": f"audit:{number:05}" if audit else f"k{number}",
        "seq": number % 10,
        "kind": "audit" if audit else "facts",
        "at": AT + timedelta(seconds=number % 1000),
        "body": "x" * 200,
        "sha256": "0",
        "gist": '{"verdict": "failed"}' if number == 800 else None,
    }


def test_no_sweep_reads_what_is_no_audit(shelf: SqlShelf, engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.execute(sa.insert(entries), [entry(number) for number in range(ENTRIES)])
    with shelf.engine.begin() as db:
        db.execute(sa.text("ANALYZE"))
    steps: list[str] = []
    sqlite = shelf.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"

    @sa.event.listens_for(shelf.engine, "before_cursor_execute")
    def plan(db: sa.Connection, _: Any, query: str, values: Any, *__: Any) -> None:
        if "'audit'" in query:
            cursor = db.connection.cursor()
            cursor.execute(f"{explain} {query}", values)
            steps.extend(str(row[-1]) for row in cursor.fetchall())

    found = shelf.audited(AT - timedelta(days=7))

    assert found == {
        f"{number:05}": True for number in range(0, ENTRIES, 800) if number != 800
    }
    assert [step for step in steps if "ix_entries_audits" in step]
    assert not [step for step in steps if "Seq Scan" in step or "SCAN" in step]
