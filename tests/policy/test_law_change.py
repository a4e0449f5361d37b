"""The right to change one's mind: what takes it away, and what leaves it open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.days import Span
from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.facts import Line
from plugin.policy.law import ask_law, best
from plugin.policy.money import Money
from plugin.policy.provisions import ChangeOfMind, Right, Start, StatutoryException
from plugin.policy.remedies import Owed, Payer
from tests.builders import make_facts, make_line, make_pack

SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
POSTED = frozenset({"policy_posted_before_checkout", "policy_states_required_items"})
OWED = Owed(return_freight=Payer.TRADER)
TOLD = Owed(return_freight=Payer.CONSUMER)
RIGHT = ChangeOfMind(
    right=Right.STATUTORY,
    cites="Example Act s 1",
    span=Span(days=14),
    before_delivery=True,
    owed=OWED,
)
NOTIFIED = StatutoryException(
    code="perishable",
    needs=frozenset({"item_is_perishable", "exception_notified"}),
    hints=frozenset({"item_is_perishable"}),
    cites="s 2",
)


def asked(
    right: ChangeOfMind = RIGHT, line: Line | None = None, **changes: Any
) -> Finding:
    """Ask a pack with the given right about a request."""
    facts = make_facts(line or make_line(), **changes)
    return best(ask_law(facts, facts.lines[0], (make_pack(change_of_mind=right),)))


@pytest.mark.parametrize("kind", [Right.IF_NOT_POSTED, Right.IF_DISCLOSURE_FAILED])
@pytest.mark.parametrize(
    ("practice", "lacking", "says"),
    [
        (POSTED, (), SILENT),
        (("policy_posted_before_checkout",), (), CANNOT_TELL),
        ((), (), CANNOT_TELL),
        ((), ("policy_states_required_items",), SPEAKS),
        (
            ("policy_posted_before_checkout",),
            ("policy_states_required_items",),
            SPEAKS,
        ),
    ],
)
def test_a_right_that_hangs_on_practice_is_told_by_what_the_shop_says_of_it(
    kind: Right, practice: tuple[str, ...], lacking: tuple[str, ...], says: Says
) -> None:
    right = replace(RIGHT, right=kind, starts=Start.PURCHASE, unless=POSTED)
    found = asked(right, practice=frozenset(practice), lacking=frozenset(lacking))

    assert found.says is says


def test_a_statute_that_may_not_reach_web_shops_is_for_a_person() -> None:
    right = replace(RIGHT, right=Right.IF_NOT_POSTED, unless=POSTED, reaches_web=False)
    found = asked(right, lacking=POSTED)

    assert (found.says, found.why) == (
        CANNOT_TELL,
        "whether the statute reaches web shops is not settled",
    )


def test_a_term_that_was_shown_takes_a_waivable_right_away() -> None:
    right = replace(RIGHT, right=Right.STATUTORY_WAIVABLE, unless=POSTED)

    assert asked(right, practice=POSTED).says is SILENT
    assert asked(right, lacking=POSTED).says is SPEAKS
    assert asked(right).why == "a term that was shown may take the right away"


def test_a_right_without_a_known_period_is_for_a_person() -> None:
    right = replace(RIGHT, right=Right.IF_DISCLOSURE_FAILED, span=None, unless=POSTED)

    assert asked(right, practice=POSTED).says is CANNOT_TELL


@pytest.mark.parametrize(
    ("total", "says", "id"),
    [
        # Freight and taxes may count, which are not known.
        (Money.of("50.00", "CAD"), CANNOT_TELL, "XX:change-of-mind"),
        (Money.of("50.01", "CAD"), SPEAKS, "XX:change-of-mind"),
        (Money.of("10.00", "USD"), CANNOT_TELL, "XX:change-of-mind"),
        (None, CANNOT_TELL, "XX:change-of-mind"),
    ],
)
def test_an_order_may_be_too_small_for_the_right(
    total: Money | None, says: Says, id: str
) -> None:
    right = replace(RIGHT, not_up_to=Money.of("50", "CAD"))
    found = asked(right, order_total=total)

    assert (found.says, found.id) == (says, id)


@pytest.mark.parametrize(
    ("proven", "disproven", "practice", "lacking", "says"),
    [
        ((), (), (), (), SPEAKS),
        # The shop's habit alone says nothing of this item.
        ((), (), ("exception_notified",), (), SPEAKS),
        (("item_is_perishable",), (), (), (), CANNOT_TELL),
        (("item_is_perishable",), (), ("exception_notified",), (), SILENT),
        (("item_is_perishable",), (), (), ("exception_notified",), SPEAKS),
        ((), ("item_is_perishable",), ("exception_notified",), (), SPEAKS),
        # What is both said and denied is no proof.
        (
            ("item_is_perishable",),
            ("item_is_perishable",),
            ("exception_notified",),
            (),
            SPEAKS,
        ),
    ],
)
def test_an_exception_may_need_a_proof_and_a_practice(
    proven: tuple[str, ...],
    disproven: tuple[str, ...],
    practice: tuple[str, ...],
    lacking: tuple[str, ...],
    says: Says,
) -> None:
    right = replace(RIGHT, exceptions=(NOTIFIED,))
    line = make_line(proven=frozenset(proven), disproven=frozenset(disproven))
    found = asked(right, line, practice=frozenset(practice), lacking=frozenset(lacking))

    assert found.says is says


def test_an_exception_that_was_read_counts_before_one_that_is_remembered() -> None:
    remembered = replace(NOTIFIED, code="custom_made", sure=Sureness.MEMORY)
    line = make_line(proven=NOTIFIED.needs)
    found = asked(replace(RIGHT, exceptions=(remembered, NOTIFIED)), line)

    assert (found.says, found.exception) == (SILENT, "perishable")
    assert asked(replace(RIGHT, exceptions=(remembered,)), line).says is CANNOT_TELL


def test_a_proven_exception_counts_where_the_end_of_the_period_is_open() -> None:
    line = make_line(proven=NOTIFIED.needs, delivered_on=None)
    found = asked(replace(RIGHT, exceptions=(NOTIFIED,)), line, last_delivered_on=None)

    assert (found.says, found.exception) == (SILENT, "perishable")


def test_who_pays_for_the_way_back_hangs_on_what_the_customer_was_told() -> None:
    right = replace(RIGHT, owed_if_told=TOLD)

    assert asked(right).owed is OWED
    assert asked(right, practice=frozenset({"told_return_cost"})).owed is TOLD
    assert asked(RIGHT, practice=frozenset({"told_return_cost"})).owed is OWED


@pytest.mark.parametrize(
    ("business", "b2c_only", "says"),
    [
        (True, True, SILENT),
        (True, False, SPEAKS),
        (False, True, SPEAKS),
        (None, True, SPEAKS),
    ],
)
def test_a_law_for_consumers_does_not_speak_of_a_business(
    business: bool | None, b2c_only: bool, says: Says
) -> None:
    facts = make_facts(business=business)
    pack = make_pack(change_of_mind=RIGHT, b2c_only=b2c_only)
    found = best(ask_law(facts, facts.lines[0], (pack,)))

    assert found.says is says


NAMES = st.frozensets(st.sampled_from("abcd"))


@given(
    needs=st.lists(NAMES.filter(bool), min_size=1, max_size=3),
    proven=NAMES,
    disproven=NAMES,
    practice=NAMES,
    lacking=NAMES,
)
def test_exceptions_are_three_valued(
    needs: list[frozenset[str]],
    proven: frozenset[str],
    disproven: frozenset[str],
    practice: frozenset[str],
    lacking: frozenset[str],
) -> None:
    exceptions = tuple(
        StatutoryException(code=f"e{n}", needs=each, cites="s")
        for n, each in enumerate(needs)
    )
    line = make_line(proven=proven, disproven=disproven)
    right = replace(RIGHT, exceptions=exceptions)
    found = asked(right, line, practice=practice, lacking=lacking)
    known, denied = proven | practice, disproven | lacking
    open_ones = [each for each in needs if not each & denied]

    if any(each <= known for each in open_ones):
        assert found.says is SILENT
    elif any(each & known for each in open_ones):
        assert found.says is CANNOT_TELL
    else:
        assert found.says is SPEAKS


def test_of_two_proven_exceptions_the_first_that_was_read_counts() -> None:
    both = tuple(
        StatutoryException(
            code=code, needs=frozenset({code}), cites="s 2", sure=Sureness.TEXT
        )
        for code in ("first", "second")
    )
    right = replace(RIGHT, exceptions=both)
    found = asked(right, make_line(proven=frozenset({"first", "second"})))

    assert (found.says, found.exception) == (SILENT, "first")
