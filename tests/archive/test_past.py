"""The past of a shop in the archive: each row once, and nobody's once erased."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from plugin.archive import past
from plugin.archive.fading import FORGOTTEN_DAYS, drop_forgotten, forget_older
from plugin.archive.past import Backfill
from plugin.archive.store import SqlArchive, SqlShelf
from plugin.archive.tables import (
    backfills,
    forgotten,
    past_items,
    past_refunds,
    past_returns,
)
from plugin.case import Status
from plugin.past import DONE, READING, PastItem, PastRefund, PastReturn, PastRow
from plugin.privacy import Person, Topic
from tests.archive.shelves import (
    ALPINE,
    PROFILE,
    ask,
    at_once,
    installed,
    make_case,
)
from tests.conftest import HandClock

AT = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
CUSTOMER = "gid://shopify/Customer/7"
RETURN_PAST = PastReturn(
    return_id="r-1",
    order_id="o-1",
    customer_id=CUSTOMER,
    requested_at=AT,
    status="REQUESTED",
    items=2,
)
HERS = replace(RETURN_PAST, return_id="r-2", order_id="o-2", customer_id="c-2")
ITEM = PastItem(line_id="i-1", return_id="r-1", quantity=2, reason="unwanted")
PAID = PastRefund(
    refund_id="f-1",
    return_id="r-1",
    order_id="o-1",
    customer_id=CUSTOMER,
    refunded_at=AT,
    amount="12.50",
    currency="EUR",
)
READ = Backfill(generation=1, state=READING, operation_id="b-1", since=None, next_at=AT)


def keep(shelf: SqlShelf, *rows: PastRow, own: bool = False) -> None:
    with shelf.engine.begin() as db:
        past.keep_rows(db, shelf.keyring, shelf.domain, rows, own=own)


def known(shelf: SqlShelf, state: Backfill) -> None:
    with shelf.engine.begin() as db:
        past.keep_backfill(db, shelf.domain, state)


def count(of: SqlShelf | SqlArchive, *tables: sa.Table) -> list[int]:
    with of.engine.connect() as db:
        counts = (sa.select(sa.func.count()).select_from(table) for table in tables)
        return [db.scalar(query) or 0 for query in counts]


def returns_of(shelf: SqlShelf, customer_id: str) -> tuple[PastReturn, ...]:
    history = shelf.history(customer_id)
    assert history is not None
    return history.returns


def test_rows_are_kept_once_and_the_newest_file_counts(shelf: SqlShelf) -> None:
    known(shelf, replace(READ, state=DONE))
    later = replace(RETURN_PAST, status="CLOSED")
    keep(shelf, RETURN_PAST, ITEM, PAID, HERS)
    keep(shelf, RETURN_PAST, later, ITEM, PAID)

    assert returns_of(shelf, CUSTOMER) == (later,)
    assert returns_of(shelf, "c-2") == (HERS,)
    assert returns_of(shelf, "c-3") == ()
    assert count(shelf, past_returns, past_items, past_refunds) == [2, 1, 1]


def test_what_the_app_saw_outranks_a_file(shelf: SqlShelf) -> None:
    known(shelf, replace(READ, state=DONE))
    seen = replace(RETURN_PAST, status="OPEN")
    shelf.remember_return(seen, [ITEM])
    keep(shelf, RETURN_PAST)
    first = returns_of(shelf, CUSTOMER)
    keep(shelf, HERS)
    shelf.restate_return("r-2", "DECLINED")
    keep(shelf, HERS)

    assert first == (seen,)
    assert returns_of(shelf, "c-2") == (replace(HERS, status="DECLINED"),)


def test_customers_are_named_by_a_tag_of_the_shop(
    shelf: SqlShelf, other: SqlShelf, engine: sa.Engine
) -> None:
    keep(shelf, RETURN_PAST, PAID)
    keep(other, RETURN_PAST)
    with engine.connect() as db:
        names = list(db.scalars(sa.select(past_returns.c.customer)))
        paid = list(db.scalars(sa.select(past_refunds.c.customer)))

    assert len(set(names)) == 2
    assert set(paid) < set(names)
    assert CUSTOMER not in names


def test_nobody_can_tell_whose_it_was_once_a_customer_is_erased(
    shelf: SqlShelf,
) -> None:
    known(shelf, replace(READ, state=DONE))
    keep(shelf, RETURN_PAST, PAID, HERS)
    guest = replace(HERS, return_id="r-3", order_id="o-3", customer_id=None)
    keep(shelf, guest)
    person = Person(customer_id=CUSTOMER, order_ids=("o-3",))
    ask(shelf, Topic.REDACT_CUSTOMER, person)
    shelf.erase_person(person, "ask-1")

    assert returns_of(shelf, CUSTOMER) == ()
    assert returns_of(shelf, "c-2") == (HERS,)
    assert count(shelf, past_returns, past_refunds) == [3, 1]
    with shelf.engine.connect() as db:
        names = list(db.scalars(sa.select(past_refunds.c.customer)))
    assert names == [None]


def customers(shelf: SqlShelf) -> list[str | None]:
    with shelf.engine.connect() as db:
        found = [sa.select(t.c.customer) for t in (past_returns, past_refunds)]
        return [name for query in found for name in db.scalars(query)]


def test_a_file_that_was_gathered_before_links_nobody_who_was_erased(
    shelf: SqlShelf, clock: HandClock
) -> None:
    known(shelf, READ)
    person = Person(customer_id=CUSTOMER, order_ids=("o-2",))
    ask(shelf, Topic.REDACT_CUSTOMER, person)
    shelf.erase_person(person, "ask-1")
    keep(shelf, RETURN_PAST, PAID, HERS)
    read_late = customers(shelf)
    mine = replace(RETURN_PAST, return_id="r-9", order_id="o-9")
    shelf.remember_return(mine, [])
    known(shelf, replace(READ, state=DONE))
    asked_again = returns_of(shelf, CUSTOMER)

    clock.pass_by(days=FORGOTTEN_DAYS + 1)
    drop_forgotten(shelf.engine, clock.now)

    assert read_late == [None, None, None]
    assert asked_again == (mine,)
    assert count(shelf, forgotten) == [0]


def test_whoever_reads_a_file_meanwhile_meets_the_erasure_or_is_spared(
    archive: SqlArchive,
) -> None:
    shelf = installed(archive)
    known(shelf, READ)
    person = Person(customer_id=CUSTOMER)
    ask(shelf, Topic.REDACT_CUSTOMER, person)
    rows = [replace(RETURN_PAST, return_id=f"r-{n}") for n in range(8)]

    def read(number: int) -> None:
        with shelf.engine.begin() as db:
            past.move_on(db, ALPINE, READ, READ)
            past.keep_rows(db, shelf.keyring, ALPINE, [rows[number]], own=False)

    def erase() -> None:
        archive.of(ALPINE).erase_person(person, "ask-1")

    reads = [partial(read, number) for number in range(8)]
    raised = at_once([*reads[:4], erase, *reads[4:]])

    assert raised == []
    assert customers(shelf) == [None] * 8


def until_it_waits(db: sa.Connection, task: threading.Thread) -> None:
    """Return once a task waits for what a transaction holds, or has ended."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while db.dialect.name == "postgresql" and task.is_alive():
        if db.scalar(waiting):
            return
        time.sleep(0.01)


