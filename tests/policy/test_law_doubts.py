"""What makes a right to change one's mind uncertain, and what is sure all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin.policy.days import Span
from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.facts import CONDITIONS, Line
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import (
    ChangeOfMind,
    Extension,
    Fault,
    LawPack,
    Right,
    StatutoryException,
)
from tests.builders import DELIVERED, PACKS, make_facts, make_line, make_pack

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
MEMORY, SECONDARY = Sureness.MEMORY, Sureness.SECONDARY
POSTED = frozenset({"policy_posted_before_checkout"})
CUSTOM = frozenset({"item_is_custom"})
RING = make_line(proven=CUSTOM)
RIGHT = ChangeOfMind(
    right=Right.STATUTORY,
    cites="s 1",
    span=Span(days=14),
    distance=True,
    as_new=True,
    exceptions=(StatutoryException(code="custom", needs=CUSTOM, cites="s 2"),),
)
LATE: dict[str, Any] = {"requested_on": DELIVERED + timedelta(days=15)}


def asked(
    right: ChangeOfMind = RIGHT,
    line: Line | None = None,
    pack: LawPack | None = None,
    **changes: Any,
) -> Finding:
    """Ask a pack with the given right about a request."""
    facts = make_facts(line or make_line(), **changes)
    packs = (replace(pack or make_pack(), change_of_mind=right),)
    return best(ask_law(facts, facts.lines[0], packs))


@pytest.mark.parametrize("state", sorted(CONDITIONS))
def test_traces_of_use_leave_it_open_whether_goods_are_as_they_came(state: str) -> None:
    line = make_line(condition=frozenset({"original-packaging", state}))
    used = state in {"used", "worn", "washed", "assembled", "damaged"}

    assert asked(line=line).says is (CANNOT_TELL if used else SPEAKS)
    assert asked(replace(RIGHT, as_new=False), line).says is SPEAKS
    assert asked(line=line, **LATE).says is SILENT


@pytest.mark.parametrize("condition", [None, frozenset[str]()])
def test_a_state_that_nobody_tells_of_takes_nothing(
    condition: frozenset[str] | None,
) -> None:
    assert asked(line=make_line(condition=condition)).says is SPEAKS


@pytest.mark.parametrize(
    ("id", "as_new"),
    [
        *((id, True) for id in ("CN", "US-NY", "UY", "RU", "UA")),
        *((id, False) for id in ("DE", "GB", "NO", "TR", "TW")),
    ],
)
def test_a_pack_says_whether_goods_must_be_as_they_came(id: str, as_new: bool) -> None:
    assert PACKS.law_packs[id].change_of_mind.as_new is as_new


def test_the_law_of_sales_at_a_distance_entitles_nobody_in_a_store() -> None:
    found = asked(channel="pos")

    assert (found.says, found.why) == (
        CANNOT_TELL,
        "the law of sales at a distance says nothing of a store",
    )
    assert asked(channel="web").says is SPEAKS
    assert asked(replace(RIGHT, distance=False), channel="pos").says is SPEAKS


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"line": RING}, CANNOT_TELL),
        (LATE, SILENT),
        ({"right": ChangeOfMind(right=Right.NONE, cites="s 1")}, SILENT),
        (
            {
                "right": replace(RIGHT, right=Right.IF_NOT_POSTED, unless=POSTED),
                "practice": POSTED,
            },
            CANNOT_TELL,
        ),
    ],
)
def test_what_the_web_shop_does_says_nothing_of_a_store(
    changes: dict[str, Any], says: Says
) -> None:
    assert asked(channel="pos", **changes).says is says


@pytest.mark.parametrize(
    ("business", "buyers", "says"),
    [
        (True, MEMORY, CANNOT_TELL),
        (True, SECONDARY, SPEAKS),
        (False, MEMORY, SPEAKS),
        (None, MEMORY, SPEAKS),
    ],
)
def test_a_business_has_no_right_that_reaches_it_by_memory_alone(
    business: bool | None, buyers: Sureness, says: Says
) -> None:
    pack = make_pack(b2c_only=False, buyers=buyers)
    found = asked(pack=pack, business=business)

    assert found.says is says
    assert (found.owed is None, found.effect is None) == (says is CANNOT_TELL,) * 2


@pytest.mark.parametrize(
    ("buyers", "changes", "says"),
    [
        (MEMORY, {}, CANNOT_TELL),
        # A law that gives nothing to anybody gives nothing to a business.
        (MEMORY, LATE, SILENT),
        (SECONDARY, {}, SILENT),
        (SECONDARY, LATE, SILENT),
    ],
)
def test_memory_of_whom_a_law_leaves_out_clears_no_refusal(
    buyers: Sureness, changes: dict[str, Any], says: Says
) -> None:
    pack = make_pack(b2c_only=True, buyers=buyers)

    assert asked(pack=pack, business=True, **changes).says is says


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"line": {"reason": "defective"}}, "XX:fault"),
        ({"line": {"proven": frozenset({"unsafe"})}}, "XX:fault"),
        ({"line": {"reason": "other"}}, "XX:reason"),
        ({"line": {"note_tells_fault": None}}, "XX:note"),
        (
            {"line": {"delivered_on": None}, "awaiting_delivery": None},
            "XX:late-delivery",
        ),
    ],
)
def test_what_a_business_has_beside_consumers_rights_is_for_a_person(
    changes: dict[str, Any], id: str
) -> None:
    given = {"business": True, **changes}
    line = make_line(**given.pop("line"))
    fault = Fault(right=Right.STATUTORY, cites="s 2", severe=frozenset({"unsafe"}))
    found = asked(pack=make_pack(fault=fault, buyers=SECONDARY), line=line, **given)

    assert (found.id, found.says) == (id, CANNOT_TELL)


@pytest.mark.parametrize("id", ["BR", "AR", "CL", "CO", "UY", "ZA", "AU"])
def test_these_laws_reach_businesses_by_memory(id: str) -> None:
    pack = PACKS.law_packs[id]

    assert (pack.b2c_only, pack.buyers) == (False, MEMORY)


@pytest.mark.parametrize(
    ("ends", "excepted", "says", "id"),
    [
        (MEMORY, SECONDARY, SILENT, "XX:change-of-mind:custom"),
        (MEMORY, MEMORY, CANNOT_TELL, "XX:change-of-mind:custom"),
        (SECONDARY, MEMORY, SILENT, "XX:change-of-mind"),
        (SECONDARY, SECONDARY, SILENT, "XX:change-of-mind"),
    ],
)
def test_an_exception_that_was_read_counts_before_an_end_that_is_remembered(
    ends: Sureness, excepted: Sureness, says: Says, id: str
) -> None:
    exception = replace(RIGHT.exceptions[0], sure=excepted)
    right = replace(RIGHT, ends=ends, exceptions=(exception,))
    found = asked(right, RING, **LATE)

    assert (found.says, found.id) == (says, id)


GONE = replace(RIGHT, right=Right.IF_NOT_POSTED, unless=POSTED)
WAIVED = replace(RIGHT, right=Right.STATUTORY_WAIVABLE, unless=POSTED)


@pytest.mark.parametrize(
    ("right", "changes", "statutory", "exception"),
    [
        (RIGHT, LATE, True, None),
        (RIGHT, {"line": RING}, True, "custom"),
        (GONE, LATE, False, None),
        (GONE, {"line": RING}, False, "custom"),
        (GONE, {"practice": POSTED}, False, None),
        (WAIVED, LATE, False, None),
        (ChangeOfMind(right=Right.NONE, cites="s 1"), {}, False, None),
        (RIGHT, {"business": True}, False, None),
    ],
)
def test_a_silent_law_says_whether_there_was_a_right_by_statute(
    right: ChangeOfMind,
    changes: dict[str, Any],
    statutory: bool,
    exception: str | None,
) -> None:
    found = asked(right, **changes)

    assert (found.says, found.statutory, found.exception) == (
        SILENT,
        statutory,
        exception,
    )


def test_a_right_whose_longer_period_is_over_was_one_by_statute() -> None:
    needs = frozenset({"informed_of_right"})
    longer = Extension(needs=needs, whole=Span(days=90), cites="s 3")
    asked_on = DELIVERED + timedelta(days=91)
    found = asked(replace(RIGHT, not_informed=longer), requested_on=asked_on)

    assert (found.why, found.statutory) == ("even the longer period is over", True)
