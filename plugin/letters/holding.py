"""Holding: which tests of a condition made it true."""

from __future__ import annotations

from plugin.policy.clauses import compile_condition
from plugin.policy.compiling import Values
from plugin.policy.conditions import Condition, Not, Test


def held_tests(condition: Condition, values: Values) -> tuple[Test, ...]:
    """Name the tests that a true condition rests on: all of `all`, what holds of `any`.

    Nothing is named under `not`, which rests on what is not so.
    """
    if isinstance(condition, Not) or not compile_condition(condition)(values):
        return ()
    if isinstance(condition, Test):
        return (condition,)
    parts = (held_tests(part, values) for part in condition.parts)
    return tuple(test for tests in parts for test in tests)
