"""Older documents in the form of today: each version becomes the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from marshmallow import ValidationError

from plugin.schemas.strict import whole_number

Document = dict[str, Any]

# The version that is written now; older ones can still be read.
VERSION = 2


def upgraded(document: Mapping[str, Any]) -> Document:
    """Bring a policy document up to date; what is not understood is left as it is."""
    current = dict(document)
    if _version(current) == 1:
        current = _from_1(current)
    return current


def _version(document: Document) -> int | None:
    """Read the version as the schema does: a form sends it as text, a flag is none."""
    try:
        return whole_number(document.get("schema"))
    except ValidationError:
        return None


def _from_1(document: Document) -> Document:
    """Version 1 knew one offer, a discount code, under its own name."""
    offers = document.get("offers", {})
    if not isinstance(offers, Mapping) or set(offers) - {"code"}:
        # The schema says what is wrong with it.
        return document
    code = offers.get("code")
    if code is None:
        return {**document, "schema": VERSION, "offers": []}
    if not isinstance(code, Mapping) or not {"id", "remedy"}.isdisjoint(code):
        return document
    offer = {"id": _free_id(document), "remedy": "code", **code}
    return {**document, "schema": VERSION, "offers": [offer]}


def _free_id(document: Document) -> str:
    """Name the offer, which had no name, as no rule is named."""
    lists = (part for part in document.values() if isinstance(part, list))
    rules = (rule for rules in lists for rule in rules if isinstance(rule, Mapping))
    used = {str(rule.get("id")) for rule in rules}
    return next(name for name in _names() if name not in used)


def _names() -> Iterator[str]:
    yield "code"
    yield from (f"code-{number}" for number in count(2))
