"""What a request is decided by: its places' laws, and days off where they count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from plugin.library import Library
from plugin.policy.remedies import MONEY, FeeRule, Remedy
from plugin.policy.terms import Terms
from tests.builders import CONTACT, PACKS, make_facts, make_place, make_policy

LIBRARY = Library(PACKS)
ORIGINAL = frozenset({Remedy.ORIGINAL_PAYMENT})
PICKS = frozenset({Remedy.REPAIR, Remedy.REPLACEMENT})


def terms(*codes: str) -> Terms:
    """Join a policy with the laws of some places."""
    facts = make_facts(places=tuple(make_place(code) for code in codes))
    return LIBRARY.terms(make_policy(), facts, CONTACT)


@pytest.mark.parametrize("code", ["IN", "US-TX", "AU", "MY", "CH", "CA-BC", "EG"])
def test_no_days_off_are_looked_up_where_no_period_runs(code: str) -> None:
    assert terms(code).calendars == (None,)


@pytest.mark.parametrize("code", ["DE", "US-NY", "CA-QC", "MX"])
def test_days_off_are_looked_up_where_a_period_runs(code: str) -> None:
    found = terms(code).calendars[0]

    assert found is not None
    assert date(2027, 1, 1) in found.certain


def test_every_place_keeps_its_place() -> None:
    found = terms("US-TX", "DE", "EG", "FR")

    assert [pack and pack.id for pack in found.packs] == ["US", "DE", None, "FR"]
    assert [calendar is None for calendar in found.calendars] == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("id", ["EU", "DE", "GB", "NO", "TR", "TW", "KR", "BR", "IL"])
def test_money_goes_back_the_way_it_came_where_the_law_says_so(id: str) -> None:
    right = PACKS.law_packs[id].change_of_mind

    assert right.owed.remedies == ORIGINAL
    assert right.owed_if_told is None or right.owed_if_told.remedies == ORIGINAL


@pytest.mark.parametrize("id", ["US-NY", "CL"])
def test_money_may_go_back_in_any_way_where_the_law_says_nothing(id: str) -> None:
    assert PACKS.law_packs[id].change_of_mind.owed.remedies == MONEY


def test_who_is_told_of_the_way_back_gets_all_else_alike() -> None:
    right = PACKS.law_packs["DE"].change_of_mind
    told = right.owed_if_told

    assert told is not None
    assert told == replace(right.owed, return_freight=told.return_freight)
    assert told.fee is FeeRule.FORBIDDEN


@pytest.mark.parametrize(
    ("id", "picks"),
    [("DE", PICKS), ("GB", PICKS), ("AU", frozenset()), ("US", frozenset())],
)
def test_the_consumer_picks_between_repair_and_replacement(
    id: str, picks: frozenset[Remedy]
) -> None:
    fault = PACKS.law_packs[id].fault

    assert fault.owed.picks == picks
    assert fault.owed_money.picks == frozenset()
