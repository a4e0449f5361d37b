"""What an erased case still owes is told by its row, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from plugin.archive.store import SqlShelf
from plugin.archive.tables import cases, entries
from tests.archive.shelves import ALPINE

AT = datetime(2026, 11, 2, tzinfo=UTC)
CASES = 2000
KEYS = (
    "request",
    "facts",
    "terms",
    "decision",
    "letter",
    "may-pay",
    "outcome:answered",
)


@pytest.fixture
def full(shelf: SqlShelf) -> SqlShelf:
    """A shelf of many erased approvals; every third one was paid."""
    with shelf.engine.begin() as db:
        db.execute(sa.insert(cases), [case(n) for n in range(CASES)])
        db.execute(sa.insert(entries), [e for n in range(CASES) for e in written(n)])
    with shelf.engine.begin() as db:
        db.execute(sa.text("ANALYZE"))
    return shelf


def case(number: int) -> dict[str, object]:
    return {
        "shop": ALPINE,
        "return_id": f"r-{number}",
        "return_name": f"#{number}",
        "order_id": f"o-{number}",
        "order_name": f"#{number}",
        "status": "answered",
        "mode": "automatic",
        "outcome": "approve",
        "decided_by": "[]",
        "offering": False,
        "has_code": False,
        "money": "done" if number % 3 == 0 else "owed",
        "erased_at": AT,
        "opened_at": AT + timedelta(seconds=number),
        "updated_at": AT,
    }


def written(number: int) -> list[dict[str, object]]:
    keys = (*KEYS, "call:refund") if number % 3 == 0 else KEYS
    return [
        {
            "shop": ALPINE,
            "return_id": f"r-{number}",
            "key": key,
            "seq": seq,
            "kind": "event",
            "at": AT,
            "body": "{}",
            "sha256": "0" * 64,
        }
        for seq, key in enumerate(keys)
    ]


@pytest.mark.parametrize(
    "which",
    [cases.c.return_id == "r-5", cases.c.order_id == "o-5", sa.true()],
    ids=["one", "order", "list"],
)
def test_no_read_of_cases_reads_their_entries(
    full: SqlShelf, which: sa.ColumnElement[bool]
) -> None:
    query = full._cases().where(which).order_by(cases.c.opened_at.desc()).limit(100)
    literal = query.compile(full.engine, compile_kwargs={"literal_binds": True})
    explain = (
        "EXPLAIN QUERY PLAN" if full.engine.dialect.name == "sqlite" else "EXPLAIN"
    )
    with full.engine.connect() as db:
        # As it is: neither a colon nor a per cent sign in it stands for a value.
        found = db.exec_driver_sql(f"{explain} {literal}")
        steps = [str(row[-1]) for row in found if "entries" in str(row[-1])]

    assert steps == []


def test_what_is_owed_is_told_of_those_that_were_not_paid(full: SqlShelf) -> None:
    found = full.cases(limit=CASES)

    owing = {case.return_id for case, _ in found if case.to_do}
    assert owing == {f"r-{n}" for n in range(CASES) if n % 3}
