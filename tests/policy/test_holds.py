"""Holds: what makes a person look, whatever the policy says."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.decision import Finding, Outcome, Says, Stratum
from plugin.policy.facts import Facts
from plugin.policy.holds import HOLDS, holds
from tests.builders import make_facts, make_line

SAYS = {True: Says.SPEAKS, False: Says.SILENT, None: Says.CANNOT_TELL}


def says(facts: Facts) -> dict[str, Says]:
    """Say what every hold says of a request."""
    return {finding.id: finding.says for finding in holds(facts)}


def test_a_plain_request_is_held_by_nothing() -> None:
    assert says(make_facts()) == {id: Says.SILENT for id, _, _ in HOLDS}


def test_a_hold_asks_for_a_person_and_says_why() -> None:
    assert holds(make_facts(opted_out=True))[2] == Finding(
        Stratum.HOLD,
        "opted-out",
        Says.SPEAKS,
        Outcome.REVIEW,
        why="the customer asked for a person",
    )


def test_every_hold_has_an_id_and_its_words() -> None:
    assert [(id, why) for id, why, _ in HOLDS] == [
        ("dispute-open", "a payment dispute is open"),
        ("fraud-suspected", "the order looks fraudulent"),
        ("opted-out", "the customer asked for a person"),
        ("order-cancelled", "the order was cancelled"),
        ("quantity", "the quantity does not add up"),
        ("asked-before", "the same item was asked for before"),
        ("incomplete", "the return is larger than was read"),
        ("no-lines", "the return names no items"),
    ]


@pytest.mark.parametrize("answer", [True, False, None])
@pytest.mark.parametrize(
    ("fact", "id"),
    [
        ("dispute_open", "dispute-open"),
        ("fraud_suspected", "fraud-suspected"),
        ("opted_out", "opted-out"),
        ("order_cancelled", "order-cancelled"),
    ],
)
def test_a_flag_holds_or_not_or_nobody_can_tell(
    fact: str, id: str, answer: bool | None
) -> None:
    found = says(make_facts(**{fact: answer}))
    others = {name: said for name, said in found.items() if name != id}

    assert found[id] is SAYS[answer]
    assert set(others.values()) == {Says.SILENT}


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        ([(1, 1)], False),
        ([(2, 2)], False),
        ([(1, 2)], False),
        ([(2, 1)], True),
        ([(0, 1)], True),
        ([(0, None)], True),
        ([(1, 0)], True),
        ([(1, None)], None),
        ([(1, 1), (1, None)], None),
        ([(2, 1), (1, None)], True),
        ([(1, None), (2, 1)], True),
        ([(1, 1), (3, 3)], False),
    ],
)
def test_a_quantity_has_to_add_up_on_every_item(
    counts: list[tuple[int, int | None]], answer: bool | None
) -> None:
    lines = [
        make_line(id=str(n), quantity=quantity, returnable=returnable)
        for n, (quantity, returnable) in enumerate(counts)
    ]

    assert says(make_facts(*lines))["quantity"] is SAYS[answer]


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"lines": (make_line(), make_line(asked_before="r-1"))}, "asked-before"),
        ({"complete": False}, "incomplete"),
        ({"lines": ()}, "no-lines"),
    ],
)
def test_what_is_odd_about_the_return_holds_it(
    changes: dict[str, Any], id: str
) -> None:
    found = says(make_facts(**changes))

    assert [name for name, said in found.items() if said is Says.SPEAKS] == [id]