def test_an_erasure_and_a_file_never_wait_for_each_other_in_a_circle(
    archive: SqlArchive,
) -> None:
    shelf = installed(archive)
    known(shelf, READ)
    person = Person(customer_id=CUSTOMER)
    ask(shelf, Topic.REDACT_CUSTOMER, person)
    eraser = threading.Thread(
        target=partial(archive.of(ALPINE).erase_person, person, "ask-1")
    )

    with shelf.engine.begin() as db:
        past.move_on(db, ALPINE, READ, READ)
        eraser.start()
        until_it_waits(db, eraser)
        past.keep_rows(db, shelf.keyring, ALPINE, [RETURN_PAST], own=False)
    eraser.join(timeout=60)

    assert customers(shelf) == [None]


def test_what_is_too_old_to_keep_goes_and_the_rest_says_how_far_it_reaches(
    shelf: SqlShelf, other: SqlShelf, archive: SqlArchive
) -> None:
    known(shelf, replace(READ, state=DONE, finished_at=AT))
    young = replace(HERS, requested_at=AT + timedelta(days=9))
    undated = replace(PAID, refund_id="f-2", return_id=None, refunded_at=None)
    recent = replace(PAID, refund_id="f-3", refunded_at=AT + timedelta(days=9))
    keep(shelf, RETURN_PAST, ITEM, PAID, young, undated, recent)
    keep(other, RETURN_PAST, ITEM, PAID)
    before = AT + timedelta(days=1)

    removed = [forget_older(shelf.engine, ALPINE, before) for _ in range(2)]

    tables = (past_returns, past_items, past_refunds)
    assert removed == [3, 0]
    assert count(archive, *tables) == [1 + 1, 0 + 1, 1 + 1]
    history = shelf.history("c-2")
    assert history is not None
    assert (history.since, history.returns) == (before, (young,))


