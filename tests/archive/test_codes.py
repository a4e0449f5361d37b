"""Codes that may be out beside no answer are found, of every shop that has the app."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from plugin.archive.codes import Lone, lone_codes
from plugin.archive.store import SqlArchive
from plugin.case import Status
from tests.archive.shelves import (
    ALPINE,
    NORTH,
    RETURN,
    installed,
    make_case,
    make_entry,
)
from tests.conftest import HandClock
from tests.databases import KEYRING

MADE = ("begun", "call:create-code")
TAKEN = (*MADE, "call:deactivate-code")
AGAIN = (*TAKEN, "begun:2")


@pytest.mark.parametrize(
    ("status", "keys", "rounds"),
    [
        (Status.DECIDED, ("begun",), 0),
        (Status.DECIDED, MADE, 0),
        (Status.SUPERSEDED, MADE, 0),
        (Status.FAILED, AGAIN, 1),
        (Status.DECIDED, (), None),
        (Status.FAILED, TAKEN, None),
        (Status.ANSWERED, MADE, None),
    ],
)
def test_it_finds_what_was_begun_and_not_taken_back(
    engine: sa.Engine,
    clock: HandClock,
    status: Status,
    keys: Sequence[str],
    rounds: int | None,
) -> None:
    shelf = installed(SqlArchive(engine, clock.now, KEYRING))
    shelf.open(make_case(status=status), *(make_entry(key) for key in keys))
    clock.pass_by(minutes=6)

    found = lone_codes(engine, before=clock.now())

    there = Lone(shop=ALPINE, return_id=RETURN, rounds=rounds or 0)
    assert found == ([] if rounds is None else [there])


def test_it_leaves_an_answer_some_time(engine: sa.Engine, clock: HandClock) -> None:
    shelf = installed(SqlArchive(engine, clock.now, KEYRING))
    since = clock.now()
    shelf.open(make_case(), *(make_entry(key) for key in MADE))

    assert lone_codes(engine, before=since) == []


def test_it_asks_nothing_of_a_shop_that_left(
    engine: sa.Engine, clock: HandClock
) -> None:
    shelf = installed(SqlArchive(engine, clock.now, KEYRING), NORTH)
    shelf.open(make_case(shop=NORTH), *(make_entry(key) for key in MADE))
    shelf.uninstall()
    clock.pass_by(minutes=6)

    assert lone_codes(engine, before=clock.now()) == []


def test_a_case_without_a_code_has_none_out(
    engine: sa.Engine, clock: HandClock
) -> None:
    shelf = installed(SqlArchive(engine, clock.now, KEYRING))
    shelf.open(make_case(code=None), make_entry("begun"))
    clock.pass_by(minutes=6)

    assert lone_codes(engine, before=clock.now()) == []
