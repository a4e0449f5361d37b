"""What is said of a value at fault, in our own sentences: what to give instead."""

from __future__ import annotations

from copy import copy
from typing import Any

from marshmallow import fields, validate

TYPE = "give names with values"

_ALWAYS = {
    "required": "this is missing; give it",
    "null": "nothing is given here; give a value",
    "unknown": "use one of: {choices}",
}
_INVALID: dict[type[fields.Field[Any]], str] = {
    fields.Url: "give an address such as https://shop.example/page",
    fields.String: "give a text, in quotes if it looks like a number",
    fields.Boolean: "give true or false",
    fields.Integer: "give a whole number",
    fields.List: "give a list",
    fields.Mapping: TYPE,
}


def in_our_words(field: fields.Field[Any]) -> None:
    """Let a field, and the fields within it, say faults in our sentences."""
    field.error_messages = {**field.error_messages, **_ALWAYS, **_invalid(field)}
    listed = isinstance(field, fields.List | fields.Mapping)
    unit = " entries" if listed else " characters"
    field.validators = [_said(each, unit) for each in field.validators]
    for inner in _within(field):
        in_our_words(inner)


def _invalid(field: fields.Field[Any]) -> dict[str, str]:
    said = [text for kind, text in _INVALID.items() if isinstance(field, kind)]
    return {"invalid": said[0]} if said else {}


def _within(field: fields.Field[Any]) -> list[fields.Field[Any]]:
    if isinstance(field, fields.List):
        return [field.inner]
    if isinstance(field, fields.Mapping):
        return [part for part in (field.key_field, field.value_field) if part]
    return []


def _said(validator: Any, unit: str) -> Any:
    """Give a validator that says what it wants, unless it has words already."""
    words = _wants(validator, unit)
    own = getattr(validator, "error", None)
    if words is None or own != getattr(validator, "default_message", None):
        return validator
    # A copy, since one validator may serve several fields.
    said = copy(validator)
    said.error = words
    return said


def _wants(validator: Any, unit: str) -> str | None:
    if isinstance(validator, validate.Range):
        if validator.max is None:
            return f"give a number of at least {validator.min}"
        return f"give a number from {validator.min} to {validator.max}"
    if isinstance(validator, validate.Length):
        return f"give {_as_many(validator)}{unit}"
    if isinstance(validator, validate.Equal):
        return "give {other}"
    if isinstance(validator, validate.Regexp):
        return "this has another form than it must have; see the documentation"
    if isinstance(validator, validate.OneOf):
        return "use one of: {choices}"
    return _INVALID[fields.Url] if isinstance(validator, validate.URL) else None


def _as_many(length: validate.Length) -> str:
    if length.min is None:
        return f"at most {length.max}"
    return (
        f"at least {length.min}"
        if length.max is None
        else f"{length.min} to {length.max}"
    )
