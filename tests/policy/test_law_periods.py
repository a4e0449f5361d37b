"""The statutory period: where it starts, and how it may be longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.days import Calendar, EndRoll, Span
from plugin.policy.decision import Finding, Says
from plugin.policy.facts import Line
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import ChangeOfMind, Extension, Right, Start
from tests.builders import DELIVERED, make_facts, make_line, make_pack

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
INFORMED = frozenset({"informed_of_right"})
LONGER = Extension(needs=INFORMED, months=12, restart=Span(days=14), cites="s 10")
RIGHT = ChangeOfMind(
    right=Right.STATUTORY,
    cites="s 9",
    span=Span(days=14, end_roll=EndRoll.NEXT_WORKING_DAY),
    before_delivery=True,
)


def asked(
    right: ChangeOfMind = RIGHT, line: Line | None = None, **changes: Any
) -> Finding:
    """Ask a pack with the given right about a request, with a plain calendar."""
    facts = make_facts(line or make_line(), **changes)
    packs = (make_pack(change_of_mind=right),)
    return best(ask_law(facts, facts.lines[0], packs, (Calendar(),)))


def on(after: int) -> date:
    """Name the day so many days after the delivery."""
    return DELIVERED + timedelta(days=after)


@pytest.mark.parametrize(
    ("after", "says"),
    [(14, SPEAKS), (15, CANNOT_TELL), (17, CANNOT_TELL), (18, SILENT)],
)
@pytest.mark.parametrize("starts", [Start.LAST_ITEM_DELIVERED, Start.ITEM_DELIVERED])
def test_a_parcel_left_with_a_neighbour_leaves_days_open(
    starts: Start, after: int, says: Says
) -> None:
    line = make_line(possessed_by=on(3))
    right = replace(RIGHT, starts=starts)

    assert asked(right, line, requested_on=on(after)).says is says


def test_a_purchase_starts_the_period_whatever_is_on_its_way() -> None:
    right = replace(RIGHT, starts=Start.PURCHASE)
    line = make_line(possessed_by=on(30))
    found = asked(right, line, requested_on=on(20), awaiting_delivery=None)

    assert (found.says, found.read) == (
        SILENT,
        (("period_starts_on", date(2026, 10, 28)),),
    )


def test_a_contract_before_the_delivery_does_not_start_the_period() -> None:
    right = replace(RIGHT, starts=Start.DELIVERY_OR_CONTRACT_LATER)

    assert asked(right, requested_on=on(14)).says is SPEAKS


@pytest.mark.parametrize(
    ("informed_on", "after", "says"),
    [(None, 15, SILENT), (on(5), 18, SPEAKS), (on(5), 22, SILENT)],
)
def test_a_document_that_came_later_starts_the_period(
    informed_on: date | None, after: int, says: Says
) -> None:
    right = replace(RIGHT, starts=Start.DELIVERY_OR_DOCUMENT_LATER)
    found = asked(right, requested_on=on(after), informed_on=informed_on)

    assert found.says is says


@pytest.mark.parametrize(
    ("informed_on", "after", "says"),
    [(None, 9, SPEAKS), (None, 300, CANNOT_TELL), (on(-3), 300, SILENT)],
)
def test_without_a_day_for_the_contract_s_copy_the_period_is_never_over(
    informed_on: date | None, after: int, says: Says
) -> None:
    right = replace(RIGHT, starts=Start.CONTRACT_COPY_RECEIVED)
    found = asked(right, requested_on=on(after), informed_on=informed_on)

    assert found.says is says


def test_without_a_right_before_delivery_a_parcel_on_its_way_is_for_a_person() -> None:
    right = replace(RIGHT, before_delivery=False)
    found = asked(right, requested_on=on(60), awaiting_delivery=True)

    assert found.says is CANNOT_TELL


# Delivered on 2 November 2026, informed first on 1 March 2027.
TOLD_LATE: dict[str, Any] = {"informed_on": date(2027, 3, 1)}


@pytest.mark.parametrize(
    ("day", "practice", "says"),
    [
        (date(2027, 3, 15), frozenset(), SPEAKS),
        (date(2027, 3, 15), INFORMED, SPEAKS),
        (date(2027, 3, 16), frozenset(), SILENT),
        # Asked before anybody told: the shop's habit does not count for this customer.
        (date(2027, 2, 1), INFORMED, CANNOT_TELL),
    ],
)
def test_a_customer_who_was_told_late_has_the_period_from_then(
    day: date, practice: frozenset[str], says: Says
) -> None:
    right = replace(RIGHT, not_informed=LONGER)

    found = asked(right, requested_on=day, practice=practice, **TOLD_LATE)

    assert found.says is says


def test_a_day_that_a_holiday_could_add_after_the_information_is_open() -> None:
    possible = Calendar(possible=frozenset({date(2027, 3, 15)}))
    restart = Span(days=14, end_roll=EndRoll.NEXT_WORKING_DAY)
    right = replace(RIGHT, not_informed=replace(LONGER, restart=restart))
    facts = make_facts(requested_on=date(2027, 3, 16), **TOLD_LATE)
    packs = (make_pack(change_of_mind=right),)
    found = best(ask_law(facts, facts.lines[0], packs, (possible,)))

    assert found.says is CANNOT_TELL


def test_a_customer_who_was_told_in_time_was_informed() -> None:
    right = replace(RIGHT, not_informed=LONGER)
    found = asked(right, requested_on=on(15), informed_on=on(0))

    assert (found.says, found.why) == (SILENT, "the period of 14 days is over")


def test_what_else_is_missing_keeps_the_longer_period_open() -> None:
    needs = INFORMED | {"withdrawal_function_live"}
    right = replace(RIGHT, not_informed=replace(LONGER, needs=needs))
    found = asked(right, requested_on=on(60), informed_on=on(0))

    assert (found.says, found.why) == (
        CANNOT_TELL,
        "the period may be longer: not confirmed that withdrawal_function_live",
    )


def test_information_does_not_restart_a_period_that_does_not_hang_on_it() -> None:
    needs = frozenset({"contract_copy_sent"})
    right = replace(RIGHT, not_informed=replace(LONGER, needs=needs))
    found = asked(right, requested_on=on(40), informed_on=on(30))

    assert (
        found.why == "the period may be longer: not confirmed that contract_copy_sent"
    )


ENDLESS = Extension(needs=INFORMED, endless=True, cites="s 10")
WHOLE = Extension(needs=INFORMED, whole=Span(days=90), cites="s 10")
OPEN = Extension(needs=INFORMED, cites="s 10")


@pytest.mark.parametrize(
    ("longer", "after", "unknown", "denied"),
    [
        (LONGER, 15, CANNOT_TELL, SPEAKS),
        (LONGER, 379, CANNOT_TELL, SPEAKS),
        # Told on the very last day, the customer would have 14 days more.
        (LONGER, 380, CANNOT_TELL, CANNOT_TELL),
        (LONGER, 393, CANNOT_TELL, CANNOT_TELL),
        (LONGER, 394, SILENT, SILENT),
        (replace(LONGER, restart=None), 394, SILENT, SILENT),
        (ENDLESS, 3000, CANNOT_TELL, SPEAKS),
        (WHOLE, 90, CANNOT_TELL, SPEAKS),
        (WHOLE, 91, SILENT, SILENT),
        (OPEN, 3000, CANNOT_TELL, CANNOT_TELL),
    ],
)
def test_a_shop_that_did_not_inform_owes_the_longer_period(
    longer: Extension, after: int, unknown: Says, denied: Says
) -> None:
    right = replace(RIGHT, not_informed=longer)
    day = on(after)

    assert asked(right, requested_on=day).says is unknown
    assert asked(right, requested_on=day, lacking=INFORMED).says is denied
    assert asked(right, requested_on=day, practice=INFORMED).says is SILENT


def test_the_longer_period_cites_its_own_rule() -> None:
    right = replace(RIGHT, not_informed=ENDLESS)
    found = asked(right, requested_on=on(100), lacking=INFORMED)

    assert (found.id, found.why) == (
        "XX:change-of-mind",
        "the longer period runs without informed_of_right",
    )


@pytest.mark.parametrize(
    ("starts", "says"),
    [
        # Another item's parcel does not count where each item has its own period.
        (Start.ITEM_DELIVERED, SILENT),
        (Start.DELIVERY_OR_CONTRACT_LATER, SILENT),
        (Start.LAST_ITEM_DELIVERED, CANNOT_TELL),
    ],
)
def test_another_item_s_parcel_counts_only_where_the_last_one_begins_the_period(
    starts: Start, says: Says
) -> None:
    right = ChangeOfMind(
        right=Right.STATUTORY, cites="s 1", span=Span(days=14), starts=starts
    )
    facts = make_facts(requested_on=date(2026, 12, 20), awaiting_delivery=True)
    packs = (make_pack(change_of_mind=right),)
    found = ask_law(facts, facts.lines[0], packs, (Calendar(),))[0]

    assert found.says is says
