"""The statutory floor: what one provision gives on one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from plugin.policy.days import Span
from plugin.policy.decision import Finding, Outcome, Says
from plugin.policy.facts import PRACTICE, Facts, Line, Place
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import (
    ChangeOfMind,
    Extension,
    LawPack,
    RegionRule,
    Right,
    Start,
    StatutoryException,
)
from tests.builders import make_facts, make_line, make_pack

RIGHT = ChangeOfMind(
    right=Right.STATUTORY,
    cites="Example Act s 1",
    span=Span(days=14),
    before_delivery=True,
    exceptions=(
        StatutoryException(
            code="hygiene", needs=frozenset({"sealed", "hygienic"}), cites="s 1(2)"
        ),
        StatutoryException(
            code="media", needs=frozenset({"sealed", "recording"}), cites="s 1(3)"
        ),
    ),
)
LATE = date(2026, 12, 20)
NEW_YORK = RegionRule(code="NY", name="New York", why="its rule was not read")


def floor(facts: Facts, line: Line, packs: tuple[LawPack | None, ...]) -> Finding:
    """Say what all packs together give on a line."""
    return best(ask_law(facts, line, packs))


def ask(
    *, right: ChangeOfMind = RIGHT, line: Line | None = None, **changes: Any
) -> tuple[Says, str]:
    """Ask a pack with the given right about a request."""
    facts = make_facts(line or make_line(), **changes)
    finding = floor(facts, facts.lines[0], (make_pack(change_of_mind=right),))
    return finding.says, finding.id


def test_it_entitles_within_the_period() -> None:
    assert ask() == (Says.SPEAKS, "XX:change-of-mind")


def test_it_is_silent_after_the_period() -> None:
    assert ask(requested_on=LATE) == (Says.SILENT, "XX:change-of-mind")


@pytest.mark.parametrize(
    ("proven", "found"),
    [
        ((), (Says.SPEAKS, "XX:change-of-mind")),
        (("sealed",), (Says.CANNOT_TELL, "XX:change-of-mind:hygiene")),
        (("recording",), (Says.CANNOT_TELL, "XX:change-of-mind:media")),
        (("sealed", "hygienic"), (Says.SILENT, "XX:change-of-mind:hygiene")),
        # A part of an exception named earlier must not hide one that is proven.
        (("sealed", "recording"), (Says.SILENT, "XX:change-of-mind:media")),
    ],
)
def test_it_takes_an_exception_only_when_all_of_it_is_proven(
    proven: tuple[str, ...], found: tuple[Says, str]
) -> None:
    assert ask(line=make_line(proven=frozenset(proven))) == found


@pytest.mark.parametrize(
    ("awaiting", "says"),
    [(True, Says.SPEAKS), (None, Says.CANNOT_TELL), (False, Says.SILENT)],
)
def test_a_parcel_on_its_way_keeps_the_period_from_beginning(
    awaiting: bool | None, says: Says
) -> None:
    assert ask(requested_on=LATE, awaiting_delivery=awaiting)[0] is says


@pytest.mark.parametrize("awaiting", [True, None, False])
def test_another_item_s_parcel_does_not_count_where_each_item_has_its_period(
    awaiting: bool | None,
) -> None:
    right = replace(RIGHT, starts=Start.ITEM_DELIVERED)
    found = ask(right=right, requested_on=LATE, awaiting_delivery=awaiting)

    assert found[0] is Says.SILENT


def test_an_item_that_has_not_come_is_on_its_way() -> None:
    right = replace(RIGHT, starts=Start.ITEM_DELIVERED)
    line = make_line(delivered_on=None)
    found = ask(right=right, line=line, requested_on=LATE, awaiting_delivery=True)

    assert found[0] is Says.SPEAKS


def test_it_cannot_tell_without_the_day_of_delivery() -> None:
    found = ask(line=make_line(delivered_on=None), last_delivered_on=None)

    assert found[0] is Says.CANNOT_TELL


@pytest.mark.parametrize(
    ("day", "practice", "says"),
    [
        (date(2027, 11, 30), (), Says.CANNOT_TELL),
        (date(2027, 12, 1), (), Says.SILENT),
        (LATE, ("informed_of_right",), Says.SILENT),
    ],
)
def test_the_period_may_be_longer_where_the_shop_did_not_inform(
    day: date, practice: tuple[str, ...], says: Says
) -> None:
    needs = frozenset({"informed_of_right"})
    right = replace(
        RIGHT, not_informed=Extension(needs=needs, months=12, cites="s 1(4)")
    )
    found = ask(right=right, requested_on=day, practice=frozenset(practice))

    assert found[0] is says


def test_a_longer_period_without_an_end_never_ends() -> None:
    needs = frozenset({"informed_of_right"})
    right = replace(
        RIGHT, not_informed=Extension(needs=needs, months=None, cites="s 1(4)")
    )

    assert ask(right=right, requested_on=date(2040, 1, 1))[0] is Says.CANNOT_TELL


def test_a_disputed_right_is_for_a_person() -> None:
    right = ChangeOfMind(right=Right.DOUBTFUL, cites="s 1")

    assert ask(right=right)[0] is Says.CANNOT_TELL


def test_a_disputed_right_for_faults_is_for_a_person() -> None:
    fault = replace(make_pack().fault, right=Right.DOUBTFUL)
    facts = make_facts(make_line(reason="defective"))
    finding = floor(facts, facts.lines[0], (make_pack(fault=fault),))

    assert (finding.says, finding.id) == (Says.CANNOT_TELL, "XX:fault")


@pytest.mark.parametrize(
    ("awaiting", "why"),
    [
        (True, "the goods are still on their way"),
        (False, "the day of delivery is not known"),
    ],
)
def test_a_fault_in_goods_that_did_not_come_is_for_a_person(
    awaiting: bool, why: str
) -> None:
    line = make_line(reason="defective", delivered_on=None)
    facts = make_facts(line, awaiting_delivery=awaiting)
    finding = floor(facts, line, (make_pack(),))

    assert (finding.says, finding.why) == (Says.CANNOT_TELL, why)


def test_an_order_older_than_the_pack_is_for_a_person() -> None:
    facts = make_facts(ordered_on=date(2019, 12, 31))
    finding = floor(facts, facts.lines[0], (make_pack(),))

    assert (finding.says, finding.id) == (Says.CANNOT_TELL, "XX:since")


def test_a_country_without_a_pack_is_for_a_person() -> None:
    facts = make_facts()
    finding = floor(facts, facts.lines[0], (None,))

    assert (finding.says, finding.id) == (Says.CANNOT_TELL, "XX:none")


def test_the_law_better_for_the_customer_counts() -> None:
    facts = make_facts(places=(Place(country="XX"), Place(country="YY")))
    better = make_pack(id="YY", change_of_mind=RIGHT)
    finding = floor(facts, facts.lines[0], (make_pack(), better))

    assert (finding.id, finding.effect) == ("YY:change-of-mind", Outcome.APPROVE)
    assert (finding.cites, finding.read) == (
        "Example Act s 1",
        (("period_starts_on", date(2026, 11, 2)),),
    )


def test_places_and_packs_must_come_in_pairs() -> None:
    facts = make_facts()

    with pytest.raises(ValueError, match="zip"):
        floor(facts, facts.lines[0], ())


def test_the_first_of_equal_findings_is_named() -> None:
    finding = floor(make_facts(), make_line(), (make_pack(),))

    assert best((finding, finding._replace(id="second"))) is finding


def test_an_order_of_the_pack_s_first_day_is_under_it() -> None:
    assert ask(ordered_on=date(2020, 1, 1)) == (Says.SPEAKS, "XX:change-of-mind")


def test_a_fault_is_counted_from_the_last_delivery_where_the_item_s_is_not_known() -> (
    None
):
    line = make_line(reason="defective", delivered_on=None)
    facts = make_facts(line, last_delivered_on=date(2026, 11, 2))
    finding = floor(facts, line, (make_pack(),))

    assert (finding.says, finding.id) == (Says.SPEAKS, "XX:fault")


def test_without_a_place_nobody_can_tell() -> None:
    finding = floor(make_facts(places=()), make_line(), ())

    assert (finding.says, finding.why) == (
        Says.CANNOT_TELL,
        "the customer's country is not known",
    )


@pytest.mark.parametrize(
    ("ordered_on", "says"),
    [(date(2026, 10, 28), Says.SPEAKS), (date(2026, 10, 29), Says.CANNOT_TELL)],
)
def test_a_version_that_ended_before_the_order_is_for_a_person(
    ordered_on: date, says: Says
) -> None:
    pack = make_pack(change_of_mind=RIGHT, since=None, until=date(2026, 10, 29))
    facts = make_facts(ordered_on=ordered_on)

    assert floor(facts, facts.lines[0], (pack,)).says is says


@pytest.mark.parametrize(
    ("regions", "region", "id", "why"),
    [
        ({"NY", "TX"}, "NY", "XX:NY", "New York: its rule was not read"),
        ({"NY", "TX"}, "ZZ", "XX:ZZ", "`ZZ` is no region that the law pack knows"),
        (
            {"NY", "TX"},
            None,
            "XX:region",
            "the region is not known, and some have rules of their own",
        ),
        # A pack that tells no regions apart has doubts about the named ones only.
        ((), "NY", "XX:NY", "New York: its rule was not read"),
    ],
)
def test_rules_of_some_regions_are_for_a_person_whatever_was_posted(
    regions: Iterable[str], region: str | None, id: str, why: str
) -> None:
    place = Place(country="XX", region=region)
    facts = make_facts(places=(place,), practice=frozenset(PRACTICE))
    pack = make_pack(regions=frozenset(regions), regions_for_a_person=(NEW_YORK,))
    _, found = ask_law(facts, facts.lines[0], (pack,))

    assert (found.id, found.says, found.why) == (id, Says.CANNOT_TELL, why)


@pytest.mark.parametrize(
    ("regions", "region"), [({"NY", "TX"}, "TX"), ((), "TX"), ((), None)]
)
def test_other_regions_follow_the_pack(
    regions: Iterable[str], region: str | None
) -> None:
    facts = make_facts(places=(Place(country="XX", region=region),))
    pack = make_pack(regions=frozenset(regions), regions_for_a_person=(NEW_YORK,))
    (found,) = ask_law(facts, facts.lines[0], (pack,))

    assert found.says is Says.SILENT


@pytest.mark.parametrize(
    ("reason", "note", "ids"),
    [
        ("unwanted", False, ["XX:change-of-mind"]),
        ("unwanted", None, ["XX:change-of-mind", "XX:note"]),
        ("unwanted", True, ["XX:change-of-mind", "XX:note"]),
        ("other", False, ["XX:fault", "XX:change-of-mind", "XX:reason"]),
        ("defective", False, ["XX:fault", "XX:change-of-mind"]),
    ],
)
def test_it_keeps_every_finding(reason: str, note: bool | None, ids: list[str]) -> None:
    line = make_line(reason=reason, note_tells_fault=note)
    found = ask_law(make_facts(line), line, (make_pack(),))

    assert [finding.id for finding in found] == ids
