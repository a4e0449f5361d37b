"""Calendars: which days are off for certain, and which only perhaps."""

from __future__ import annotations

from datetime import date

import pytest

from plugin.calendars import calendar_for
from plugin.policy.days import Calendar
from tests.builders import PACKS, make_place

ASKED_ON = date(2026, 11, 5)


def calendar(code: str, first: date = ASKED_ON, last: date = ASKED_ON) -> Calendar:
    """Give a place's calendar for the years of two days."""
    found = calendar_for(make_place(code), first, last)
    assert found is not None
    return found


def test_a_holiday_of_the_whole_country_is_certain() -> None:
    assert date(2026, 10, 3) in calendar("DE").certain


def test_a_holiday_of_some_regions_is_possible_where_the_region_is_not_known() -> None:
    epiphany = date(2026, 1, 6)

    assert epiphany in calendar("DE").possible
    assert epiphany not in calendar("DE").certain


def test_a_holiday_of_the_customer_s_region_is_certain() -> None:
    epiphany = date(2026, 1, 6)

    assert epiphany in calendar("DE-BY").certain
    assert epiphany not in calendar("DE-HH").certain
    assert epiphany not in calendar("DE-HH").possible


@pytest.mark.parametrize(
    ("code", "day"),
    [
        # Augsburg's own day, and São Paulo's: which towns are of a region is not told.
        ("DE-BY", date(2028, 8, 8)),
        ("DE", date(2028, 8, 8)),
        ("BR-SP", date(2027, 1, 25)),
        # What is no holiday of the whole region.
        ("DE-SN", date(2027, 5, 27)),
    ],
)
def test_a_day_off_in_some_towns_is_possible(code: str, day: date) -> None:
    found = calendar(code, day, day)

    assert day in found.possible
    assert day not in found.certain


def test_a_day_that_some_regions_work_on_is_certain_only_where_it_is_kept() -> None:
    columbus = date(2026, 10, 12)

    assert columbus in calendar("US").possible
    assert columbus not in calendar("US").certain
    assert columbus in calendar("US-NY").certain
    assert columbus in calendar("US-TX").possible


def test_a_region_that_nobody_knows_is_read_as_none() -> None:
    assert calendar("DE-XX") == calendar("DE")


def test_days_that_are_only_marked_are_not_off() -> None:
    assert date(2026, 10, 31) not in calendar("US-CA").possible


@pytest.mark.parametrize(
    ("code", "weekend"),
    [("DE", {5, 6}), ("IL", {4, 5}), ("SA", {4, 5}), ("AE", {5, 6})],
)
def test_it_knows_the_weekend_of_the_country(code: str, weekend: set[int]) -> None:
    assert calendar(code).weekend == weekend


def test_it_covers_every_year_between_two_days_in_either_order() -> None:
    new_year = {date(2026, 1, 1), date(2027, 1, 1)}

    assert new_year <= calendar("FR", date(2027, 2, 1), ASKED_ON).certain
    assert new_year <= calendar("FR", ASKED_ON, date(2027, 2, 1)).certain


def test_no_day_is_certain_and_possible() -> None:
    for code in ("DE", "CH", "US", "IN", "CN"):
        found = calendar(code)

        assert not found.certain & found.possible


def test_a_country_that_nobody_lists_has_no_calendar() -> None:
    assert calendar_for(make_place("ZZ"), ASKED_ON, ASKED_ON) is None


@pytest.mark.parametrize("id", sorted(set(PACKS.law_packs) - {"EU"}))
def test_every_country_with_a_pack_has_a_calendar(id: str) -> None:
    assert calendar_for(make_place(id), ASKED_ON, ASKED_ON) is not None
