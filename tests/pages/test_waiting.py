"""Whatever waits for a person is in the list, is counted, and is told."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from plugin.archive.promises import waiting
from plugin.archive.tables import cases
from plugin.case import WAITING, Entry, Promise, Status, Task, TaskKind
from plugin.outgoing.telling import REVIEW, announcements
from plugin.policy.decision import Outcome
from plugin.shop import Mode, Preferences
from tests.builders import make_line
from tests.pages.seeds import NOW, SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("refund:left", "Give the money back yourself: less is left on the order."),
        ("refund:failed", "The refund of 89.00 USD failed at the payment provider."),
    ],
)
def test_money_that_is_left_to_staff_waits_for_them_in_the_list(
    office: Office, merchant: Merchant, key: str, said: str
) -> None:
    shelf = office.archive.of(SHOP)
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))
    [(case, _)] = shelf.cases()
    before = Reading(merchant.open("/"))
    nothing = Reading(merchant.open("/?waiting=1"))
    left = case.with_task(Task(kind=TaskKind.GIVE_REFUND, text=said))
    new = Entry(key=key, kind="event", body={"why": "x"})
    shelf.keep(left, new, was=case.status)

    page = Reading(merchant.open("/"))

    told = [each.kind for each in announcements(left, [new], NOW)]
    with office.archive.engine.connect() as db:
        people = db.scalar(sa.select(sa.func.count()).where(waiting()))
    assert "0 wait for you" in before.text
    assert "Nothing waits for you" in nothing.text
    assert "1 waits for you" in page.text
    assert "#1002" in Reading(merchant.open("/?waiting=1")).text
    assert said in page.text
    assert told == [REVIEW]
    assert people == 1


@pytest.mark.parametrize(
    ("keys", "waits"),
    [
        (["may-pay"], False),
        (["may-pay", "refund:left", "refund:granted:1"], False),
        (["may-pay", "refund:left", "refund:granted:1", "refund:left:1"], True),
        (["may-pay", "refund:left", "refund:covered:1"], False),
        (["may-pay", "refund:covered:1", "refund:theirs"], False),
        (["refund:astray:7"], True),
        (["may-pay", "call:refund", "close:left"], True),
        (["may-pay", "call:refund", "close:left", "call:close"], False),
        (["may-pay", "call:refund"], False),
        (["may-pay", "call:refund", "refund:undone:7"], True),
    ],
)
def test_the_newest_word_on_the_money_tells_whether_it_waits(
    office: Office, keys: list[str], waits: bool
) -> None:
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))
    shelf = office.archive.of(SHOP)
    [(case, _)] = shelf.cases()
    told = case.with_task(Task(kind=TaskKind.GIVE_REFUND, text="Give it."))
    for key in keys:
        new = Entry(key=key, kind="event", body={"why": "x"})
        shelf.keep(told, new, was=case.status)

    [(found, _)] = shelf.cases()
    assert found.waits == waits
    assert [each for each, _ in shelf.waiting()] == [found] * waits


def test_money_that_staff_gave_first_waits_for_nobody(office: Office) -> None:
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))
    shelf = office.archive.of(SHOP)
    [(case, _)] = shelf.cases()
    theirs = Entry(key="refund:theirs", kind="event", body={"refunds": []})
    shelf.append(case.return_id, theirs)

    assert case.to_do == ()
    assert shelf.waiting() == []


def test_money_owed_on_an_old_erased_case_is_still_in_the_list(
    office: Office, merchant: Merchant
) -> None:
    shelf = office.archive.of(SHOP)
    seed_case(office.archive, 1001, make_line(delivered_on=date(2026, 11, 20)))
    [(old, _)] = shelf.cases()
    shelf.append(old.return_id, Entry(key="may-pay", kind="event", body={}))
    for number in range(1002, 1102):
        seed_case(office.archive, number, make_line(delivered_on=date(2026, 11, 20)))
    with office.archive.engine.begin() as db:
        # What is erased by age is never among the newest.
        at = NOW.replace(year=2023)
        which = cases.c.return_id == old.return_id
        db.execute(cases.update().where(which).values(updated_at=at, opened_at=at))
    shelf.erase_older(NOW.replace(year=2024), "retention")
    found = shelf.find(old.return_id)
    assert found is not None
    assert found.to_do[0].startswith("Money may be owed")

    page = Reading(merchant.open("/"))

    assert "Money may be owed" in page.text
    assert "1 waits for you" in page.text
    assert "of the newest 100 cases" in page.text


def test_a_request_that_is_only_watched_waits_for_nobody(
    office: Office, merchant: Merchant
) -> None:
    shelf = office.archive.of(SHOP)
    shelf.prefer(Preferences(mode=Mode.OBSERVE))
    seed_case(office.archive, 1001)

    listed, shown = merchant.open("/"), merchant.open("/cases/1001")

    [(case, _)] = shelf.cases()
    page = Reading(listed)
    assert (case.status, case.waits) == (Status.OBSERVED, False)
    assert "0 wait for you" in page.text
    assert "Watched only" in page.text
    assert "Answer requests on their orders' pages in your Shopify admin" in page.text
    assert "Nothing waits for you" in Reading(merchant.open("/?waiting=1")).text
    assert "Answer the request on the page of order #1001 in your Shopify admin" in (
        Reading(shown).text
    )
    assert "<button" not in shown.text.split("<main")[1]


@pytest.mark.parametrize("erased", [False, True])
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("status", list(Status))
def test_the_list_and_the_case_agree_on_what_waits(
    office: Office, status: Status, outcome: Outcome, erased: bool
) -> None:
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))
    shelf = office.archive.of(SHOP)
    if erased:
        old = NOW.replace(year=2023)
        with office.archive.engine.begin() as db:
            db.execute(cases.update().values(updated_at=old, opened_at=old))
        shelf.erase_older(NOW.replace(year=2024), "retention")
    told = []
    for money in (None, *Promise):
        stands = {
            "status": status.value,
            "outcome": outcome.value,
            "money": money.value if money else None,
        }
        with office.archive.engine.begin() as db:
            db.execute(cases.update().values(stands))
        [(case, _)] = shelf.cases()
        told.append((case.waits, len(shelf.waiting()) == 1))

    assert [waits for waits, _ in told] == [listed for _, listed in told]
    assert (status in WAITING) == all(waits for waits, _ in told)


def test_what_waits_is_listed_alone_behind_its_number(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))

    everything, waiting = merchant.open("/"), merchant.open("/?waiting=1")

    page = Reading(waiting)
    assert '<a href="/?waiting=1">1 waits for you</a>' in everything.text
    assert "Cases that wait for you" in page.text
    assert "#1001" in page.text
    assert "#1002" not in page.text
    assert '<a href="/">&larr; All cases</a>' in waiting.text


def test_what_was_only_watched_stays_in_sight_after_the_mode_changed(
    office: Office, merchant: Merchant
) -> None:
    shelf = office.archive.of(SHOP)
    shelf.prefer(Preferences(mode=Mode.OBSERVE))
    seed_case(office.archive, 1001)
    one = merchant.open("/")
    seed_case(office.archive, 1003)
    shelf.prefer(Preferences(mode=Mode.ASSIST))
    seed_case(office.archive, 1002)

    page, watched = merchant.open("/"), Reading(merchant.open("/?watched=1"))

    told = (
        "requests that were only watched are still open in Shopify; answer them there"
    )
    assert "1 request that was only watched is still open" in one.text
    assert f'<a href="/?watched=1">2 {told}</a>' in page.text
    assert "1 waits for you" in page.text
    assert "Requests that were only watched" in watched.text
    assert "#1001" in watched.text
    assert "#1003" in watched.text
    assert "#1002" not in watched.text


def test_what_was_watched_and_is_answered_by_now_is_not_named(
    office: Office, merchant: Merchant
) -> None:
    shelf = office.archive.of(SHOP)
    shelf.prefer(Preferences(mode=Mode.OBSERVE))
    seed_case(office.archive, 1001)
    [(case, _)] = shelf.cases()
    shelf.keep(case.moved(Status.SUPERSEDED), was=Status.OBSERVED)

    page, watched = merchant.open("/"), Reading(merchant.open("/?watched=1"))

    assert "?watched" not in page.text
    assert "Nothing that was only watched is open" in watched.text
