"""Laws by which the goods have to be back in time, not the notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.days import Span
from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import Act, ChangeOfMind, Right, Start
from tests.builders import PACKS, make_facts, make_line, make_pack

ORDERED = date(2026, 10, 5)
RIGHT = ChangeOfMind(
    right=Right.IF_NOT_POSTED,
    cites="s 1",
    span=Span(days=30),
    starts=Start.PURCHASE,
    act=Act.GOODS_RETURNED,
    unless=frozenset({"policy_posted_before_checkout"}),
)


def asked(right: ChangeOfMind, days: int, **changes: Any) -> Finding:
    """Ask about a request so many days after an order, of a shop that posted none."""
    given = {"lacking": frozenset({"policy_posted_before_checkout"}), **changes}
    facts = make_facts(
        make_line(delivered_on=ORDERED),
        ordered_on=ORDERED,
        requested_on=ORDERED + timedelta(days=days),
        **given,
    )
    return best(ask_law(facts, facts.lines[0], (make_pack(change_of_mind=right),)))


def test_it_entitles_on_the_condition_that_the_goods_come_back_in_time() -> None:
    found = asked(RIGHT, 30)

    assert found.says is Says.SPEAKS
    assert found.why == (
        "within the statutory period, if the goods are back by its last day"
    )


def test_a_notice_in_time_says_nothing_of_the_goods() -> None:
    found = asked(replace(RIGHT, act=Act.NOTICE_SENT), 30)

    assert found.why == "within the statutory period"


@pytest.mark.parametrize(
    ("refused", "act", "says"),
    [
        (True, Act.GOODS_RETURNED, Says.CANNOT_TELL),
        (False, Act.GOODS_RETURNED, Says.SILENT),
        (None, Act.GOODS_RETURNED, Says.SILENT),
        (True, Act.NOTICE_SENT, Says.SILENT),
    ],
)
def test_a_parcel_that_was_refused_may_have_been_back_in_time(
    refused: bool | None, act: Act, says: Says
) -> None:
    found = asked(replace(RIGHT, act=act), 31, delivery_refused=refused)

    assert found.says is says


def test_the_doubt_is_said() -> None:
    found = asked(RIGHT, 31, delivery_refused=True)

    assert found.why == (
        "the parcel was refused, and may have been back before the last day"
    )
    assert asked(RIGHT, 31, delivery_refused=True).cites == "s 1"


def test_an_end_from_memory_says_that_it_is() -> None:
    found = asked(replace(RIGHT, gives=Sureness.MEMORY), 30)

    assert found.says is Says.CANNOT_TELL
    assert found.why == (
        "within the statutory period, if the goods are back by its last day; but the"
        " law here is known from memory only"
    )


def test_four_states_ask_for_the_goods() -> None:
    asking = {
        id
        for id, pack in PACKS.law_packs.items()
        if pack.change_of_mind.act is Act.GOODS_RETURNED
    }

    assert asking == {"US-CA", "US-FL", "US-NJ", "US-NY"}
