"""Conditions and clauses: the merchant's rules as data, compiled once per version.

Logic is three-valued (Kleene): a condition on an unknown fact is unknown, not false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from plugin.policy.decision import Ground, Outcome

Values = Mapping[str, object]
Asks = Callable[[Values], bool | None]


class Operator(Enum):
    """How a fact is compared with a value."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    CONTAINS_ANY = "contains_any"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """One fact compared with one value."""

    fact: str
    operator: Operator
    value: int | str | bool | frozenset[str]


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when at least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Condition


Condition = Test | All | Any | Not

_COMPARE: dict[Operator, Callable[[object, object], bool]] = {
    Operator.EQUALS: lambda fact, value: fact == value,
    Operator.ONE_OF: lambda fact, value: fact in value,  # type: ignore[operator]
    Operator.CONTAINS: lambda fact, value: value in fact,  # type: ignore[operator]
    Operator.CONTAINS_ANY: lambda fact, value: not value.isdisjoint(fact),  # type: ignore[attr-defined]
    Operator.MORE_THAN: lambda fact, value: fact > value,  # type: ignore[operator]
    Operator.AT_LEAST: lambda fact, value: fact >= value,  # type: ignore[operator]
    Operator.LESS_THAN: lambda fact, value: fact < value,  # type: ignore[operator]
    Operator.AT_MOST: lambda fact, value: fact <= value,  # type: ignore[operator]
}


def compile_condition(condition: Condition) -> Asks:
    """Turn a condition into a function from known values to True, False or None."""
    if isinstance(condition, Test):
        return _compile_test(condition)
    if isinstance(condition, Not):
        return _compile_not(compile_condition(condition.part))
    asks = tuple(compile_condition(part) for part in condition.parts)
    return _compile_join(asks, settles=isinstance(condition, Any))


def _compile_test(test: Test) -> Asks:
    fact, compare, value = test.fact, _COMPARE[test.operator], test.value

    def ask(values: Values) -> bool | None:
        known = values[fact]
        return None if known is None else compare(known, value)

    return ask


def _compile_not(part: Asks) -> Asks:
    def ask(values: Values) -> bool | None:
        answer = part(values)
        return None if answer is None else not answer

    return ask


def _compile_join(parts: tuple[Asks, ...], *, settles: bool) -> Asks:
    """Join answers; one that equals `settles` decides, an unknown one clouds."""

    def ask(values: Values) -> bool | None:
        answers = [part(values) for part in parts]
        if settles in answers:
            return settles
        return None if None in answers else not settles

    return ask


def facts_read(condition: Condition) -> tuple[str, ...]:
    """Name the facts that a condition reads, each once, in order."""
    if isinstance(condition, Test):
        return (condition.fact,)
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return tuple(dict.fromkeys(name for part in parts for name in facts_read(part)))


class Clause:
    """One named rule of a policy: when its condition holds, its outcome is meant.

    `texts` are the words for the customer, a pair of language and sentence each.
    """

    __slots__ = ("asks", "ground", "id", "offers", "reads", "texts", "then", "when")

    def __init__(
        self,
        *,
        id: str,
        when: Condition,
        then: Outcome,
        texts: tuple[tuple[str, str], ...] = (),
        ground: Ground | None = None,
        offers: bool = True,
    ) -> None:
        """Compile the condition; the parts stay readable beside it."""
        self.id = id
        self.when = when
        self.then = then
        self.texts = texts
        self.ground = ground
        self.offers = offers
        self.asks = compile_condition(when)
        self.reads = facts_read(when)
