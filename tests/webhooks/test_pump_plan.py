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
EVENTS = 3000
# In the words of SQLite and of PostgreSQL.
LONG_WAYS = ("SCAN inbox", "TEMP B-TREE", "Seq Scan on inbox", "Bitmap", "Sort")
# What a step is found by: it must begin with the state and the shop.
FOUND_BY = ("SEARCH inbox", "Index Cond")


def row(number: int) -> dict[str, Any]:
    """Nine tenths of all that waits is one shop's."""
    shop = f"shop-{0 if number % 10 else number % 200}.myshopify.com"
    subject = f"gid://shopify/Return/{number}"
    event = make_event(webhook_id=f"event-{number}", shop=shop)
    return row_of(event, make_job(shop=shop, subject=subject), None, AT)


@pytest.mark.parametrize("counted", ["never", "while nothing waited", "now"])
def test_no_batch_reads_all_that_waits(
    box: Inbox, engine: sa.Engine, counted: str
) -> None:
    with engine.begin() as db:
        if counted == "while nothing waited":
            # With what nobody will take any more.
            past = [row(number) | {"state": HANDED} for number in range(EVENTS)]
            db.execute(sa.insert(inbox), past)
            db.execute(sa.text("ANALYZE"))
            db.execute(sa.delete(inbox))
        db.execute(sa.insert(inbox), [row(number) for number in range(EVENTS)])
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
