"""What is erased is gone for good, its proof stays, and nothing else is touched."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive.canonical import sha256
from plugin.archive.personal import HOLDINGS
from plugin.archive.store import SqlArchive, SqlShelf
from plugin.archive.tables import (
    cases,
    data_keys,
    entries,
    inbox,
    metadata,
    privacy_requests,
)
from plugin.case import Case, Entry, Status
from plugin.privacy import Person, Topic
from tests.archive.shelves import (
    PROFILE,
    RETURN,
    ask,
    at_once,
    installed,
    make_case,
    make_entry,
)
from tests.conftest import HandClock
from tests.databases import KEYRING

CUSTOMER = make_case().customer_id
PERSON = Person(customer_id=CUSTOMER)
NOTE = Entry(key="note", kind="event", body={"note": "canary"})
ANSWERED = make_case(status=Status.ANSWERED)


def opened(shelf: SqlShelf, return_id: str = RETURN, **changes: Any) -> Case:
    changes = {"status": Status.ANSWERED, **changes}
    case = make_case(return_id=return_id, **changes)
    shelf.open(case, NOTE)
    return case


def rows(shelf: SqlShelf, table: sa.Table) -> list[Any]:
    with shelf.engine.connect() as db:
        return list(db.execute(sa.select(table)).mappings())


def test_it_erases_a_customer_and_nobody_else(shelf: SqlShelf) -> None:
    opened(shelf, "mine")
    opened(shelf, "mine too")
    others = [
        opened(shelf, "hers", customer_id="c2"),
        opened(shelf, "guest", customer_id=None),
    ]
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)

    done = shelf.erase_person(PERSON, "ask-1")

    assert done.counts == {"cases": 2, "data_keys": 1, "entries": 2}
    mine = shelf.find("mine")
    assert mine is not None
    assert (mine.erased, mine.customer_id, mine.asked, mine.letter, mine.code) == (
        True,
        None,
        (),
        None,
        None,
    )
    assert (mine.status, mine.outcome, mine.ground) == (
        ANSWERED.status,
        ANSWERED.outcome,
        ANSWERED.ground,
    )
    assert [shelf.find(case.return_id) for case in others] == others
    assert shelf.offers_made(CUSTOMER, shop_too=False).before == ()


def test_a_tombstone_says_what_was_erased(shelf: SqlShelf) -> None:
    opened(shelf)
    [before] = rows(shelf, entries)
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)

    shelf.erase_person(PERSON, "ask-1")

    note, tombstone = shelf.entries(RETURN)
    assert (note.erased, note.body, note.data, note.whole) == (True, "", None, True)
    assert tombstone.whole
    assert tombstone.data == {
        "why": "ask-1",
        "entries": [["note", before["sha256"], sha256(before["body"])]],
    }


def test_erasing_again_changes_nothing(shelf: SqlShelf) -> None:
    opened(shelf)
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)
    shelf.erase_person(PERSON, "ask-1")
    before = rows(shelf, entries)

    again = shelf.erase_person(PERSON, "ask-1")

    assert again.counts == {"cases": 0, "data_keys": 0, "entries": 0}
    assert rows(shelf, entries) == before
    proof = shelf.asked("ask-1")
    assert proof is not None
    assert proof.counts == {"cases": 1, "data_keys": 1, "entries": 1}


@pytest.mark.parametrize("customer_id", [None, "somebody else"])
def test_it_erases_what_orders_it_is_told(
    shelf: SqlShelf, customer_id: str | None
) -> None:
    opened(shelf, "on it", order_id="order-1", customer_id=customer_id)
    beside = opened(shelf, "beside", order_id="order-2", customer_id=customer_id)
    person = Person(order_ids=("order-1", "order-9"))
    ask(shelf, Topic.REDACT_CUSTOMER, person)

    done = shelf.erase_person(person, "ask-1")

    gone = shelf.find("on it")
    assert gone is not None
    assert gone.erased
    assert done.counts["cases"] == 1
    assert shelf.find("beside") == beside


def test_a_case_that_is_being_answered_is_left_for_the_next_time(
    shelf: SqlShelf, clock: HandClock
) -> None:
    opened(shelf, "done")
    opened(shelf, "moving", status=Status.DECIDED)
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)

    first = shelf.erase_person(PERSON, "ask-1")
    moving = shelf.find("moving")
    clock.pass_by(days=1, seconds=1)
    second = shelf.erase_person(PERSON, "ask-1")

    assert (first.moving, first.counts["cases"], first.counts["data_keys"]) == (1, 1, 0)
    assert moving is not None
    assert not moving.erased
    assert (second.moving, second.counts["cases"]) == (0, 1)
    left = shelf.find("moving")
    assert left is not None
    assert (left.erased, left.status) == (True, Status.IN_REVIEW)


def test_what_happens_to_an_erased_case_is_kept_without_words(shelf: SqlShelf) -> None:
    opened(shelf, RETURN, status=Status.IN_REVIEW)
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)
    shelf.erase_person(PERSON, "ask-1")
    case = shelf.find(RETURN)
    assert case is not None
    outcome = Entry(
        key="outcome:withdrawn", kind="outcome", body={"status": "withdrawn"}
    )

    shelf.keep(case.moved(Status.WITHDRAWN), outcome, was=Status.IN_REVIEW)
    shelf.append(RETURN, make_entry("later", body={"note": "canary"}))

    found = shelf.find(RETURN)
    assert found is not None
    assert (found.status, found.erased) == (Status.WITHDRAWN, True)
    assert [e.erased for e in shelf.entries(RETURN)] == [True, False, True, True]
    assert "canary" not in repr(rows(shelf, entries))
    gists = [row["gist"] for row in rows(shelf, entries) if row["kind"] == "outcome"]
    assert gists == ['{"status": "withdrawn"}']


def test_a_new_request_of_an_erased_customer_has_a_new_key(shelf: SqlShelf) -> None:
    opened(shelf, "old")
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)
    shelf.erase_person(PERSON, "ask-1")

    new = opened(shelf, "new")

    assert shelf.find("new") == new
    old = shelf.find("old")
    assert old is not None
    assert old.erased


def test_it_erases_what_is_older_than_a_shop_keeps_it(
    shelf: SqlShelf, clock: HandClock
) -> None:
    opened(shelf, "old")
    clock.pass_by(days=10)
    young = opened(shelf, "young")

    count = shelf.erase_older(clock.now() - timedelta(days=5), "retention")

    old = shelf.find("old")
    assert old is not None
    assert (count, old.erased) == (1, True)
    assert shelf.find("young") == young
    assert shelf.erase_older(clock.now() - timedelta(days=5), "retention") == 0
    tombstone = shelf.entries("old")[-1].data
    assert isinstance(tombstone, dict)
    assert tombstone["why"] == "retention"


def test_a_data_file_holds_every_table_that_holds_the_customer(
    shelf: SqlShelf,
) -> None:
    opened(shelf, "mine")
    opened(shelf, "by order", order_id="order-7", customer_id=None)
    opened(shelf, "hers", customer_id="c2", order_id="order-8")
    person = Person(customer_id=CUSTOMER, order_ids=("order-7",))
    ask(shelf, Topic.DATA_REQUEST, person)

    shelf.export("ask-1", person)
    shelf.finish("ask-1", "handed_out")

    text = shelf.file("ask-1")
    proof = shelf.asked("ask-1")
    assert text is not None
    assert proof is not None
    made = json.loads(text)
    assert proof.sha256 == sha256(text)
    assert proof.counts == {
        "cases": 2,
        "entries": 2,
        "looks": 0,
        "past_items": 0,
        "past_refunds": 0,
        "past_returns": 0,
        "privacy_requests": 0,
    }
    assert {row["return_id"] for row in made["tables"]["cases"]} == {"mine", "by order"}
    assert made["tables"]["cases"][0]["asked"][0]["note"] == "später"
    assert made["tables"]["entries"][0]["body"] == {"note": "canary"}
    assert made["about"] == {"customer_id": CUSTOMER, "order_ids": ["order-7"]}
    assert (proof.result, proof.person, proof.has_file) == ("handed_out", None, True)
    stored = repr(rows(shelf, privacy_requests))
    assert "canary" not in stored
    assert "Customer/1" not in stored


def test_an_erasure_takes_the_data_file_too(shelf: SqlShelf) -> None:
    opened(shelf)
    ask(shelf, Topic.DATA_REQUEST, PERSON)
    shelf.export("ask-1", PERSON)
    shelf.finish("ask-1", "handed_out")
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON, id="ask-2")

    shelf.erase_person(PERSON, "ask-2")
    shelf.finish("ask-2", "erased")

    assert shelf.file("ask-1") is None
    found = [
        (r["file"], r["person"], r["customer_tag"])
        for r in rows(shelf, privacy_requests)
    ]
    assert found == [(None, None, None)] * 2
    assert [row["subject"] for row in rows(shelf, data_keys)] == [""]


@pytest.mark.parametrize(
    ("person", "goes"),
    [
        (Person(customer_id="c9", order_ids=("order-9",)), False),
        (Person(order_ids=("order-9",)), False),
        (Person(order_ids=("order-9", "order-3")), True),
        (Person(customer_id="c3"), True),
        (Person(customer_id="c4"), False),
    ],
)
def test_an_erasure_takes_a_guests_file_only_if_it_is_about_them(
    shelf: SqlShelf, person: Person, goes: bool
) -> None:
    # Staff gave the order of a guest to a customer later.
    opened(shelf, "r3", order_id="order-3", customer_id="c3")
    opened(shelf, "r4", order_id="order-4", customer_id="c4")
    guest = Person(order_ids=("order-3",))
    ask(shelf, Topic.DATA_REQUEST, guest)
    shelf.export("ask-1", guest)
    shelf.finish("ask-1", "handed_out")
    ask(shelf, Topic.REDACT_CUSTOMER, person, id="ask-2")

    shelf.erase_person(person, "ask-2")

    assert (shelf.file("ask-1") is None) == goes


def test_an_erasure_takes_the_file_of_a_customer_whom_no_tag_named(
    shelf: SqlShelf,
) -> None:
    ask(shelf, Topic.DATA_REQUEST, PERSON)
    shelf.export("ask-1", PERSON)
    shelf.finish("ask-1", "handed_out")
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON, id="ask-2")

    shelf.erase_person(PERSON, "ask-2")

    assert shelf.file("ask-1") is None


def test_it_removes_a_shop_and_keeps_the_proof(
    shelf: SqlShelf, other: SqlShelf
) -> None:
    for number in range(3):
        opened(shelf, f"r{number}")
    kept = opened(other, "kept", shop=other.domain)
    ask(shelf, Topic.REDACT_SHOP)

    shelf.erase_shop("ask-1")
    shelf.erase_shop("ask-1")
    shelf.finish("ask-1", "erased")

    left = {
        name: [row for row in rows(shelf, table) if row["shop"] == shelf.domain]
        for name, table in metadata.tables.items()
        if "shop" in table.c
    }
    [proof] = left.pop("privacy_requests")
    assert left == {name: [] for name in left}
    assert json.loads(proof["counts"]) == {"cases": 3, "entries": 3}
    assert (proof["result"], len(proof["sha256"])) == ("erased", 64)
    assert other.find("kept") == kept


def test_it_removes_only_what_came_before_a_shop_came_back(
    archive: SqlArchive, clock: HandClock
) -> None:
    shelf = installed(archive)
    opened(shelf, "old")
    opened(shelf, "old guest", customer_id=None)
    shelf.uninstall()
    clock.pass_by(days=3)
    shelf.install(PROFILE, "{}")
    new = opened(shelf, "new")
    ask(shelf, Topic.REDACT_SHOP)

    shelf.erase_before(clock.now(), "ask-1")

    assert [case for case, _ in shelf.cases()] == [new]
    assert [row["return_id"] for row in rows(shelf, entries)] == ["new"]
    subjects = {row["subject"] for row in rows(shelf, data_keys)}
    assert subjects == {"", rows(shelf, cases)[0]["customer_tag"]}
    assert [install.generation for install in shelf.installs()] == [2]
    assert shelf.shop() is not None
    assert rows(shelf, inbox) == []


def test_every_table_says_what_it_holds_of_a_person() -> None:
    """A new table without a line in the registry fails here."""
    assert set(HOLDINGS) == set(metadata.tables)


def test_every_table_of_a_shop_goes_with_it_or_says_why_not() -> None:
    of_shops = {name for name, table in metadata.tables.items() if "shop" in table.c}
    stays = {name for name, holding in HOLDINGS.items() if not holding.with_shop}

    assert stays & of_shops == {"privacy_requests"}
    assert {name for name, h in HOLDINGS.items() if h.with_shop} <= of_shops


def test_a_scrubbed_file_holds_nothing_of_a_destroyed_key(
    archive: SqlArchive, engine: sa.Engine
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("a server's own files: see tests/road/test_erased.py")
    shelf = installed(archive)
    opened(shelf)
    wrapped = [row["wrapped"] for row in rows(shelf, data_keys) if row["subject"]]
    salt = rows(shelf, cases)[0]["salt"]
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)

    shelf.erase_person(PERSON, "ask-1")
    archive.scrub()

    file = str(engine.url.database)
    held = b"".join(Path(file + end).read_bytes() for end in ("", "-wal"))
    assert len(wrapped) == 1
    assert wrapped[0] not in held
    assert salt not in held
    assert KEYRING.unwrap(wrapped[0])


def test_whoever_opens_a_case_meanwhile_meets_the_erasure_or_is_spared(
    archive: SqlArchive,
) -> None:
    shelf = installed(archive)
    opened(shelf, "first")
    ask(shelf, Topic.REDACT_CUSTOMER, PERSON)
    opens = [lambda n=n: opened(archive.of(shelf.domain), f"r{n}") for n in range(8)]
    erases = [lambda: archive.of(shelf.domain).erase_person(PERSON, "ask-1")] * 2

    raised = at_once([*opens[:4], *erases, *opens[4:]])

    found = [case for case, _ in shelf.cases()]
    assert raised == []
    assert len(found) == 9
    # Nothing is left that rests under a key that is gone and was not erased.
    assert [c.return_id for c in found if not c.erased and not c.asked] == []
    with shelf.engine.connect() as db:
        query = sa.select(cases.c.return_id).where(
            cases.c.erased_at.is_not(None) != cases.c.salt.is_(None)
        )
        assert list(db.scalars(query)) == []
        lost = sa.select(cases.c.return_id).where(
            cases.c.erased_at.is_(None),
            ~sa.exists().where(data_keys.c.subject == cases.c.subject),
        )
        assert list(db.scalars(lost)) == []
