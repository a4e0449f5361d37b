"""Goods that come late or never: what is owed, and what only a person can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.decision import Finding, Says
from plugin.policy.facts import Line
from plugin.policy.law import ask_law
from plugin.policy.provisions import Fault, LateDelivery, Right
from plugin.policy.remedies import MONEY, Owed
from tests.builders import DELIVERED, make_facts, make_line, make_pack

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
BACK = Owed(remedies=MONEY)
FAULT = Fault(right=Right.STATUTORY, cites="s 2", reject_days=30)
PROMISED = date(2026, 10, 30)
LATE = LateDelivery(right=Right.STATUTORY, cites="s 3", after_days=30, owed=BACK)
OPEN = "the goods may not have come, and by when they had to is not known"
NOT_COME = make_line(delivered_on=None)


def on(after: int) -> date:
    """Name the day so many days after the delivery."""
    return DELIVERED + timedelta(days=after)


def late(line: Line, right: LateDelivery | None = LATE, **changes: Any) -> Finding:
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
        (
            {"promised_on": PROMISED, "delivery_refused": False},
            SILENT,
            "came late, and was kept",
        ),
        (
            {"promised_on": PROMISED},
            CANNOT_TELL,
            "came late, and whether it was refused is not known",
        ),
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


# Ordered on 28 October, five days before the day that others are counted from.
@pytest.mark.parametrize(
    ("awaiting", "after", "changes", "says", "why"),
    [
        (True, 26, {}, CANNOT_TELL, "the goods are late"),
        (None, 26, {}, CANNOT_TELL, "the goods are late"),
        # Sooner than that a promise may have been broken, of which nobody tells.
        (True, 25, {}, CANNOT_TELL, OPEN),
        (None, 25, {}, CANNOT_TELL, OPEN),
        (True, 25, {"promised_on": on(25)}, SILENT, "not late"),
        (True, 25, {"promised_on": on(24)}, CANNOT_TELL, "the goods are late"),
        # Nothing is late on the day on which it was ordered.
        (True, -5, {}, SILENT, "not late"),
        (True, -4, {}, CANNOT_TELL, OPEN),
        # Come, nobody knows when.
        (False, 25, {}, SILENT, "not late"),
        (False, 26, {"delivery_refused": False}, SILENT, "came late, and was kept"),
    ],
)
def test_goods_that_may_not_have_come_are_for_a_person(
    awaiting: bool | None, after: int, changes: dict[str, Any], says: Says, why: str
) -> None:
    asked_on = on(after)
    found = late(NOT_COME, requested_on=asked_on, awaiting_delivery=awaiting, **changes)

    assert (found.says, found.why) == (says, why)


NO_RIGHT = replace(LATE, right=Right.NONE)
NO_DAY = replace(LATE, after_days=None)


@pytest.mark.parametrize("right", [None, NO_RIGHT, NO_DAY])
@pytest.mark.parametrize("awaiting", [True, None])
def test_a_parcel_that_is_lost_is_for_a_person_under_every_law(
    right: LateDelivery | None, awaiting: bool | None
) -> None:
    found = late(NOT_COME, right, requested_on=on(20), awaiting_delivery=awaiting)

    assert (found.says, found.why) == (CANNOT_TELL, OPEN)


def test_without_a_rule_on_lateness_nothing_is_said_of_goods_that_came() -> None:
    facts = make_facts(make_line(), promised_on=PROMISED)
    found = ask_law(facts, facts.lines[0], (make_pack(),))

    assert [each.id for each in found] == ["XX:change-of-mind"]


@pytest.mark.parametrize(
    ("line", "changes", "says"),
    [
        (make_line(), {}, SPEAKS),
        (make_line(), {"requested_on": on(30)}, SPEAKS),
        (make_line(), {"requested_on": on(31)}, CANNOT_TELL),
        (make_line(), {"requested_on": on(31), "delivery_refused": True}, SPEAKS),
        (make_line(delivered_on=None), {"awaiting_delivery": True}, SPEAKS),
        (make_line(delivered_on=None), {"awaiting_delivery": None}, CANNOT_TELL),
        # What else is on its way says nothing of what came.
        (
            make_line(),
            {"requested_on": on(31), "awaiting_delivery": True},
            CANNOT_TELL,
        ),
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
    line = make_line()

    assert late(line, NO_DAY).why == "no day was promised"
    assert late(line, NO_RIGHT, promised_on=PROMISED).says is SILENT


def test_disputed_lateness_is_for_a_person() -> None:
    right = replace(LATE, right=Right.DOUBTFUL)

    assert late(make_line(), right, promised_on=PROMISED).says is CANNOT_TELL
