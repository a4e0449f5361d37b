"""Customers who were told later than the shop tells others, or got their copy late."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.policy.days import Calendar, Span
from plugin.policy.decision import Finding, Says
from plugin.policy.facts import PRACTICE
from plugin.policy.law import ask_law, best
from plugin.policy.money import Money
from plugin.policy.provisions import ChangeOfMind, Right, Start
from tests.builders import (
    PACKS,
    make_facts,
    make_line,
    make_pack,
    make_place,
)

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
ALL = frozenset(PRACTICE)
NONE = frozenset[str]()
COPY = frozenset({"contract_copy_sent"})
REQUIRED = frozenset({"required_information_given"})
POSTED = frozenset({"policy_posted_before_checkout"})


def asked(code: str, **changes: Any) -> Finding:
    """Ask a province's pack about goods ordered on the first of October."""
    facts = make_facts(
        make_line(delivered_on=date(2026, 10, 5)),
        ordered_on=date(2026, 10, 1),
        places=(make_place(code),),
        order_total=Money.of("90", "CAD"),
        **changes,
    )
    pack = PACKS.law_for(facts.places[0], facts.ordered_on)
    return best(ask_law(facts, facts.lines[0], (pack,), (Calendar(),)))


@pytest.mark.parametrize("code", ["CA-QC", "CA-ON"])
@pytest.mark.parametrize(
    ("informed_on", "asked_on", "says"),
    [
        # As the shop does with everybody.
        (None, date(2026, 10, 29), SILENT),
        (date(2026, 10, 1), date(2026, 10, 29), SILENT),
        # After the request, or within seven days before it.
        (date(2026, 11, 10), date(2026, 10, 29), CANNOT_TELL),
        (date(2026, 10, 27), date(2026, 10, 29), CANNOT_TELL),
        # Late by less than 15 days, and more than seven days ago.
        (date(2026, 10, 16), date(2026, 10, 29), SILENT),
        # Late by more than that: 30 days from the order, which end on a Saturday.
        (date(2026, 10, 17), date(2026, 10, 29), CANNOT_TELL),
        (date(2026, 10, 17), date(2026, 11, 2), CANNOT_TELL),
        (date(2026, 10, 17), date(2026, 11, 3), SILENT),
    ],
)
def test_what_the_shop_does_says_nothing_of_a_customer_who_was_told_late(
    code: str, informed_on: date | None, asked_on: date, says: Says
) -> None:
    found = asked(code, practice=ALL, informed_on=informed_on, requested_on=asked_on)

    assert found.says is says


@pytest.mark.parametrize(
    ("informed_on", "says", "why"),
    [
        (
            date(2026, 10, 21),
            CANNOT_TELL,
            "the copy of the contract came late, and the days run from the order",
        ),
        (date(2026, 10, 16), SILENT, "the period of 7 days is over"),
        (date(2026, 10, 22), SPEAKS, "within the statutory period"),
    ],
)
def test_a_copy_that_came_late_gives_thirty_days_from_the_order_in_quebec(
    informed_on: date, says: Says, why: str
) -> None:
    found = asked(
        "CA-QC",
        practice=COPY,
        lacking=REQUIRED,
        informed_on=informed_on,
        requested_on=date(2026, 10, 29),
    )

    assert (found.says, found.why) == (says, why)


@pytest.mark.parametrize(
    ("informed_on", "says"),
    [(None, SILENT), (date(2026, 10, 28), SILENT), (date(2026, 10, 29), CANNOT_TELL)],
)
def test_a_policy_that_a_customer_saw_after_the_order_was_not_posted_for_them(
    informed_on: date | None, says: Says
) -> None:
    right = ChangeOfMind(
        right=Right.IF_NOT_POSTED,
        cites="s 1",
        span=Span(days=30),
        starts=Start.PURCHASE,
        unless=POSTED,
    )
    facts = make_facts(practice=POSTED, informed_on=informed_on)
    found = best(ask_law(facts, facts.lines[0], (make_pack(change_of_mind=right),)))

    assert found.says is says
