"""Letters: which tests made a condition true."""

from __future__ import annotations

from typing import Any as Anything

import pytest

from plugin.letters.holding import held_tests
from plugin.policy.conditions import All, Any, Condition, Not, Operator
from plugin.policy.conditions import Test as Comparison


def at_least(fact: str, least: int) -> Comparison:
    return Comparison(fact=fact, operator=Operator.AT_LEAST, value=least)


CHEAP, DEAR, LATE = at_least("a", 1), at_least("b", 5), at_least("c", 9)


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        (CHEAP, [CHEAP]),
        (DEAR, []),
        (All((CHEAP, LATE)), [CHEAP, LATE]),
        (All((CHEAP, DEAR)), []),
        (Any((DEAR, LATE, CHEAP)), [LATE, CHEAP]),
        (Any((DEAR,)), []),
        (Not(DEAR), []),
        (All((CHEAP, Not(DEAR))), [CHEAP]),
        (Any((All((CHEAP, DEAR)), All((LATE, Any((DEAR, CHEAP)))))), [LATE, CHEAP]),
        (Any((at_least("unknown", 1), CHEAP)), [CHEAP]),
        (All(()), []),
    ],
)
def test_it_names_the_tests_that_a_condition_rests_on(
    condition: Condition, held: list[Comparison]
) -> None:
    values: dict[str, Anything] = {"a": 1, "b": 2, "c": 9, "unknown": None}

    assert list(held_tests(condition, values)) == held
