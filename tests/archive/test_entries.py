"""Entries are appended, each key once, numbered without gaps, never changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from plugin.archive.seal import commitment
from plugin.archive.store import SqlShelf
from plugin.archive.tables import entries
from tests.archive.shelves import RETURN, at_once, make_case, make_entry
from tests.conftest import HandClock


def test_it_keeps_an_entry_with_its_hash(shelf: SqlShelf, clock: HandClock) -> None:
    shelf.open(make_case())
    clock.pass_by(seconds=1)

    shelf.append(RETURN, make_entry("seen", body={"note": "für mich", "count": 2}))

    [entry] = shelf.entries(RETURN)
    assert (entry.seq, entry.key, entry.kind) == (1, "seen", "event")
    assert entry.body == '{"count":2,"note":"für mich"}'
    told = commitment(entry.salt, entry.place, entry.body)
    assert (entry.sha256, entry.at) == (told, clock.now())
    assert (entry.whole, entry.erased, len(entry.salt)) == (True, False, 32)
    assert entry.data == {"count": 2, "note": "für mich"}


def test_it_leaves_an_entry_alone_whose_key_is_there(shelf: SqlShelf) -> None:
    shelf.open(make_case(), make_entry("a", body=1))

    some = shelf.append(RETURN, make_entry("a", body=2), make_entry("b", body=3))
    none = shelf.append(RETURN, make_entry("b", body=4), make_entry("b", body=5))
    new = shelf.append(RETURN, make_entry("c", body=6))

    assert (some, none, new) == (False, False, True)
    found = [(entry.seq, entry.key, entry.body) for entry in shelf.entries(RETURN)]
    assert found == [(1, "a", "1"), (2, "b", "3"), (3, "c", "6")]


def test_it_numbers_without_gaps_under_eight_writers(shelf: SqlShelf) -> None:
    shelf.open(make_case())

    def write(writer: int) -> None:
        for number in range(6):
            shelf.append(RETURN, make_entry(f"{writer}-{number}"), make_entry("common"))

    raised = at_once([lambda w=w: write(w) for w in range(8)])  # type: ignore[misc]

    assert raised == []
    assert [entry.seq for entry in shelf.entries(RETURN)] == list(range(1, 50))


@pytest.mark.parametrize("text", ["half \ud800 pair", "nul \x00", "退货 🙂"])
def test_it_keeps_whatever_a_customer_may_write(shelf: SqlShelf, text: str) -> None:
    shelf.open(make_case())

    shelf.append(RETURN, make_entry("note", body=text))

    [entry] = shelf.entries(RETURN)
    assert entry.data == text


def test_it_writes_nothing_when_one_entry_cannot_be_written(shelf: SqlShelf) -> None:
    bad = make_entry("bad", body=0.1)

    with pytest.raises(TypeError):
        shelf.open(make_case(), make_entry("good"), bad)

    assert shelf.find(RETURN) is None
    assert shelf.entries(RETURN) == []


@pytest.mark.parametrize("column", ["body", "sha256", "at", "key", "seq"])
def test_the_database_itself_refuses_to_change_one(
    shelf: SqlShelf, column: str
) -> None:
    shelf.open(make_case(), make_entry())
    before = shelf.entries(RETURN)
    change = sa.update(entries).values({column: entries.c[column]})

    with (
        pytest.raises(sa.exc.DBAPIError, match="entries are append-only"),
        shelf.engine.begin() as db,
    ):
        db.execute(change)

    assert shelf.entries(RETURN) == before
