"""Strict reading of documents: unknown names are errors that name the nearest one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

Errors = dict[str, list[str]]

_WHOLE = re.compile(r"-?[0-9]{1,9}")
_LARGEST = 999_999_999


class Strict(Schema):
    """A schema that refuses every name it does not know."""

    class Meta:
        """Unknown names are reported below, with a better message."""

        unknown = EXCLUDE

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_names(
        self, _data: dict[str, Any], original: object, **_: object
    ) -> None:
        """Report each unknown name at its own path."""
        if not isinstance(original, Mapping):
            return
        known = {field.data_key or name for name, field in self.fields.items()}
        unknown = [key for key in original if key not in known]
        if unknown:
            raise ValidationError({str(k): [unknown_name(k, known)] for k in unknown})


class WholeNumber(fields.Field[int]):
    """A whole number, also when a form sends it as text; never a float or a flag."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        return whole_number(value)


def whole_number(value: object) -> int:
    """Read a whole number of at most nine digits; `ValidationError` for the rest."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    small = isinstance(value, int) and abs(value) <= _LARGEST
    if isinstance(value, bool) or not isinstance(value, int) or not small:
        raise ValidationError("give a whole number")
    return value


def unknown_name(name: object, known: Iterable[str]) -> str:
    """Say that a name is not known and which known name is nearest."""
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"use one of {', '.join(names)}"
    return f"unknown name `{name}`; {hint}"


def flatten(messages: object, path: str = "") -> Errors:
    """Turn nested messages into dotted paths, each with its list of sentences."""
    if not isinstance(messages, Mapping):
        listed = messages if isinstance(messages, list) else [messages]
        return {path or "document": [str(message) for message in listed]}
    found: Errors = {}
    for key, inner in messages.items():
        # What marshmallow adds of its own for a whole document or a part of a mapping.
        own = key in ("_schema", "key", "value")
        below = path if own else f"{path}.{key}".lstrip(".")
        for name, sentences in flatten(inner, below).items():
            found.setdefault(name, []).extend(sentences)
    return found
