"""Canonical JSON back into values: the other way of `canonical`."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")

PLAIN: Mapping[type, Callable[[Any], object]] = {
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
        found: Value = _value(wanted, renewed(json.loads(text)))
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise NotRevived(f"no `{wanted.__name__}`: {error}") from error
    return found


def _value(wanted: Any, data: Any) -> Any:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is UnionType:
        return _optional(inner, data)
    if origin in (tuple, frozenset):
        return origin(_value(inner[0], item) for item in data)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _record(wanted, data)
    if issubclass(wanted, Enum):
        return wanted(data)
    if wanted in PLAIN:
        return PLAIN[wanted](data)
    if type(data) is not wanted:
        raise TypeError(f"`{data!r}` is no {wanted.__name__}")
    return data


def _optional(inner: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    [wanted] = (each for each in inner if each is not NoneType)
    return _value(wanted, data)


def _record(wanted: type[Any], data: Mapping[str, Any]) -> Any:
    known = _hints(cast("Hashable", wanted))
    unknown = sorted(data.keys() - known.keys())
    if unknown:
        raise ValueError(f"unknown field `{unknown[0]}`")
    return wanted(**{name: _value(known[name], item) for name, item in data.items()})


@cache
def _hints(wanted: Hashable) -> dict[str, Any]:
    hints = get_type_hints(wanted)
    return {each.name: hints[each.name] for each in fields(cast("Any", wanted))}
