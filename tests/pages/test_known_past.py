"""What staff read of the past that the app knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from plugin.archive.past import Backfill, keep_backfill
from plugin.past import DONE, QUERY_RUNS, READING
from tests.pages.seeds import NOW, SHOP, Office
from tests.pages.staff import Merchant, Reading, answer

BEGUN = Backfill(
    generation=1, state=QUERY_RUNS, operation_id="gid://x/1", since=None, next_at=NOW
)
SINCE = datetime.fromisoformat("2026-09-24T03:00:00+00:00")


def keep(office: Office, now: Backfill) -> None:
    with office.archive.engine.begin() as db:
        keep_backfill(db, SHOP, now)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (None, "Your past returns will be read soon."),
        (
            replace(BEGUN, objects=1200),
            "Shopify gathers your past returns: 1,200 records so far.",
        ),
        (
            replace(BEGUN, state=READING, lines=1500, objects=4000),
            "Evenhand reads your past returns: 1,500 of 4,000 records.",
        ),
        (
            replace(BEGUN, why="timeout", next_at=NOW + timedelta(minutes=2)),
            "This did not work (timeout); it is tried again at 23 Nov 2026, 06:07.",
        ),
        (
            replace(BEGUN, tries=8, why="file_refused"),
            "could not be read, 8 times by now (file_refused). Evenhand goes on trying",
        ),
        (
            replace(BEGUN, tries=9),
            "could not be read, 9 times by now. Evenhand goes on trying, next at 23",
        ),
    ],
)
def test_it_says_how_far_the_reading_is(
    office: Office, merchant: Merchant, state: Backfill | None, says: str
) -> None:
    if state is not None:
        keep(office, state)

    assert says in Reading(merchant.open("/")).text
    assert says in Reading(merchant.open("/rules")).text


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (None, "All your past returns are known."),
        (SINCE, "known since 23 Sep 2026: Shopify shows apps only the orders of"),
    ],
)
def test_it_says_how_far_back_the_past_is_known(
    office: Office, merchant: Merchant, since: datetime | None, says: str
) -> None:
    keep(office, replace(BEGUN, state=DONE, since=since, finished_at=NOW))

    assert "past returns" not in Reading(merchant.open("/")).text
    assert says in Reading(merchant.open("/rules")).text


def test_a_wider_past_that_is_refused_is_no_trouble_of_what_is_known(
    office: Office, merchant: Merchant
) -> None:
    known = replace(BEGUN, state=DONE, since=SINCE, finished_at=NOW)
    keep(office, replace(known, tries=9, why="throttled"))

    assert "past returns" not in Reading(merchant.open("/")).text
    assert "known since 23 Sep 2026" in Reading(merchant.open("/rules")).text
    assert "throttled" not in Reading(merchant.open("/rules")).text


def test_it_gives_the_same_as_json(office: Office, merchant: Merchant) -> None:
    keep(office, replace(BEGUN, state=READING, lines=3, objects=9))
    past = answer(merchant.get_json("/api/rules"))["past"]

    assert (past["state"], past["lines"], past["objects"]) == ("reading", 3, 9)
