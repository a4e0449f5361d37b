"""Whatever is wrong, a sender is told in time, and the next one is served."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
import sqlalchemy as sa
import structlog

from plugin import logs, workflows
from plugin.archive.database import connect
from plugin.archive.tables import inbox
from tests.webhooks.letters import make_event, make_job, payload
from tests.webhooks.town import Town, wait_until
from webhooks import inbox as inbox_module
from webhooks.inbox import Inbox
from webhooks.pump import Pump
from webhooks.rows import Kept
from webhooks.waiting import InboxBusy, InboxClosed

SENDER_SECONDS = 5.0
# How inserting is made to fail, and how it is put right.
FULL = {
    "sqlite": (
        "CREATE TRIGGER full_disk BEFORE INSERT ON inbox"
        " BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
        "DROP TRIGGER full_disk",
    ),
    "postgresql": (
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;"
        " CREATE TRIGGER full_disk BEFORE INSERT ON inbox"
        " FOR EACH ROW EXECUTE FUNCTION full_disk()",
        "DROP FUNCTION full_disk CASCADE",
    ),
}


class BrokenPipe:
    """A standard error stream whose reader is gone."""

    def write(self, *_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    flush = write


@pytest.fixture
def _broken_logs() -> Iterator[None]:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(BrokenPipe()),  # type: ignore[arg-type]  # as much of a stream as is used
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    )
    yield
    structlog.reset_defaults()
    logs.configure("critical")


def put(box: Inbox, name: str = "1") -> Kept:
    return box.put(make_event(webhook_id=f"event-{name}"), make_job())


def states(box: Inbox) -> list[str]:
    with box.engine.connect() as db:
        return list(db.scalars(sa.select(inbox.c.state)))


@contextmanager
def locked(engine: sa.Engine) -> Iterator[None]:
    """Let somebody else write for as long as it takes."""
    with engine.connect() as db, db.begin():
        if engine.dialect.name == "postgresql":
            db.execute(sa.text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
        else:
            db.execute(sa.delete(inbox).where(sa.false()))
        yield


@contextmanager
def away(engine: sa.Engine) -> Iterator[None]:
    """Let the table be missing for a while."""
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE inbox RENAME TO elsewhere"))
    yield
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbox"))


@contextmanager
def full_disk(engine: sa.Engine) -> Iterator[None]:
    """Let no event be written for a while."""
    made, dropped = FULL[engine.dialect.name]
    with engine.begin() as db:
        db.execute(sa.text(made))
    yield
    with engine.begin() as db:
        db.execute(sa.text(dropped))


def took(call: Any) -> tuple[Exception, float]:
    """Call what must fail; gives the error and the seconds until it came."""
    begun = time.monotonic()
    with pytest.raises((InboxClosed, sa.exc.SQLAlchemyError)) as caught:
        call()
    return caught.value, time.monotonic() - begun


def test_it_tells_a_sender_in_time_while_the_database_is_locked(box: Inbox) -> None:
    with locked(box.engine):
        error, seconds = took(lambda: put(box))

    assert isinstance(error, sa.exc.OperationalError)
    assert seconds < SENDER_SECONDS - 0.5
    assert states(box) == []
    assert put(box) == Kept(new=True, reason=None)


def test_it_may_keep_later_what_it_could_not_keep_in_time(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "PATIENCE_SECONDS", 0.3)
    with locked(box.engine):
        error, seconds = took(lambda: put(box))
    wait_until(lambda: states(box) == ["waiting"])

    assert isinstance(error, InboxBusy)
    assert error.code == "inbox_busy"
    assert seconds < 1
    assert put(box) == Kept(new=False, reason=None)


def test_it_holds_nothing_of_whom_it_turned_away(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "PATIENCE_SECONDS", 0.01)
    with locked(box.engine):
        errors = [took(lambda: put(box))[0] for _ in range(2)]

    # One error for all would hold, in its traceback, every body that it met.
    assert [type(error) for error in errors] == [InboxBusy, InboxBusy]
    assert errors[0] is not errors[1]


def test_one_tries_again_where_it_failed_and_the_others_are_told_at_once(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "LOCK_SECONDS", 0.1)
    second = threading.Thread(target=lambda: put(box, "2"))
    with locked(box.engine):
        first, _ = took(lambda: put(box))
        monkeypatch.setattr(inbox_module, "LOCK_SECONDS", 60)
        monkeypatch.setattr(inbox_module, "PATIENCE_SECONDS", 60)
        second.start()
        wait_until(lambda: box._writing is not None)
        third, _ = took(lambda: put(box, "3"))
        waits = second.is_alive()
    second.join(timeout=60)

    assert isinstance(first, sa.exc.OperationalError)
    assert (type(third), waits) == (InboxBusy, True)
    assert states(box) == ["waiting"]
    assert put(box, "3") == Kept(new=True, reason=None)


def test_it_refuses_at_once_without_its_writer(box: Inbox) -> None:
    box._waiting.put(None)
    box._writer.join(timeout=10)

    error, seconds = took(lambda: put(box))

    assert type(error) is InboxClosed
    assert seconds < 0.1
    with pytest.raises(InboxClosed):
        box.check()


@pytest.mark.usefixtures("_broken_logs")
def test_it_serves_the_next_sender_when_its_logs_are_broken(box: Inbox) -> None:
    with away(box.engine):
        error, seconds = took(lambda: put(box))

    assert isinstance(error, sa.exc.SQLAlchemyError)
    assert seconds < 1
    assert put(box) == Kept(new=True, reason=None)


@pytest.mark.usefixtures("_broken_logs")
def test_it_hands_over_again_when_its_logs_are_broken(box: Inbox) -> None:
    workflows.migrate(box.engine)
    client = workflows.client(box.engine)
    pump = Pump(box.engine, client, box.arrived, 0.05)
    put(box)
    with away(box.engine):
        pump.start()
        time.sleep(0.3)

    wait_until(lambda: states(box) == ["handed"])
    pump.stop()
    client.destroy()


def test_its_check_leaves_nothing_behind(box: Inbox) -> None:
    box.check()
    box.check()

    assert states(box) == []


def test_its_check_fails_while_nothing_can_be_kept(box: Inbox) -> None:
    with locked(box.engine):
        busy, seconds = took(box.check)
    with away(box.engine):
        broken, _ = took(box.check)
    box.check()

    assert isinstance(busy, InboxBusy)
    assert seconds < 2.5
    assert isinstance(broken, sa.exc.SQLAlchemyError)


def ready(town: Town) -> tuple[int, Any]:
    answer = requests.get(f"{town.place.app_url}/readyz", timeout=10)
    return answer.status_code, answer.json()


def test_it_is_ready_only_while_an_event_can_be_kept(town: Town) -> None:
    body = payload("returns/request")
    engine = connect(town.place.database_url)
    with locked(engine):
        locked_out = ready(town)
        event = town.send(body)
    afterwards = ready(town)
    with full_disk(engine):
        full = ready(town)
    engine.dispose()

    assert locked_out == (503, {"error": "inbox_busy"})
    assert (event.status_code, event.json()["error"]) == (503, "not_kept")
    assert event.elapsed.total_seconds() < SENDER_SECONDS
    assert afterwards == (200, {"status": "ready"})
    assert full == (503, {"error": "database_unreachable"})
