"""What is personal rests sealed: unreadable, bound to its place, told when altered."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet, MultiFernet

from plugin.archive.entries import place_of
from plugin.archive.keyring import Keyring, KeysMissing
from plugin.archive.rows import Personal, of_case
from plugin.archive.seal import Unsealable, commitment, new_key, seal_of
from plugin.archive.store import SqlArchive, SqlShelf
from plugin.archive.tables import cases, data_keys, entries
from plugin.case import Case, Entry
from tests.archive.shelves import RETURN, installed, make_case
from tests.conftest import HandClock

CANARIES = ("gid://shopify/Customer/1", "Blue mug", "später", "Guten Tag", "SORRY-0123")
NOTE = Entry(key="note", kind="event", body={"note": "canary-in-an-entry"})


def everything(engine: sa.Engine) -> str:
    """Read every value of the archive's tables as text."""
    with engine.connect() as db:
        found = [db.execute(sa.select(t)).all() for t in (cases, entries, data_keys)]
    return repr(found)


def let_change(db: sa.Connection) -> None:
    """Switch off what refuses changes, as only who owns the database can."""
    if db.dialect.name == "sqlite":
        db.execute(sa.text("DROP TRIGGER entries_never_change"))
    else:
        db.execute(sa.text("DROP TRIGGER entries_never_change ON entries"))


def change(shelf: SqlShelf, **values: Any) -> None:
    with shelf.engine.begin() as db:
        let_change(db)
        db.execute(sa.update(entries).where(entries.c.key == "note").values(values))


def test_nothing_personal_lies_open(shelf: SqlShelf) -> None:
    shelf.open(make_case(), NOTE)

    text = everything(shelf.engine)

    assert [each for each in (*CANARIES, "canary-in-an-entry") if each in text] == []
    assert shelf.find(RETURN) == make_case()
    assert shelf.entries(RETURN)[0].data == NOTE.body


def test_every_field_of_a_case_is_open_or_sealed() -> None:
    # What is told by the row's place, or by the entries.
    told = {"shop", "erased", "locked", "promise"}
    given = {field.name for field in fields(Case)} - told

    assert given == (of_case(make_case()).keys() - {"offering", "has_code"}) | {
        field.name for field in fields(Personal)
    }


def test_equal_texts_rest_unlike_each_other(shelf: SqlShelf) -> None:
    shelf.open(make_case(), NOTE, Entry(key="again", kind="event", body=NOTE.body))

    with shelf.engine.connect() as db:
        bodies = list(db.scalars(sa.select(entries.c.body)))
        hashes = list(db.scalars(sa.select(entries.c.sha256)))

    assert len({*bodies}) == len({*hashes}) == 2


def test_a_customer_has_one_key_and_each_guest_one(shelf: SqlShelf) -> None:
    for number, customer in enumerate(("one", "one", "two", None, None)):
        shelf.open(make_case(return_id=f"r{number}", customer_id=customer))

    with shelf.engine.connect() as db:
        subjects = set(db.scalars(sa.select(data_keys.c.subject)))
        tags = list(db.scalars(sa.select(cases.c.customer_tag)))

    assert len(tags) == 5
    assert len({*tags}) == 3
    assert subjects == {"", *filter(None, tags), "guest:r3", "guest:r4"}


def test_two_shops_tag_the_same_customer_unlike(
    shelf: SqlShelf, other: SqlShelf, engine: sa.Engine
) -> None:
    shelf.open(make_case())
    other.open(make_case())

    with engine.connect() as db:
        tags = list(db.scalars(sa.select(cases.c.customer_tag)))

    assert len({*tags}) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"sha256": "0" * 64},
        {"kind": "call"},
        {"seq": 7},
        {"body": '{"note":"forged"}'},
        {"body": "sealed1:AAAA"},
    ],
    ids=lambda values: "-".join(map(str, values)),
)
def test_what_was_altered_is_told(shelf: SqlShelf, values: dict[str, Any]) -> None:
    shelf.open(make_case(), NOTE)
    assert shelf.entries(RETURN)[0].whole

    change(shelf, **values)

    assert not shelf.entries(RETURN)[0].whole


