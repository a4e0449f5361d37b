"""Conditions: facts compared with values, joined by all, any and not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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


def facts_read(condition: Condition) -> tuple[str, ...]:
    """Name the facts that a condition reads, each once, in order."""
    if isinstance(condition, Test):
        return (condition.fact,)
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return tuple(dict.fromkeys(name for part in parts for name in facts_read(part)))
