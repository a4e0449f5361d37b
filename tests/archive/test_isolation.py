"""A shelf sees and changes its own shop only, in every statement it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive.past import Backfill, keep_backfill
from plugin.archive.store import SqlShelf
from plugin.case import Status, Task, TaskKind
from plugin.past import DONE, PastItem, PastRefund, PastReturn
from plugin.ports import StaleCase
from plugin.privacy import Person, Topic
from plugin.shop import Mode, Preferences
from tests.archive.shelves import (
    ALPINE,
    NORTH,
    PRESET,
    PROFILE,
    RETURN,
    ask,
    make_case,
    make_entry,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)
CUSTOMER = "gid://shopify/Customer/1"
PAST = PastReturn(
    return_id=RETURN,
    order_id="o",
    customer_id=CUSTOMER,
    requested_at=NOW,
    status="REQUESTED",
    items=2,
)
ITEM = PastItem(line_id="i", return_id=RETURN, quantity=2, reason="unwanted")
REFUND = PastRefund(
    refund_id="f",
    return_id=RETURN,
    order_id="o",
    customer_id=CUSTOMER,
    refunded_at=None,
    amount="5",
    currency="EUR",
)
READ = Backfill(generation=1, state=DONE, operation_id=None, since=None, next_at=NOW)
CASE = make_case()
PERSON = Person(customer_id=CASE.customer_id, order_ids=(CASE.order_id,))
ANSWERED = CASE.moved(Status.ANSWERED)
TASK = Task(kind=TaskKind.OTHER, text="look")


def alone_for_a_moment(shelf: SqlShelf) -> None:
    """Move a shop's money alone, while another shop's moves too."""
    with shelf.alone() as alone:
        assert alone


# Every public method of a shelf, called once.
CALLS: dict[str, Callable[[SqlShelf], object]] = {
    "shop": lambda s: s.shop(),
    "install": lambda s: s.install(PROFILE, PRESET),
    "held_token": lambda s: s.held_token(),
    "uninstall": lambda s: s.uninstall(given_up=b"sealed"),
    "prefer": lambda s: s.prefer(Preferences(mode=Mode.AUTOMATIC)),
    "policy_at": lambda s: s.policy_at(NOW),
    "policies": lambda s: s.policies(),
    "save_policy": lambda s: s.save_policy("{}", by="staff:1"),
    "find": lambda s: s.find(RETURN),
    "seen": lambda s: s.seen(RETURN),
    "cases": lambda s: s.cases(),
    "waiting": lambda s: s.waiting(),
    "entries": lambda s: s.entries(RETURN),
    "has": lambda s: s.has(RETURN, "alpine"),
    "offers_made": lambda s: s.offers_made(CASE.customer_id, shop_too=True),
    "open": lambda s: s.open(CASE, make_entry("north")),
    "keep": lambda s: s.keep(ANSWERED, make_entry("x"), was=Status.DECIDED),
    "amend": lambda s: s.amend(
        RETURN, lambda case: case.with_task(TASK), make_entry("x")
    ),
    "keys": lambda s: s.keys(RETURN),
    "watched": lambda s: s.watched(),
    "newest": lambda s: s.newest(RETURN, ("alpine",)),
    "note_opened": lambda s: s.note_opened(datetime.now(UTC)),
    "opened_since": lambda s: s.opened_since(None),
    "audited": lambda s: s.audited(NOW),
    "gists": lambda s: s.gists(RETURN),
    "opened_at": lambda s: s.opened_at(RETURN),
    "body": lambda s: s.body(RETURN, "alpine"),
    "on_order": lambda s: s.on_order(CASE.order_id),
    "refresh": lambda s: s.refresh(replace(PROFILE, currency="EUR")),
    "grant": lambda s: s.grant(frozenset({"x"}), shown_by=b"sealed"),
    "note_refusal": lambda s: s.note_refusal(RETURN, ["r"], "v1"),
    "note_contested": lambda s: s.note_contested(RETURN),
    "note_overturned": lambda s: s.note_overturned(CASE, ["r"], "v1", "refunded"),
    "overturned": lambda s: s.overturned("r"),
    "rule_counts": lambda s: s.rule_counts(),
    "outcomes": lambda s: s.outcomes(9),
    "brakes": lambda s: s.brakes(),
    "pull": lambda s: s.pull("r", "why"),
    "release": lambda s: s.release("own", "staff:1"),
    "history": lambda s: s.history("gid://shopify/Customer/1"),
    "remember_return": lambda s: s.remember_return(PAST, [ITEM]),
    "restate_return": lambda s: s.restate_return(RETURN, "OPEN"),
    "remember_refund": lambda s: s.remember_refund(REFUND),
    "backfill": lambda s: s.backfill(),
    "append": lambda s: s.append(RETURN, make_entry("y")),
    "looked": lambda s: s.looked("staff:1", "case", RETURN),
    "looks": lambda s: s.looks(),
    "closed": lambda s: s.closed(RETURN, "words"),
    "opened": lambda s: s.opened(RETURN, "sealed1:words"),
    "installs": lambda s: s.installs(),
    "asked": lambda s: s.asked("ask-1"),
    "requests": lambda s: s.requests(),
    "export": lambda s: s.export("ask-1", PERSON),
    "file": lambda s: s.file("ask-1"),
    "finish": lambda s: s.finish("ask-1", "erased"),
    "erase_person": lambda s: s.erase_person(PERSON, "ask-1"),
    "erase_older": lambda s: s.erase_older(NOW, "retention"),
    "erase_before": lambda s: s.erase_before(NOW, "ask-1"),
    "erase_shop": lambda s: s.erase_shop("ask-1"),
    "alone": alone_for_a_moment,
}


def test_every_public_method_is_called_here() -> None:
    public = {
        name
        for name in dir(SqlShelf)
        if callable(getattr(SqlShelf, name)) and not name.startswith("_")
    }

    assert set(CALLS) == public


def test_it_shows_nothing_of_another_shop(shelf: SqlShelf, other: SqlShelf) -> None:
    _fill(shelf)

    assert other.find(RETURN) is None
    assert other.cases() == []
    assert other.entries(RETURN) == []
    assert (shelf.has(RETURN, "alpine"), other.has(RETURN, "alpine")) == (True, False)
    assert shelf.body(RETURN, "alpine") is not None
    assert other.body(RETURN, "alpine") is None
    assert list(shelf.keys(RETURN)) == ["alpine"]
    assert list(other.keys(RETURN)) == []
    assert (len(shelf.on_order(CASE.order_id)), other.on_order(CASE.order_id)) == (
        1,
        [],
    )
    assert [version.document for version in other.policies()] == [PRESET]
    assert other.policy_at(NOW).document == PRESET
    assert (len(shelf.rule_counts()), other.rule_counts()) == (1, [])
    assert (len(shelf.brakes()), other.brakes()) == (1, [])
    assert (shelf.overturned("r"), other.overturned("r")) == ((1, 0), (0, 0))
    assert other.outcomes(9) == []
    known = shelf.history(CUSTOMER)
    assert known is not None
    assert known.returns == (PAST,)
    assert (other.history(CUSTOMER), other.backfill()) == (None, None)
    found = other.shop()
    assert found is not None
    assert (found.domain, found.preferences) == (NORTH, Preferences())


@pytest.mark.parametrize("name", sorted(CALLS))
def test_it_changes_nothing_of_another_shop(
    shelf: SqlShelf, other: SqlShelf, name: str
) -> None:
    _fill(shelf)
    ask(other, Topic.DATA_REQUEST, PERSON)
    before = _all_of(shelf)

    try:
        CALLS[name](other)
    except StaleCase:
        assert name in ("keep", "amend")

    assert _all_of(shelf) == before


def test_it_opens_the_same_return_id_on_two_shelves(
    shelf: SqlShelf, other: SqlShelf
) -> None:
    _fill(shelf)

    opened = other.open(make_case(shop=NORTH, code=None), make_entry("own"))

    assert opened is True
    assert [entry.key for entry in other.entries(RETURN)] == ["own"]


def test_it_writes_its_own_shop_even_for_a_case_of_another(
    shelf: SqlShelf, other: SqlShelf
) -> None:
    other.open(make_case(shop=ALPINE))

    assert shelf.find(RETURN) is None
    assert other.find(RETURN) == make_case(shop=NORTH)


# A lock is no statement about a table; its name holds the shop.
@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"alone"}))
def test_every_statement_binds_the_shop(shelf: SqlShelf, name: str) -> None:
    _fill(shelf)

    with _recorded(shelf.engine) as statements:
        CALLS[name](shelf)

    assert statements
    assert [sql for sql, bound in statements if ALPINE not in bound] == []
    assert [sql for sql, _ in statements if "shop" not in sql] == []


def _fill(shelf: SqlShelf) -> None:
    ask(shelf, Topic.DATA_REQUEST, PERSON)
    shelf.open(CASE, make_entry("alpine"))
    shelf.save_policy('{"name":"mine"}', by="staff:1")
    shelf.prefer(Preferences(contact="mine@alpine.example"))
    shelf.note_refusal(RETURN, ["r"], "v1")
    shelf.pull("own", "why")
    shelf.remember_return(PAST, [ITEM])
    with shelf.engine.begin() as db:
        keep_backfill(db, ALPINE, READ)


def _all_of(shelf: SqlShelf) -> tuple[object, ...]:
    return (
        shelf.shop(),
        shelf.policies(),
        shelf.cases(),
        shelf.entries(RETURN),
        shelf.rule_counts(),
        shelf.brakes(),
        shelf.requests(),
        shelf.installs(),
        shelf.history(CUSTOMER),
        shelf.backfill(),
        shelf.looks(),
    )


@contextmanager
def _recorded(engine: sa.Engine) -> Iterator[list[tuple[str, list[Any]]]]:
    """Record every statement with the values bound in it."""
    found: list[tuple[str, list[Any]]] = []

    def record(
        _db: Any, _cursor: Any, sql: str, bound: Any, _context: Any, many: bool
    ) -> None:
        for each in bound if many else [bound]:
            values = each.values() if isinstance(each, dict) else each
            found.append((sql, list(values)))

    sa.event.listen(engine, "before_cursor_execute", record)
    yield found
    sa.event.remove(engine, "before_cursor_execute", record)


def test_one_shop_alone_keeps_no_other_shop_waiting(
    shelf: SqlShelf, other: SqlShelf
) -> None:
    with shelf.alone() as mine, other.alone() as theirs, shelf.alone() as again:
        assert mine is not None
        assert theirs is not None
        assert again is None
