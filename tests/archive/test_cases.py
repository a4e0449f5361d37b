"""Cases are written once, changed by whoever saw them last, and never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.archive.store import SqlShelf
from plugin.case import Settled, Status, Task, TaskKind
from plugin.policy.money import Money
from plugin.policy.offers import Offer
from plugin.policy.remedies import Charge, Pays, Remedy
from plugin.ports import StaleCase
from tests.archive.shelves import RETURN, at_once, make_case, make_entry
from tests.conftest import HandClock

# All that is remembered of an item besides its remedies and fees.
AMOUNTS: dict[str, Any] = {
    "line_id": "gid://shopify/ReturnLineItem/1",
    "quantity": 2,
    "price": Money.of("19.90", "EUR"),
    "pays": Pays.ON_RECEIPT,
    "outbound": False,
    "doubtful": True,
    "bonus_percent": 10,
    "credit_expires_after_days": 365,
}


def test_it_gives_back_a_case_as_it_was(shelf: SqlShelf) -> None:
    case = make_case()

    opened = shelf.open(case, make_entry())

    assert opened is True
    assert shelf.find(RETURN) == case


def test_it_gives_back_a_case_of_which_little_is_known(shelf: SqlShelf) -> None:
    bare = make_case(
        customer_id=None,
        asked=(),
        outcome=None,
        ground=None,
        decided_by=(),
        offers=(),
        letter=None,
        code=None,
    )

    shelf.open(bare)

    assert shelf.find(RETURN) == bare


def test_it_gives_back_every_kind_of_offer(shelf: SqlShelf) -> None:
    offers = tuple(
        Offer(
            remedy=remedy,
            ends_on=date(2027, 1, 1),
            id=remedy.value,
            amount=Money.of("12.50", "USD"),
            bonus_percent=10,
        )
        for remedy in Remedy
    )

    shelf.open(make_case(offers=offers))

    found = shelf.find(RETURN)
    assert found is not None
    assert found.offers == offers
    assert found.offer == offers[6]


def test_it_gives_back_what_an_approval_leaves_to_staff(shelf: SqlShelf) -> None:
    fees = (
        Charge(id="restocking", amount=Money.of("5.95", "USD")),
        Charge(id="label", amount=None, why="not known: price"),
    )
    remedies = (Remedy.STORE_CREDIT, Remedy.EXCHANGE)
    settled = (Settled(title="Mug", remedies=remedies, fees=fees, **AMOUNTS),)
    case = make_case(
        offers=(), settled=settled, tasks=(Task(kind=TaskKind.ITEM, text="Mug: 二"),)
    )

    shelf.open(case)

    assert shelf.find(RETURN) == case


def test_it_opens_a_return_once(shelf: SqlShelf) -> None:
    first = make_case()
    shelf.open(first, make_entry("first"))

    again = shelf.open(make_case(code="OTHER"), make_entry("second"))

    assert again is False
    assert shelf.find(RETURN) == first
    assert [entry.key for entry in shelf.entries(RETURN)] == ["first"]


def test_it_opens_a_return_once_when_all_try_at_once(shelf: SqlShelf) -> None:
    opened: list[bool] = []

    def try_to_open(number: int) -> None:
        case = make_case(code=f"CODE-{number}")
        opened.append(shelf.open(case, make_entry(f"by-{number}")))

    raised = at_once([lambda n=n: try_to_open(n) for n in range(8)])  # type: ignore[misc]

    assert raised == []
    assert sorted(opened) == [False] * 7 + [True]
    assert len(shelf.entries(RETURN)) == 1


def test_it_keeps_a_change_with_its_entry(shelf: SqlShelf) -> None:
    case = make_case()
    shelf.open(case)

    shelf.keep(case.moved(Status.ANSWERED), make_entry("outcome"), was=Status.DECIDED)

    found = shelf.find(RETURN)
    assert found == case.moved(Status.ANSWERED)
    assert [entry.key for entry in shelf.entries(RETURN)] == ["outcome"]


def test_it_refuses_a_change_of_a_case_that_moved_on(shelf: SqlShelf) -> None:
    case = make_case(status=Status.WITHDRAWN)
    shelf.open(case, make_entry("first"))

    with pytest.raises(StaleCase):
        shelf.keep(case.moved(Status.ANSWERED), make_entry("late"), was=Status.DECIDED)

    assert shelf.find(RETURN) == case
    assert [entry.key for entry in shelf.entries(RETURN)] == ["first"]


def test_it_refuses_a_change_of_a_case_that_is_not_there(shelf: SqlShelf) -> None:
    with pytest.raises(StaleCase):
        shelf.keep(make_case(), was=Status.DECIDED)

    assert shelf.find(RETURN) is None


def test_it_lets_one_of_many_changes_win(shelf: SqlShelf) -> None:
    case = make_case()
    shelf.open(case)

    def settle(number: int) -> None:
        entry = make_entry(f"settled-{number}")
        shelf.keep(case.moved(Status.ANSWERED), entry, was=Status.DECIDED)

    raised = at_once([lambda n=n: settle(n) for n in range(8)])  # type: ignore[misc]

    assert [type(error) for error in raised] == [StaleCase] * 7
    assert len(shelf.entries(RETURN)) == 1


def test_it_lists_cases_newest_first(shelf: SqlShelf, clock: HandClock) -> None:
    ids = [f"gid://shopify/Return/{number}" for number in (1, 2, 3)]
    for return_id in ids:
        clock.pass_by(hours=1)
        shelf.open(make_case(return_id=return_id))

    listed = shelf.cases(limit=2)

    assert [case.return_id for case, _ in listed] == [ids[2], ids[1]]
    assert listed[0][1] == clock.now()
