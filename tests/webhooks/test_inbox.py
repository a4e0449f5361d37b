"""What the inbox said it kept is kept, once, and nothing else was said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import jobs
from plugin.archive.store import SqlArchive
from plugin.archive.tables import inbox, privacy_requests
from plugin.privacy import Ask, Person, Topic
from plugin.shop import Profile
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.webhooks.letters import SHOP, make_event, make_job
from tests.webhooks.town import wait_until
from webhooks import inbox as inbox_module
from webhooks.inbox import BATCH, Inbox
from webhooks.rows import Kept
from webhooks.waiting import InboxBusy, InboxClosed, Waiting, let_go, tell

NEW = Kept(new=True, reason=None)
DUPLICATE = Kept(new=False, reason=None)
NORTH = "north.myshopify.com"


def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    with engine.connect() as db:
        found = db.execute(sa.select(inbox).order_by(inbox.c.id)).mappings()
        return [dict(row) for row in found]


@contextmanager
def blocked(engine: sa.Engine) -> Iterator[None]:
    """Hold the database so that nobody else can write."""
    with engine.connect() as db, db.begin():
        if engine.dialect.name == "postgresql":
            db.execute(sa.text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        else:
            db.execute(sa.delete(inbox).where(sa.false()))
        yield


@contextmanager
def stuck(box: Inbox) -> Iterator[None]:
    """Hold the database while the writer is in the middle of one event."""
    begun = threading.Event()
    first = threading.Thread(target=put, args=(box, "first"))
    with blocked(box.engine):
        sa.event.listen(box.engine, "before_cursor_execute", lambda *_: begun.set())
        first.start()
        assert begun.wait(timeout=10)
        yield
    first.join(timeout=15)


def put(box: Inbox, name: object) -> Kept:
    return box.put(make_event(webhook_id=f"event-{name}"), make_job())


def test_it_keeps_an_event_with_its_job_and_without_its_body(
    box: Inbox, clock: HandClock
) -> None:
    event = make_event(event_id="event-1", triggered_at="2026-11-02T09:29:59Z")

    kept = box.put(event, make_job())

    [row] = rows(box.engine)
    assert kept == NEW
    assert row == {
        "id": row["id"],
        "shop": SHOP,
        "topic": "returns/request",
        "webhook_id": event.webhook_id,
        "event_id": "event-1",
        "api_version": "2026-10",
        "triggered_at": "2026-11-02T09:29:59Z",
        "body_sha256": event.body_sha256,
        "job": row["job"],
        "state": "waiting",
        "reason": None,
        "received_at": clock.now(),
    }
    assert "suit me" not in row["job"]


def test_it_keeps_the_same_event_once(box: Inbox) -> None:
    found = [box.put(make_event(), make_job()) for _ in range(3)]

    assert found == [NEW, DUPLICATE, DUPLICATE]
    assert len(rows(box.engine)) == 1


def test_it_keeps_another_body_under_the_same_id(box: Inbox) -> None:
    box.put(make_event(), make_job())

    kept = box.put(make_event(body=b'{"id":2}'), make_job())

    assert kept == NEW
    assert len(rows(box.engine)) == 2


def test_it_only_records_an_event_without_a_job(box: Inbox) -> None:
    kept = box.put(make_event(topic="orders/create"), None, "unknown_topic")

    [row] = rows(box.engine)
    assert kept == Kept(new=True, reason="unknown_topic")
    assert (row["state"], row["reason"]) == ("ignored", "unknown_topic")


def test_it_only_records_an_event_of_a_shop_that_never_came(box: Inbox) -> None:
    kept = box.put(make_event(shop=NORTH), make_job(shop=NORTH))

    [row] = rows(box.engine)
    assert kept == Kept(new=True, reason="unknown_shop")
    assert (row["shop"], row["state"]) == (NORTH, "ignored")


def test_it_only_records_an_event_of_a_shop_that_left(
    box: Inbox, clock: HandClock
) -> None:
    SqlArchive(box.engine, clock.now, KEYRING).of(SHOP).uninstall()

    kept = box.put(make_event(), make_job())

    assert kept == Kept(new=True, reason="unknown_shop")


@pytest.mark.parametrize("left", [False, True])
def test_it_keeps_what_is_asked_by_law_also_of_a_shop_that_left(
    box: Inbox, clock: HandClock, left: bool
) -> None:
    shelf = SqlArchive(box.engine, clock.now, KEYRING).of(SHOP)
    if left:
        shelf.uninstall()
    person = Person(customer_id="gid://shopify/Customer/77")
    ask = Ask(topic=Topic.REDACT_CUSTOMER, person=person)
    early = (clock.now() - timedelta(hours=1)).isoformat()
    event = make_event(webhook_id="law-1", triggered_at=early)

    kept = [box.put(event, jobs.by_law(SHOP, "law-1", ask)) for _ in range(2)]

    found = shelf.asked("law-1")
    assert [each.new for each in kept] == [True, False]
    assert found is not None
    assert (found.topic, found.person) == (Topic.REDACT_CUSTOMER, person)
    assert found.triggered_at == clock.now() - timedelta(hours=1)
    assert found.due_at - clock.now() == timedelta(days=30)
    assert len(shelf.requests()) == 1
    with box.engine.connect() as db:
        stored = db.execute(sa.select(privacy_requests)).all()
    assert "Customer/77" not in repr([rows(box.engine), stored])


def test_it_keeps_an_event_for_the_shop_that_its_signed_body_names(
    box: Inbox, clock: HandClock
) -> None:
    person = Person(customer_id="gid://shopify/Customer/77")
    job = jobs.by_law(SHOP, "law-1", Ask(topic=Topic.REDACT_CUSTOMER, person=person))
    archive = SqlArchive(box.engine, clock.now, KEYRING)
    archive.of(NORTH).install(
        Profile(name="North", currency="EUR", zone="UTC", contact="n@b.example"), "{}"
    )

    forged = box.put(make_event(webhook_id="law-1", shop=NORTH), job)
    true = box.put(make_event(webhook_id="law-1"), job)

    assert (forged.new, true.new) == (True, False)
    assert [row["shop"] for row in rows(box.engine)] == [SHOP]
    found = archive.of(SHOP).asked("law-1")
    assert found is not None
    assert found.person == person
    assert archive.of(NORTH).requests() == []


@pytest.mark.parametrize(
    "triggered_at",
    [None, "soon", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"],
)
def test_it_takes_no_moment_on_trust_that_is_none_or_to_come(
    box: Inbox, clock: HandClock, triggered_at: str | None
) -> None:
    job = jobs.by_law(SHOP, "law-2", Ask(topic=Topic.REDACT_SHOP))

    box.put(make_event(webhook_id="law-2", triggered_at=triggered_at), job)

    found = SqlArchive(box.engine, clock.now, KEYRING).of(SHOP).asked("law-2")
    assert found is not None
    assert found.triggered_at == clock.now()


def test_it_keeps_each_of_many_at_once_exactly_once(box: Inbox) -> None:
    events = [make_event(webhook_id=f"event-{n % 150}") for n in range(450)]

    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda event: box.put(event, make_job()), events))

    ids = [row["webhook_id"] for row in rows(box.engine)]
    assert sorted(ids) == sorted({event.webhook_id for event in events})
    assert (found.count(NEW), found.count(DUPLICATE)) == (150, 300)


def test_it_writes_what_came_meanwhile_in_one_commit(box: Inbox) -> None:
    commits: list[object] = []
    with ThreadPoolExecutor(40) as pool, stuck(box):
        puts = [pool.submit(put, box, number) for number in range(40)]
        wait_until(lambda: box._waiting.qsize() == 40)
        sa.event.listen(box.engine, "commit", commits.append)

    assert [each.result() for each in puts] == [NEW] * 40
    # The first event, whoever held the database, and all that waited.
    assert len(commits) == 3


def test_who_waits_no_more_is_not_written(box: Inbox) -> None:
    waits = [0.05, 60.0, 0.05, 0.05, 60.0, 60.0, 0.05]

    def keep(number: int) -> Kept:
        event = make_event(webhook_id=f"event-{number}")
        return box._keep(box._row(event, make_job(), None), waits[number])

    with ThreadPoolExecutor(len(waits)) as pool:
        with stuck(box):
            puts = [pool.submit(keep, number) for number in range(len(waits))]
            brief = [put for put, wait in zip(puts, waits, strict=True) if wait < 1]
            gave_up = [type(put.exception(timeout=30)) for put in brief]
        patient = [put.result(timeout=30) for put in puts if put not in brief]

    assert gave_up == [InboxBusy] * 4
    assert patient == [NEW] * 3
    # The first, for whose commit all waited, and the patient ones.
    assert len(rows(box.engine)) == 4


def test_who_waits_is_let_go_past_those_who_wait_no_more() -> None:
    batch = [Waiting(row={}) for _ in range(5)]
    tell(batch)
    left = [batch[1].leave(), batch[2].leave()]

    let_go(batch[0].after)

    free = [item.done.acquire(blocking=False) for item in batch]
    assert (left, free) == ([False, False], [True, True, True, True, False])


def test_it_says_nothing_was_kept_when_the_commit_fails(box: Inbox) -> None:
    with box.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE inbox RENAME TO elsewhere"))

    with pytest.raises(sa.exc.SQLAlchemyError):
        box.put(make_event(), make_job())

    with box.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbox"))
    assert rows(box.engine) == []
    assert box.put(make_event(), make_job()) == NEW


def test_it_tells_every_sender_of_a_batch_that_failed(box: Inbox) -> None:
    def try_to_put(number: int) -> str:
        try:
            put(box, number)
        except (sa.exc.SQLAlchemyError, InboxBusy):
            return "not kept"
        return "kept"

    with box.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE inbox RENAME TO elsewhere"))
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(try_to_put, range(64)))

    assert said == ["not kept"] * 64


def test_it_tells_the_sender_in_time_that_the_database_is_held(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox.LOCK_SECONDS", 0.2)
    with blocked(box.engine), pytest.raises(sa.exc.SQLAlchemyError):
        put(box, "early")
    during = rows(box.engine)

    kept = put(box, "early")

    assert (during, kept) == ([], NEW)


def test_it_tells_the_sender_in_time_that_it_is_busy(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox.PATIENCE_SECONDS", 0.1)
    with blocked(box.engine), pytest.raises(InboxBusy):
        put(box, "early")
    wait_until(lambda: len(rows(box.engine)) == 1)
    monkeypatch.undo()

    assert put(box, "early") == DUPLICATE


def test_it_checks_that_it_could_keep_an_event_and_keeps_none(box: Inbox) -> None:
    box.check()

    with box.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE inbox RENAME TO elsewhere"))
    with pytest.raises(sa.exc.SQLAlchemyError):
        box.check()
    with box.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbox"))
    assert rows(box.engine) == []


def test_it_refuses_what_comes_after_it_was_closed(box: Inbox) -> None:
    box.put(make_event(), make_job())
    box.close()

    with pytest.raises(InboxClosed):
        box.put(make_event(webhook_id="late"), make_job())

    assert len(rows(box.engine)) == 1


def test_it_writes_all_that_waits_before_it_closes(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long a machine takes to start so many threads.
    for patience in ("LOCK_SECONDS", "PATIENCE_SECONDS", "SLOW_SECONDS"):
        monkeypatch.setattr(inbox_module, patience, 60.0)
    count = BATCH + 30
    found: list[Kept] = []
    putting = [
        threading.Thread(target=lambda n=n: found.append(put(box, n)), daemon=True)
        for n in range(count)
    ]
    closing = threading.Thread(target=box.close)
    with stuck(box):
        for thread in putting:
            thread.start()
        wait_until(lambda: box._waiting.qsize() == count)
        closing.start()
        wait_until(lambda: box._waiting.qsize() == count + 1)
    for thread in (*putting, closing):
        thread.join(timeout=60)

    assert found == [NEW] * count
    assert len(rows(box.engine)) == count + 1
