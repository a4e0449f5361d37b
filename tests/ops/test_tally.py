"""Counts of many threads and processes add up, and none is lost or counted twice."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import metering
from plugin.archive import tallies
from plugin.archive.counted import WINDOW, count_entries
from plugin.archive.store import SqlArchive, SqlShelf
from plugin.archive.tables import inbox
from plugin.case import Entry, Status
from plugin.metering import Meter, write_down
from plugin.tally import MOST, Key, Tally, key
from tests.archive.shelves import ALPINE, RETURN, at_once, installed, make_case
from tests.conftest import HandClock
from tests.databases import KEYRING

LATER = timedelta(minutes=1)


@pytest.fixture
def shelf(engine: sa.Engine, clock: HandClock) -> SqlShelf:
    return installed(SqlArchive(engine, clock.now, KEYRING), ALPINE)


def read(engine: sa.Engine) -> dict[Key, float]:
    with engine.connect() as db:
        return dict(tallies.read(db))


def counted(engine: sa.Engine, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    found = read(engine)
    return {what.labels: value for what, value in found.items() if what.name == name}


def decision(outcome: str, *says: str) -> Entry:
    lines = [{"law": {"says": word}} for word in says]
    return Entry(
        key="decision", kind="decision", body={"outcome": outcome, "lines": lines}
    )


def test_it_adds_up_what_several_processes_counted(engine: sa.Engine) -> None:
    here, there = Tally(), Tally()
    for each in (here, there, here):
        each.count("calls", operation="approve", result="ok")
    here.count("waited", 0.5)

    raised = at_once([partial(write_down, engine, each) for each in (here, there)])

    assert raised == []
    assert read(engine) == {
        key("calls", operation="approve", result="ok"): 3.0,
        key("waited"): 0.5,
    }
    assert here.drain() == {}


def test_it_keeps_what_could_not_be_written(engine: sa.Engine) -> None:
    tally = Tally()
    tally.count("calls")
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE tallies RENAME TO away"))

    with pytest.raises(sa.exc.SQLAlchemyError):
        write_down(engine, tally)

    assert tally.drain() == {key("calls"): 1}


def test_it_knows_only_so_many_labels() -> None:
    tally = Tally()
    for number in range(MOST + 5):
        tally.count("refused", code=str(number))
    tally.count("refused", code="0")

    counts = tally.drain()
    assert len(counts) == MOST
    assert counts[key("refused", code="0")] == 2


def test_a_meter_writes_by_itself_and_once_more_at_the_end(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metering, "EVERY_SECONDS", 0.05)
    tally = Tally()
    meter = Meter(engine, tally)
    tally.count("early")
    end = time.monotonic() + 10
    while not read(engine) and time.monotonic() < end:
        time.sleep(0.02)
    early = read(engine)
    monkeypatch.setattr(metering, "EVERY_SECONDS", 5.0)
    tally.count("late")
    meter.stop()

    assert early == {key("early"): 1.0}
    assert read(engine) == {key("early"): 1.0, key("late"): 1.0}


def test_it_counts_what_the_entries_tell_once(
    engine: sa.Engine, shelf: SqlShelf, clock: HandClock
) -> None:
    call = {"operation": "decline_return", "answer": {}, "repeated": True}
    shelf.open(
        make_case(),
        decision("decline", "silent", "cannot_tell"),
        Entry(key="call:decline", kind="call", body=call),
        Entry(key="outcome:answered", kind="outcome", body={"status": "answered"}),
    )
    soon = count_entries(engine, clock.now())
    clock.pass_by(minutes=1)

    raised = at_once([partial(count_entries, engine, clock.now()) for _ in range(4)])

    assert raised == []
    # The first look comes too early: an entry of that second might still be coming.
    assert soon == 1
    assert counted(engine, "decisions") == {
        (("law", "cannot_tell"), ("outcome", "decline")): 1.0
    }
    assert counted(engine, "effects") == {
        (("operation", "decline_return"), ("repeated", "true")): 1.0
    }
    assert counted(engine, "outcomes") == {(("status", "answered"),): 1.0}


def test_it_counts_a_long_archive_window_by_window(
    engine: sa.Engine, shelf: SqlShelf, clock: HandClock
) -> None:
    for number in range(3):
        new = [
            Entry(key=f"call:{number}-{i}", kind="call", body={"operation": "mark"})
            for i in range(WINDOW // 2 + 1)
        ]
        if number == 0:
            shelf.open(make_case(), *new)
        else:
            shelf.append(RETURN, *new)
        clock.pass_by(seconds=2)

    windows = count_entries(engine, clock.now() + LATER)

    assert windows > 1
    assert sum(counted(engine, "effects").values()) == 3 * (WINDOW // 2 + 1)
    assert count_entries(engine, clock.now() + LATER) == 0


def test_it_measures_from_the_event_to_the_first_answer(
    engine: sa.Engine, shelf: SqlShelf, clock: HandClock
) -> None:
    row: dict[str, Any] = dict.fromkeys(("topic", "body_sha256", "job"), "x")
    row |= {"shop": ALPINE, "webhook_id": "w-1", "state": "handed"}
    with engine.begin() as db:
        db.execute(sa.insert(inbox).values(row | {"received_at": clock.now()}))
    clock.pass_by(seconds=3)
    case = make_case(status=Status.PROPOSED)
    shelf.open(
        case,
        Entry(key="event:w-1", kind="event", body={"webhook_id": "w-1"}),
        Entry(key="outcome:proposed", kind="outcome", body={"status": "proposed"}),
    )
    clock.pass_by(hours=30)
    answered = Entry(
        key="outcome:answered", kind="outcome", body={"status": "answered"}
    )
    shelf.append(RETURN, answered)

    count_entries(engine, clock.now() + LATER)

    assert counted(engine, "answer_seconds_sum") == {(): 3.0}
    assert counted(engine, "answer_seconds_bucket") == {(("le", "5.0"),): 1.0}
