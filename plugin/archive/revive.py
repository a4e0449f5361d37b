"""Canonical JSON back into values: the other way of `canonical`."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")

Reader = Callable[[Any], Any]

PLAIN: Mapping[type, Reader] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
}


class NotRevived(ValueError):
    """A text does not hold a value of the wanted type."""

    code = "not_revived"


def _as_it_is(data: Any) -> Any:
    return data


def revive(
    wanted: type[Value], text: str, renewed: Callable[[Any], Any] = _as_it_is
) -> Value:
    """Read a value of a type; what an older text does not say takes its default.

    `renewed` writes data of an older form as it is written now. Raises `NotRevived`
    when the text holds something else.
    """
    try:
        found: Value = _reader(cast("Hashable", wanted))(renewed(json.loads(text)))
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise NotRevived(f"no `{wanted.__name__}`: {error}") from error
    return found


@cache
def _reader(wanted: Any) -> Reader:
    """Make what reads data as a type; once, since many values are of few types."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is UnionType:
        [one] = (each for each in inner if each is not NoneType)
        return partial(_optional, _reader(one))
    if origin in (tuple, frozenset):
        return partial(_several, origin, _reader(inner[0]))
    if is_dataclass(wanted) and isinstance(wanted, type):
        return partial(_record, wanted)
    if issubclass(wanted, Enum):
        return cast("Reader", wanted)
    return PLAIN.get(wanted) or partial(_plain, wanted)


def _optional(read: Reader, data: Any) -> Any:
    return None if data is None else read(data)


def _several(kind: Reader, read: Reader, data: Iterable[Any]) -> Any:
    return kind(map(read, data))


def _plain(wanted: type[Any], data: Any) -> Any:
    if type(data) is not wanted:
        raise TypeError(f"`{data!r}` is no {wanted.__name__}")
    return data


def _record(wanted: type[Any], data: Mapping[str, Any]) -> Any:
    known = _readers(cast("Hashable", wanted))
    unknown = sorted(data.keys() - known.keys())
    if unknown:
        raise ValueError(f"unknown field `{unknown[0]}`")
    return wanted(**{name: known[name](item) for name, item in data.items()})


@cache
def _readers(wanted: Hashable) -> dict[str, Reader]:
    hints = get_type_hints(wanted)
    named = (each.name for each in fields(cast("Any", wanted)))
    return {name: _reader(hints[name]) for name in named}
