"""Faults and late goods: what entitles, and what only a person can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.facts import Line
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import Fault, LateDelivery, Right
from plugin.policy.remedies import MONEY, Owed, Remedy
from tests.builders import DELIVERED, make_facts, make_line, make_pack

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
PROMISED = date(2026, 10, 30)
LATE = LateDelivery(right=Right.STATUTORY, cites="s 3", after_days=30, owed=BACK)


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


def late(line: Line, right: LateDelivery = LATE, **changes: Any) -> Finding:
    """Ask a pack what it gives for goods that come late."""
    facts = make_facts(line, **changes)
    packs = (make_pack(late_delivery=right, fault=FAULT),)
    found = ask_law(facts, line, packs)
    return next(each for each in found if each.id == "XX:late-delivery")


@pytest.mark.parametrize(
    ("changes", "says", "why"),
    [
        ({"promised_on": DELIVERED}, SILENT, "not late"),
        ({}, SILENT, "not late"),
        ({"promised_on": PROMISED}, SILENT, "came late, and was kept"),
        (
            {"promised_on": PROMISED, "delivery_refused": True},
            CANNOT_TELL,
            "the goods are late",
        ),
    ],
)
def test_late_goods_that_were_kept_give_nothing_by_themselves(
    changes: dict[str, Any], says: Says, why: str
) -> None:
    found = late(make_line(), **changes)

    assert (found.says, found.why) == (says, why)


@pytest.mark.parametrize(
    ("awaiting", "after", "says"),
    [
        (True, 25, SILENT),
        (True, 26, CANNOT_TELL),
        (None, 26, CANNOT_TELL),
        (False, 26, SILENT),
    ],
)
def test_goods_that_do_not_come_in_thirty_days_are_for_a_person(
    awaiting: bool | None, after: int, says: Says
) -> None:
    # Ordered on 28 October, five days before the day that others are counted from.
    line = make_line(delivered_on=None)

    assert late(line, requested_on=on(after), awaiting_delivery=awaiting).says is says


@pytest.mark.parametrize(
    ("line", "changes", "says"),
    [
        (make_line(), {}, SPEAKS),
        (make_line(), {"requested_on": on(30)}, SPEAKS),
        (make_line(), {"requested_on": on(31)}, CANNOT_TELL),
        (make_line(), {"requested_on": on(31), "delivery_refused": True}, SPEAKS),
        (make_line(delivered_on=None), {"awaiting_delivery": True}, SPEAKS),
        (make_line(delivered_on=None), {"awaiting_delivery": None}, CANNOT_TELL),
    ],
)
def test_lateness_alone_may_be_a_ground(
    line: Line, changes: dict[str, Any], says: Says
) -> None:
    right = replace(LATE, ground_alone=True)
    found = late(line, right, promised_on=PROMISED, **changes)

    assert found.says is says


def test_lateness_that_is_a_ground_without_a_limit_always_is() -> None:
    right = replace(LATE, ground_alone=True)
    facts = make_facts(promised_on=PROMISED, requested_on=on(300))
    open_end = replace(FAULT, reject_days=None)
    packs = (make_pack(late_delivery=right, fault=open_end),)
    found = ask_law(facts, facts.lines[0], packs)[-1]

    assert (found.says, found.owed, found.read) == (
        SPEAKS,
        BACK,
        (("period_starts_on", PROMISED),),
    )


def test_lateness_without_a_day_or_a_right_gives_nothing() -> None:
    no_day = replace(LATE, after_days=None)
    line = make_line()

    assert late(line, no_day).why == "no day was promised"
    assert late(line, replace(LATE, right=Right.NONE)).says is SILENT


def test_disputed_lateness_is_for_a_person() -> None:
    right = replace(LATE, right=Right.DOUBTFUL)

    assert late(make_line(), right, promised_on=PROMISED).says is CANNOT_TELL
