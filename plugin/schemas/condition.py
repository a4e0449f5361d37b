"""Conditions as data: read, checked against the catalogue of facts, and built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any as Anything

from babel import Locale
from marshmallow import ValidationError, fields

from plugin.policy.catalogue import CATALOGUE, FAMILIES, known
from plugin.policy.conditions import All, Any, Condition, Not, Operator, Test
from plugin.policy.facts import REASONS
from plugin.policy.known import Kind, Known
from plugin.schemas.strict import LARGEST, refuse_unknown, unknown_name, whole_number

MAX_DEPTH = 8
MAX_LIST = 250
MAX_WORD = 255

# How large a number may be that a fact is compared with, by the fact's unit; what is
# counted one by one has a bound of its own.
_MOST = {
    "smallest currency unit": LARGEST,
    "days": 100_000,
    "hours": 100_000,
    "percent": 1000,
}
_MOST_COUNTED = 10_000

_COUNTRIES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha()
)

_SHAPE = "give `all`, `any`, `not`, or `fact` with one operator"
_JOINS = ("all", "any", "not")
_OPERATORS = {operator.value: operator for operator in Operator}

Value = int | str | bool | frozenset[str]


class ConditionField(fields.Field[Condition]):
    """A condition: `all`, `any`, `not`, or a fact with exactly one operator."""

    def _deserialize(self, value: Anything, *_: Anything, **__: Anything) -> Condition:
        return read_condition(value)


def read_condition(value: object, depth: int = 1) -> Condition:
    """Read one condition; `ValidationError` says where in it the fault lies."""
    if not isinstance(value, Mapping):
        raise ValidationError(_SHAPE)
    if depth > MAX_DEPTH:
        raise ValidationError(f"nest at most {MAX_DEPTH} levels")
    if "fact" in value:
        return _read_test(value)
    refuse_unknown(value, (*_JOINS, "fact"))
    if len(value) != 1:
        raise ValidationError(_SHAPE)
    ((name, inner),) = value.items()
    if name == "not":
        return Not(_below(name, inner, depth))
    parts = _read_parts(name, inner, depth)
    return All(parts) if name == "all" else Any(parts)


def _below(name: str, inner: object, depth: int) -> Condition:
    try:
        return read_condition(inner, depth + 1)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error


def _read_parts(name: str, inner: object, depth: int) -> tuple[Condition, ...]:
    if not isinstance(inner, list) or not 1 <= len(inner) <= MAX_LIST:
        raise ValidationError({name: [f"give a list of 1 to {MAX_LIST} conditions"]})
    parts: list[Condition] = []
    errors: dict[int, Anything] = {}
    for position, part in enumerate(inner):
        try:
            parts.append(read_condition(part, depth + 1))
        except ValidationError as error:
            errors[position] = error.messages
    if errors:
        raise ValidationError({name: errors})
    return tuple(parts)


def _read_test(value: Mapping[str, object]) -> Test:
    found = known_fact(value["fact"])
    name = found.name
    refuse_unknown(value, ("fact", *_OPERATORS))
    given = [key for key in value if key != "fact"]
    fits = _FITS[found.kind]
    if len(given) != 1:
        raise ValidationError(f"give `{name}` exactly one of {_names(fits)}")
    operator = _OPERATORS[given[0]]
    if operator not in fits:
        why = f"`{given[0]}` does not fit `{name}`; use {_names(fits)}"
        raise ValidationError({given[0]: [why]})
    try:
        read = fits[operator](found, value[given[0]])
    except ValidationError as error:
        raise ValidationError({given[0]: error.messages}) from error
    return Test(fact=name, operator=operator, value=read)


def known_fact(name: object) -> Known:
    """Find a fact; `ValidationError` names the nearest when there is none."""
    try:
        return known(name if isinstance(name, str) else "")
    except KeyError:
        names = (*CATALOGUE, *(family.format(days=90) for family in FAMILIES))
        raise ValidationError({"fact": [unknown_name(name, names)]}) from None


class FactField(fields.Field[str]):
    """The name of a fact of one kind."""

    def __init__(self, kind: Kind, **options: Anything) -> None:
        """Take facts of this kind only."""
        super().__init__(allow_none=True, **options)
        self.kind = kind

    def _deserialize(self, value: Anything, *_: Anything, **__: Anything) -> str:
        try:
            found = known_fact(value)
        except ValidationError as error:
            raise ValidationError(error.messages_dict["fact"]) from error
        if found.kind is not self.kind:
            raise ValidationError(f"`{found.name}` is no {self.kind.value}")
        return found.name


def _names(fits: Mapping[Operator, object]) -> str:
    return ", ".join(operator.value for operator in fits)


def _number(fact: Known, value: object) -> int:
    return number_for(fact, whole_number(value))


def number_for(fact: Known, number: int) -> int:
    """Take a number that a fact may have; `ValidationError` for one far beyond."""
    most = _MOST.get(fact.unit, _MOST_COUNTED)
    if abs(number) > most:
        why = f"`{fact.name}` is counted in {fact.unit}: give at most {most}"
        raise ValidationError(why)
    return number


def _flag(_fact: Known, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValidationError("give true or false")
    return value


def _word(fact: Known, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_WORD:
        raise ValidationError(f"give a text of 1 to {MAX_WORD} characters")
    word = value.strip()
    if fact.name == "country":
        return _country(word)
    if fact.name == "reason":
        return _reason(word)
    if fact.choices and word.lower() not in fact.choices:
        raise ValidationError(unknown_name(word.lower(), fact.choices))
    if fact.name == "region":
        return word.upper()
    # Everything else is compared in small letters, as the facts carry it.
    return word.lower()


def _country(word: str) -> str:
    if word.upper() not in _COUNTRIES:
        raise ValidationError(f"`{word}` is no country; give a code such as DE")
    return word.upper()


def _reason(word: str) -> str:
    """Take a handle; shops may have reasons of their own, but a slip is a fault."""
    spelt = word.lower().replace("_", "-")
    near = get_close_matches(spelt, REASONS, n=1, cutoff=0.8)
    if word not in REASONS and near:
        raise ValidationError(f"unknown reason `{word}`; did you mean `{near[0]}`?")
    return word


def _words(fact: Known, value: object) -> frozenset[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LIST:
        raise ValidationError(f"give a list of 1 to {MAX_LIST} texts")
    return frozenset(_word(fact, word) for word in value)


_FITS: dict[Kind, dict[Operator, Callable[[Known, object], Value]]] = {
    Kind.NUMBER: {
        Operator.EQUALS: _number,
        Operator.MORE_THAN: _number,
        Operator.AT_LEAST: _number,
        Operator.LESS_THAN: _number,
        Operator.AT_MOST: _number,
    },
    Kind.TEXT: {Operator.EQUALS: _word, Operator.ONE_OF: _words},
    Kind.SET: {Operator.CONTAINS: _word, Operator.CONTAINS_ANY: _words},
    Kind.FLAG: {Operator.EQUALS: _flag},
}

# The operators by kind of fact, as a document writes them.
OPERATORS = {
    kind: tuple(operator.value for operator in fits) for kind, fits in _FITS.items()
}
