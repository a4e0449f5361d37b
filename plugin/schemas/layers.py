"""Layers: a pack laid over the one it inherits from, and how it was in earlier days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marshmallow import ValidationError

from plugin.policy.decision import Sureness
from plugin.schemas.evidence import (
    Document,
    Levels,
    covering,
    stated,
    unfounded,
    values,
)

# What is said of one pack only and never passed on to those that inherit from it.
_OWN = ("applies_to", "inherits", "earlier", "evidence")
_OF_EARLIER = (
    "before",
    "in_force",
    "scope",
    "change_of_mind",
    "fault",
    "late_delivery",
    "penalty",
    "final_sale",
    "evidence",
    "notes",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """A merged document with the level of each of its values.

    `astray` are the paths of evidence under which there is no value.
    """

    document: Document
    levels: Levels
    astray: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """How the law was for orders placed since a day and before another."""

    since: date | None
    until: date | None
    layer: Layer


def versions(document: Document, parent: Document | None) -> tuple[Version, ...]:
    """Merge a pack for every stretch of days on which it was different; newest first.

    Raises `ValidationError` where a layer cannot be laid.
    """
    inherited = _earlier(parent) if parent else []
    own = _earlier(document)
    ends = sorted({e["before"] for e in (*inherited, *own)}, reverse=True)
    found = []
    for until in (None, *ends):
        base = _as_of(_ground(parent), inherited, until) if parent else None
        layer = _as_of(_over(base, document), own, until)
        since = next((end for end in ends if until is None or end < until), None)
        found.append(Version(since=since, until=until, layer=layer))
    # The oldest is as old as the pack says it is.
    oldest = replace(found[-1], since=_since(found[-1].layer.document))
    return (*found[:-1], oldest)


def _since(document: Document) -> date | None:
    in_force = document.get("in_force")
    since = in_force.get("since") if isinstance(in_force, Mapping) else None
    return since if isinstance(since, date) else None


def _ground(document: Document) -> Layer:
    return _over(None, document)


def _as_of(layer: Layer, earlier: list[Document], until: date | None) -> Layer:
    """Lay over what was different before a day, going back from the youngest change."""
    for change in earlier:
        if until is not None and until <= change["before"]:
            layer = _over(layer, change, keeps=True)
    return layer


def _over(base: Layer | None, overlay: Document, *, keeps: bool = False) -> Layer:
    """Lay a document over a layer.

    A value that stays as it is keeps its level; one that changes has the level that
    the overlay states for it. An earlier state of the same pack keeps it either way,
    for it was read in the same place.
    """
    own = {k: v for k, v in overlay.items() if k not in ("earlier", "before")}
    if base is None:
        merged, below = own, {}
    else:
        ground = {k: v for k, v in base.document.items() if keeps or k not in _OWN}
        merged, below = laid_over(ground, own), values(base.document)
        merged["sources"] = _all_sources(own.get("sources"), ground.get("sources"))
    levels = stated(overlay)
    found = values(merged)
    known = {}
    for path, value in found.items():
        level = covering(levels, path)
        same = path in below and (keeps or below[path] == value)
        if level is None and base is not None and same:
            level = base.levels.of(path)
        known[path] = level or Sureness.MEMORY
    # What the pack below says of itself, it answers for itself.
    before = base.astray if base is not None and keeps else ()
    astray = (*before, *unfounded(levels, found))
    return Layer(document=merged, levels=Levels(known), astray=astray)


def _all_sources(own: object, below: object) -> object:
    """Keep the sources of the pack below, for what was read there holds here too."""
    if not isinstance(below, list) or own is None:
        return below
    if not isinstance(own, list):
        return own
    ids = [each.get("id") for each in own if isinstance(each, dict)]
    others = (s for s in below if isinstance(s, dict) and s.get("id") not in ids)
    return [*own, *others]


def laid_over(base: Document, overlay: Document) -> Document:
    """Merge two documents key by key; the overlay's values win."""
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = laid_over(below, value)
        merged[key] = value
    return merged


def _earlier(document: Document) -> list[Document]:
    """Read the earlier states of a pack, the youngest first."""
    found = document.get("earlier") or []
    if not isinstance(found, list) or not all(_sound(each) for each in found):
        why = f"give a list, each with `before` and parts of {', '.join(_OF_EARLIER)}"
        raise ValidationError({"earlier": [why]})
    days = [each["before"] for each in found]
    if days != sorted(set(days), reverse=True):
        raise ValidationError({"earlier": ["name each day once, the youngest first"]})
    return found


def _sound(change: Any) -> bool:
    return (
        isinstance(change, dict)
        and type(change.get("before")) is date
        and set(change) <= set(_OF_EARLIER)
    )
