"""What waits is found by an index, whatever one shop has waiting, and at any hour."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.tables import inbox
from tests.webhooks.letters import make_event, make_job
from webhooks.inbox import Inbox
from webhooks.pump import Pump
from webhooks.rows import HANDED, row_of

AT = datetime(2026, 11, 2, tzinfo=UTC)
# Of fewer, PostgreSQL finds the right way by itself.
EVENTS = 30_000
# In the words of SQLite and of PostgreSQL.
LONG_WAYS = ("SCAN inbox", "TEMP B-TREE", "Seq Scan on inbox", "Bitmap", "Sort")
# What a step is found by: it must begin with the state and the shop.
FOUND_BY = ("SEARCH inbox", "Index Cond")
# Nine tenths of all that waits is one shop's, the rest that of twenty.
LOUD = "shop-0"
COPIED = {
    "shop": "'shop-' || CASE number % 10 WHEN 0 THEN number % 200 ELSE 0 END",
    "webhook_id": "'event-' || number",
}


def fill(db: sa.Connection, **changed: Any) -> None:
    """Let the database itself copy one event, which is quicker than to send each."""
    event, job = make_event(webhook_id="first", shop=LOUD), make_job(shop=LOUD)
    db.execute(sa.insert(inbox), [row_of(event, job, None, AT) | changed])
    names = [column.name for column in inbox.c if column.name != "id"]
    given = ", ".join(COPIED.get(name, name) for name in names)
    numbers = "SELECT 2 UNION ALL SELECT number + 1 FROM numbers WHERE number < :most"
    copied = f"SELECT {given} FROM numbers, inbox WHERE webhook_id = 'first'"
    into = f"INSERT INTO inbox ({', '.join(names)})"
    each = f"WITH RECURSIVE numbers(number) AS ({numbers}) {copied}"
    db.execute(sa.text(f"{into} {each}"), {"most": EVENTS})


@pytest.mark.parametrize("counted", ["never", "while nothing waited", "now"])
def test_no_batch_reads_all_that_waits(
    box: Inbox, engine: sa.Engine, counted: str
) -> None:
    with engine.begin() as db:
        if counted == "while nothing waited":
            # With what nobody will take any more.
            fill(db, state=HANDED)
            db.execute(sa.text("ANALYZE"))
            db.execute(sa.delete(inbox))
        fill(db)
        if counted == "now":
            db.execute(sa.text("ANALYZE"))
    workflows.migrate(engine)
    client = workflows.client(engine)
    pump = Pump(engine, client, box.arrived, 0.05)
    steps: list[str] = []
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"

    @sa.event.listens_for(engine, "before_cursor_execute")
    def plan(db: sa.Connection, _: Any, query: str, values: Any, *__: Any) -> None:
        if "FROM inbox" in query:
            cursor = db.connection.cursor()
            cursor.execute(f"{explain} {query}", values)
            steps.extend(str(found[-1]) for found in cursor.fetchall())

    handed = pump.hand_over()
    client.destroy()

    assert handed == 200
    found_by = [step for step in steps if step.strip().startswith(FOUND_BY)]
    assert found_by
    assert [step for step in found_by if not re.search(r"state.*shop", step)] == []
    assert [step for step in steps if any(way in step for way in LONG_WAYS)] == []