def test_a_sealed_text_opens_nowhere_else(shelf: SqlShelf) -> None:
    shelf.open(make_case(), NOTE, Entry(key="other", kind="event", body={"a": 1}))
    with shelf.engine.connect() as db:
        query = sa.select(entries.c.body).where(entries.c.key == "other")
        body = db.scalar(query)

    change(shelf, body=body)

    assert (shelf.entries(RETURN)[0].body, shelf.entries(RETURN)[0].whole) == (
        "",
        False,
    )


def test_whoever_is_shown_body_and_salt_can_check_the_hash(shelf: SqlShelf) -> None:
    shelf.open(make_case(), NOTE)
    with shelf.engine.connect() as db:
        row = db.execute(sa.select(entries)).mappings().one()
    [entry] = shelf.entries(RETURN)

    assert commitment(entry.salt, place_of(row), entry.body) == row["sha256"]
    assert commitment(new_key(), place_of(row), entry.body) != row["sha256"]


def test_words_for_the_queue_open_on_their_own_case_only(
    shelf: SqlShelf, other: SqlShelf
) -> None:
    shelf.open(make_case())
    other.open(make_case())

    words = shelf.closed(RETURN, "canary")

    assert "canary" not in words
    assert shelf.opened(RETURN, words) == "canary"
    assert other.opened(RETURN, words) == ""
    assert shelf.opened("none", shelf.closed("none", "canary")) == ""
    assert shelf.opened(RETURN, "as typed") == "as typed"


def test_neither_the_key_nor_the_salt_alone_opens() -> None:
    key, salt = new_key(), new_key()
    sealed = seal_of(key, salt).close("canary", "here")

    assert seal_of(key, salt).open(sealed, "here") == "canary"
    for one, other, place in (
        (key, new_key(), "here"),
        (new_key(), salt, "here"),
        (key, salt, "there"),
    ):
        with pytest.raises(Unsealable):
            seal_of(one, other).open(sealed, place)


def test_an_older_secret_still_opens_and_a_lost_one_is_told(
    shelf: SqlShelf, engine: sa.Engine, clock: HandClock
) -> None:
    old, new = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())
    before = installed(SqlArchive(engine, clock.now, Keyring(MultiFernet([old]))))
    before.open(make_case())
    both = SqlArchive(engine, clock.now, Keyring(MultiFernet([new, old])))
    lost = SqlArchive(engine, clock.now, Keyring(MultiFernet([new])))

    assert both.of(make_case().shop).find(RETURN) == make_case()
    with pytest.raises(KeysMissing, match="EVENHAND_SECRETS"):
        lost.of(make_case().shop).find(RETURN)


def test_a_case_that_no_key_opens_is_shown_locked_and_hides_no_other(
    shelf: SqlShelf,
) -> None:
    shelf.open(make_case(), NOTE)
    other = make_case(return_id="other", customer_id="c2")
    shelf.open(other)
    mine = sa.select(cases.c.subject).where(cases.c.return_id == RETURN)
    with shelf.engine.begin() as db:
        strange = MultiFernet([Fernet(Fernet.generate_key())]).encrypt(new_key())
        which = data_keys.c.subject == mine.scalar_subquery()
        db.execute(sa.update(data_keys).where(which).values(wrapped=strange))

    listed = {case.return_id: case for case, _ in shelf.cases()}
    seen = shelf.seen(RETURN)

    assert seen is not None
    assert listed == {RETURN: seen, "other": other}
    assert (seen.locked, seen.erased, seen.asked, seen.letter) == (
        True,
        False,
        (),
        None,
    )
    assert seen.status is make_case().status
    # No story takes it for a case that says nothing.
    with pytest.raises(KeysMissing):
        shelf.find(RETURN)
    with pytest.raises(KeysMissing):
        shelf.keep(seen, was=seen.status)


def test_a_case_that_was_altered_is_shown_locked_too(shelf: SqlShelf) -> None:
    shelf.open(make_case(), NOTE)
    with shelf.engine.begin() as db:
        db.execute(sa.update(cases).values(sealed="sealed1:AAAA"))

    [(case, _)] = shelf.cases()

    assert case.locked
    with pytest.raises(Unsealable):
        shelf.find(RETURN)