def test_how_far_the_past_reaches_never_goes_back(shelf: SqlShelf) -> None:
    known(shelf, replace(READ, state=DONE))
    keep(shelf, RETURN_PAST)
    forget_older(shelf.engine, ALPINE, AT + timedelta(days=5))
    # Read anew by who sees more, while the shop keeps it longer.
    keep(shelf, replace(RETURN_PAST, requested_at=AT - timedelta(days=5)))
    forget_older(shelf.engine, ALPINE, AT)

    history = shelf.history(CUSTOMER)
    assert history is not None
    assert history.since == AT + timedelta(days=5)


def test_a_return_whose_case_is_kept_stays_with_it(shelf: SqlShelf) -> None:
    shelf.open(make_case(return_id="r-1", status=Status.ANSWERED))
    keep(shelf, RETURN_PAST, ITEM, PAID)

    removed = forget_older(shelf.engine, ALPINE, AT + timedelta(days=1))

    assert removed == 0
    assert count(shelf, past_returns, past_items, past_refunds) == [1, 1, 1]


def test_a_data_file_holds_what_a_guest_returned(shelf: SqlShelf) -> None:
    guest = replace(HERS, return_id="r-3", order_id="o-3", customer_id=None)
    refund = replace(PAID, return_id=None, order_id="o-3", customer_id=None)
    item = replace(ITEM, line_id="i-3", return_id="r-3", reason="too_small")
    keep(shelf, RETURN_PAST, ITEM, HERS, guest, item, refund)
    person = Person(order_ids=("o-3", "o-4"))
    ask(shelf, Topic.DATA_REQUEST, person)

    shelf.export("ask-1", person)

    tables = json.loads(shelf.file("ask-1") or "{}")["tables"]
    assert [each["return_id"] for each in tables["past_returns"]] == ["r-3"]
    assert [each["refund_id"] for each in tables["past_refunds"]] == ["f-1"]
    assert [each["reason"] for each in tables["past_items"]] == ["too_small"]


def test_a_data_file_holds_what_a_customer_returned(shelf: SqlShelf) -> None:
    other = replace(ITEM, line_id="i-2", return_id="r-2")
    keep(shelf, RETURN_PAST, ITEM, PAID, HERS, other)
    person = Person(customer_id=CUSTOMER)
    ask(shelf, Topic.DATA_REQUEST, person)
    shelf.export("ask-1", person)
    shelf.finish("ask-1", "handed_out")
    text = shelf.file("ask-1")

    assert text is not None
    tables = json.loads(text)["tables"]
    assert tables["past_returns"] == [
        {
            "return_id": "r-1",
            "order_id": "o-1",
            "requested_at": "2026-10-01T08:30:00+00:00",
            "status": "REQUESTED",
            "items": 2,
        }
    ]
    assert tables["past_items"] == [
        {"line_id": "i-1", "return_id": "r-1", "quantity": 2, "reason": "unwanted"}
    ]
    assert [each["refund_id"] for each in tables["past_refunds"]] == ["f-1"]


def test_the_past_is_read_anew_where_a_shop_came_back(
    archive: SqlArchive, clock: HandClock
) -> None:
    shelf = installed(archive)
    known(shelf, replace(READ, state=DONE))
    keep(shelf, RETURN_PAST, ITEM, PAID)
    shelf.uninstall()
    clock.pass_by(days=3)
    shelf.install(PROFILE, "{}")
    ask(shelf, Topic.REDACT_SHOP)
    shelf.erase_before(clock.now(), "ask-1")

    tables = (past_returns, past_items, past_refunds, backfills)
    assert count(shelf, *tables) == [0, 0, 0, 0]


def test_a_reader_meets_that_the_past_was_forgotten(shelf: SqlShelf) -> None:
    known(shelf, READ)
    on = replace(READ, lines=2, position=90)
    with shelf.engine.begin() as db:
        first = past.move_on(db, ALPINE, READ, on)
        again = past.move_on(db, ALPINE, READ, on)
    with shelf.engine.begin() as db:
        past.forget_past(db, ALPINE)
        after = past.move_on(db, ALPINE, on, replace(on, position=99))

    assert (first, again, after) == (True, False, False)
    assert shelf.backfill() is None
