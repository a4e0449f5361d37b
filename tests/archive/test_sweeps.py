"""How far a shop was looked through is kept, and what only looking found."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from plugin.archive import sweeps
from plugin.archive.sweeps import Find, Heard, Swept
from plugin.archive.tables import inbox
from tests.archive.shelves import ALPINE, NORTH
from tests.conftest import HandClock
from tests.webhooks.letters import make_event, make_job
from webhooks.rows import HANDED, WAITING, row_of

TOPIC = "returns/request"


def sweep_at(moment: datetime, **changes: str | datetime | None) -> Swept:
    values: dict[str, str | datetime | None] = {
        "seen_until": moment,
        "silent": None,
        "silent_since": None,
    }
    return Swept(swept_at=moment, **{**values, **changes})  # type: ignore[arg-type]  # each field has its own kind


def receive(
    engine: sa.Engine, at: datetime, shop: str = ALPINE, state: str = HANDED
) -> None:
    event = make_event(webhook_id=f"event-{at.isoformat()}", shop=shop, topic=TOPIC)
    row = row_of(event, make_job(shop=shop), None, at) | {"state": state}
    with engine.begin() as db:
        db.execute(sa.insert(inbox), row)


def find(engine: sa.Engine, subject: str, at: datetime, shop: str = ALPINE) -> None:
    found = Find(topic=TOPIC, subject=subject, happened_at=at)
    with engine.begin() as db:
        sweeps.keep_finds(db, shop, [found], at)


def test_it_keeps_the_last_sweep_of_each_shop(
    engine: sa.Engine, clock: HandClock
) -> None:
    first = sweep_at(clock.now())
    clock.pass_by(minutes=10)
    second = sweep_at(clock.now(), silent="no_events", silent_since=clock.now())

    sweeps.keep_swept(engine, ALPINE, first)
    sweeps.keep_swept(engine, ALPINE, second)
    sweeps.keep_swept(engine, NORTH, first)

    assert sweeps.swept(engine, ALPINE) == second
    assert sweeps.swept(engine, NORTH) == first
    assert sweeps.swept(engine, "other.myshopify.com") is None


def test_it_counts_what_was_found_since_the_last_event(
    engine: sa.Engine, clock: HandClock
) -> None:
    start = clock.now()
    find(engine, "before", start)
    receive(engine, start + timedelta(hours=1))
    for subject in ("after", "after", "later"):
        find(engine, subject, start + timedelta(hours=2))
    find(engine, "elsewhere", start + timedelta(hours=2), NORTH)

    mine = sweeps.heard(engine, ALPINE, before=start + timedelta(hours=2))
    others = sweeps.heard(engine, NORTH, before=start)

    last = start + timedelta(hours=1)
    assert mine == Heard(last={TOPIC: last}, before=1, untold={TOPIC: 2})
    assert mine.last_at == last
    assert others == Heard(last={}, before=0, untold={TOPIC: 1})
    assert others.last_at is None


@pytest.mark.parametrize(("state", "waits"), [(WAITING, True), (HANDED, False)])
def test_it_knows_whether_events_wait(
    engine: sa.Engine, clock: HandClock, state: str, waits: bool
) -> None:
    receive(engine, clock.now(), ALPINE, state)

    with engine.connect() as db:
        found = (sweeps.waits(db, ALPINE), sweeps.waits(db, NORTH))

    assert found == (waits, False)


def test_it_forgets_old_finds(engine: sa.Engine, clock: HandClock) -> None:
    find(engine, "old", clock.now())
    find(engine, "new", clock.now() + timedelta(days=1))

    sweeps.forget(engine, before=clock.now() + timedelta(hours=1))

    left = sweeps.heard(engine, ALPINE, before=clock.now())
    assert left.untold == {TOPIC: 1}
