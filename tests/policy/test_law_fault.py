"""Faults: what entitles, and what only a person can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.facts import Line
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import Fault, Right
from plugin.policy.remedies import MONEY, Owed, Remedy
from tests.builders import DELIVERED, PACKS, make_facts, make_line, make_pack

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
FIRST = Owed(remedies=MONEY | {Remedy.REPAIR, Remedy.REPLACEMENT})
BACK = Owed(remedies=MONEY)
FAULT = Fault(
    right=Right.STATUTORY,
    cites="s 2",
    guarantee_months=24,
    burden_on_trader_months=6,
    reject_days=30,
    owed=FIRST,
    owed_money=BACK,
)


def asked(right: Fault, line: Line, **changes: Any) -> Finding:
    """Ask a pack with the given right about a fault."""
    facts = make_facts(line, **changes)
    return best(ask_law(facts, line, (make_pack(fault=right),)))


def on(after: int) -> date:
    """Name the day so many days after the delivery."""
    return DELIVERED + timedelta(days=after)


BROKEN = make_line(reason="defective")


@pytest.mark.parametrize(
    ("after", "says", "owed"),
    [
        (30, SPEAKS, BACK),
        (31, SPEAKS, FIRST),
        (181, SPEAKS, FIRST),
        (182, CANNOT_TELL, None),
        (3000, CANNOT_TELL, None),
    ],
)
def test_what_a_fault_gives_hangs_on_its_age(
    after: int, says: Says, owed: Owed | None
) -> None:
    found = asked(FAULT, BROKEN, requested_on=on(after))

    assert (found.says, found.owed) == (says, owed)


def test_a_repair_stops_the_clock_of_rejecting() -> None:
    line = replace(BROKEN, repair_days=14)

    assert asked(FAULT, line, requested_on=on(44)).owed is BACK
    assert asked(FAULT, line, requested_on=on(45)).owed is FIRST


def test_what_is_told_soon_entitles_without_any_other_period() -> None:
    right = Fault(right=Right.STATUTORY, cites="s 2", prompt_days=30, owed=FIRST)
    line = make_line(reason="wrong-item")

    assert asked(right, line, requested_on=on(30)).says is SPEAKS
    assert asked(right, line, requested_on=on(31)).says is CANNOT_TELL


@pytest.mark.parametrize(
    ("months", "after", "says"),
    [(None, 3000, SPEAKS), (24, 700, SPEAKS), (24, 800, CANNOT_TELL)],
)
def test_a_severe_fault_entitles_at_any_age_within_the_guarantee(
    months: int | None, after: int, says: Says
) -> None:
    right = replace(
        FAULT,
        severe=frozenset({"item_is_unsafe", "major_failure"}),
        guarantee_months=months,
        final_sale_needs_person=True,
    )
    line = replace(BROKEN, proven=frozenset({"item_is_unsafe"}))

    assert asked(right, line, requested_on=on(after)).says is says


def test_a_period_that_is_remembered_entitles_nobody() -> None:
    right = replace(FAULT, reject=Sureness.MEMORY)

    assert asked(right, BROKEN).owed is FIRST
    right = replace(right, burden=Sureness.MEMORY)

    assert asked(right, BROKEN).says is CANNOT_TELL


def test_goods_sold_as_they_are_are_for_a_person() -> None:
    right = replace(FAULT, final_sale_needs_person=True)

    assert asked(right, BROKEN).why == "an `as is` sale may limit this right"
    assert asked(right, make_line(reason="wrong-item")).says is SPEAKS


SEVERE = replace(FAULT, severe=frozenset({"item_is_unsafe", "major_failure"}))
UNSAFE = frozenset({"item_is_unsafe"})


def test_a_severe_fault_counts_whatever_reason_was_picked() -> None:
    line = make_line(reason="unwanted", proven=UNSAFE)
    found = asked(SEVERE, line)

    assert (found.id, found.says, found.owed) == ("XX:fault", SPEAKS, BACK)


def test_what_another_law_calls_severe_tells_of_no_fault() -> None:
    line = make_line(reason="unwanted", proven=UNSAFE)

    assert asked(FAULT, line).id == "XX:change-of-mind"


@pytest.mark.parametrize(
    ("days", "says", "id"),
    [
        (10, CANNOT_TELL, "XX:fault"),
        (0, SILENT, "XX:change-of-mind"),
        (None, SILENT, "XX:change-of-mind"),
    ],
)
def test_a_repair_tells_of_a_fault_whatever_reason_was_picked(
    days: int | None, says: Says, id: str
) -> None:
    found = asked(FAULT, make_line(reason="unwanted", repair_days=days))

    assert (found.says, found.id) == (says, id)


@pytest.mark.parametrize(
    ("proven", "after", "says", "owed"),
    [
        (("item_is_perishable",), 30, CANNOT_TELL, None),
        # After the longest time there is, the other periods count.
        (("item_is_perishable",), 31, SPEAKS, FIRST),
        (("item_is_custom",), 30, SPEAKS, BACK),
    ],
)
def test_how_long_perishable_goods_may_be_rejected_is_for_a_person(
    proven: tuple[str, ...], after: int, says: Says, owed: Owed | None
) -> None:
    right = replace(FAULT, rejected_sooner=frozenset({"item_is_perishable"}))
    line = replace(BROKEN, proven=frozenset(proven))
    found = asked(right, line, requested_on=on(after))

    assert (found.says, found.owed) == (says, owed)


@pytest.mark.parametrize(("code", "last"), [("IE", 29), ("GB", 30)])
def test_ireland_counts_the_day_of_delivery_for_rejecting(code: str, last: int) -> None:
    right = PACKS.law_packs[code].fault

    assert asked(right, BROKEN, requested_on=on(last)).owed == right.owed_money
    assert asked(right, BROKEN, requested_on=on(last + 1)).owed == right.owed
    assert right.rejected_sooner == {"item_is_perishable"}
