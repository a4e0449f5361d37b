"""Random conditions on four flags, and a plain reading of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any as Anything

from hypothesis import settings
from hypothesis import strategies as st

from plugin.policy.conditions import All, Any, Condition, Not, Operator
from plugin.policy.conditions import Test as Comparison
from tests.policy.parts import is_flag

Answer = bool | None
Flags = dict[str, Answer]
# The same worlds on every run, however slow the machine.
seeded = settings(derandomize=True, deadline=None, max_examples=200)
NAMES = ("a", "b", "c", "d")
TRIPLE: tuple[Answer, ...] = (True, False, None)
# Whether one of four flags is as told.
FLAGS = st.builds(is_flag, st.sampled_from(NAMES), st.booleans())


def conditions(
    leaves: st.SearchStrategy[Condition] = FLAGS,
) -> st.SearchStrategy[Condition]:
    """Make conditions, joined and turned round."""
    return st.recursive(leaves, _joined, max_leaves=6)


def _joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(All, parts), st.builds(Any, parts), st.builds(Not, inner)
    )


def known_flags() -> st.SearchStrategy[Flags]:
    """Make what is known of the four flags."""
    return st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(TRIPLE)))


def completions(known: Flags) -> Iterator[Flags]:
    """Fill in what is not known in every way."""
    choices = [
        [value] if value is not None else [True, False] for value in known.values()
    ]
    for values in product(*choices):
        yield dict(zip(known, values, strict=True))


_COMPARED: dict[Operator, Callable[[Anything, Anything], object]] = {
    Operator.EQUALS: lambda fact, value: fact == value,
    Operator.CONTAINS: lambda fact, value: value in fact,
    Operator.AT_LEAST: lambda fact, value: fact >= value,
    Operator.AT_MOST: lambda fact, value: fact <= value,
}


def answer_of(condition: Condition, values: Mapping[str, Anything]) -> Answer:
    """Answer by Kleene's logic of three grades: least of all, most of any."""
    return (False, None, True)[_grade(condition, values)]


def _grade(condition: Condition, values: Mapping[str, Anything]) -> int:
    if isinstance(condition, Not):
        return 2 - _grade(condition.part, values)
    if isinstance(condition, Comparison):
        fact = values[condition.fact]
        found = _COMPARED[condition.operator]
        return 1 if fact is None else 2 * bool(found(fact, condition.value))
    grades = [_grade(part, values) for part in condition.parts]
    return (
        min(grades, default=2) if isinstance(condition, All) else max(grades, default=0)
    )
