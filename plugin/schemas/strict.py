"""Strict reading of documents: unknown names are errors that name the nearest one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Self

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from plugin.schemas.said import TYPE, in_our_words

Errors = dict[str, list[str]]

_WHOLE = re.compile(r"-?[0-9]{1,9}")
LARGEST = 999_999_999
# Looking for the nearest name takes time, and nobody reads more of them.
MOST_UNKNOWN = 20
_LONGEST_NAME = 80


class Strict(Schema):
    """A schema that refuses every name it does not know."""

    class Meta:
        """Unknown names are reported below, with a better message."""

        unknown = EXCLUDE

    error_messages = {"type": TYPE}  # noqa: RUF012, marshmallow's way

    def on_bind_field(self, _field_name: str, field_obj: fields.Field[Any]) -> None:
        """Say every fault in our own sentences."""
        in_our_words(field_obj)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_names(
        self, _data: dict[str, Any], original: object, **_: object
    ) -> None:
        """Report each unknown name at its own path."""
        if not isinstance(original, Mapping):
            return
        known = {field.data_key or name for name, field in self.fields.items()}
        refuse_unknown(original, known)


class WholeNumber(fields.Field[int]):
    """A whole number, also when a form sends it as text; never a float or a flag."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        return whole_number(value)


def whole_number(value: object) -> int:
    """Read a whole number of at most nine digits; `ValidationError` for the rest."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    small = isinstance(value, int) and abs(value) <= LARGEST
    if isinstance(value, bool) or not isinstance(value, int) or not small:
        raise ValidationError("give a whole number")
    return value


class UnknownName(str):
    """A fault told in full only when it is said, since that takes time."""

    __slots__ = ("known", "name")
    name: str
    known: tuple[str, ...]

    def __new__(cls, name: str, known: Iterable[str]) -> Self:
        """Start with what can be said at once."""
        fault = super().__new__(cls, f"unknown name `{name}`")
        fault.name = name
        fault.known = tuple(known)
        return fault

    def __str__(self) -> str:
        """Say which known name is nearest."""
        names = sorted(self.known)
        near = get_close_matches(self.name, names, n=1)
        if near:
            return f"unknown name `{self.name}`; did you mean `{near[0]}`?"
        return f"unknown name `{self.name}`; use one of {', '.join(names)}"


def unknown_name(name: object, known: Iterable[str]) -> UnknownName:
    """Say that a name is not known and which known name is nearest."""
    return UnknownName(str(name)[:_LONGEST_NAME], known)


def refuse_unknown(given: Iterable[object], known: Collection[str]) -> None:
    """Raise `ValidationError` with each name that is not known, at its own path."""
    unknown = [str(key)[:_LONGEST_NAME] for key in given if key not in known]
    if unknown:
        raise ValidationError({name: [unknown_name(name, known)] for name in unknown})


def flatten(messages: object, path: str = "") -> Errors:
    """Turn nested messages into dotted paths, each with its list of sentences.

    Of unknown names the first are said, and the rest counted.
    """
    found: Errors = {}
    unknown = 0
    for where, message in _listed(messages, path):
        if isinstance(message, UnknownName):
            unknown += 1
            if unknown > MOST_UNKNOWN:
                continue
        found.setdefault(where, []).append(str(message))
    if unknown > MOST_UNKNOWN:
        more = f"{unknown - MOST_UNKNOWN} more names are unknown; correct these first"
        found.setdefault(path or "document", []).append(more)
    return found


def _listed(messages: object, path: str) -> Iterator[tuple[str, object]]:
    if not isinstance(messages, Mapping):
        for message in messages if isinstance(messages, list) else [messages]:
            yield path or "document", message
        return
    for key, inner in messages.items():
        # What marshmallow adds of its own for a whole document or a part of a mapping.
        own = key in ("_schema", "key", "value")
        yield from _listed(inner, path if own else f"{path}.{key}".lstrip("."))
