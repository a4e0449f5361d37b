"""Older documents in the form of today: each version becomes the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The version that is written now; older ones can still be read.
VERSION = 2


def upgraded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a policy document up to date; what is not understood is left as it is."""
    current = dict(document)
    if current.get("schema") == 1:
        current = _from_1(current)
    return current


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew one offer, a discount code, under its own name."""
    offers = document.get("offers", {})
    if not isinstance(offers, Mapping) or set(offers) - {"code"}:
        # The schema says what is wrong with it.
        return document
    code = offers.get("code")
    if code is not None and not isinstance(code, Mapping):
        return document
    listed = [] if code is None else [{"id": "code", "remedy": "code", **code}]
    return {**document, "schema": VERSION, "offers": listed}
