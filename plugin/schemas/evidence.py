"""Evidence: how well each value of a pack is known, by its dotted path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from plugin.policy.decision import Sureness

Document = dict[str, Any]

# The parts of a pack that state law; the rest says what the pack is.
LAW_PARTS = (
    "in_force",
    "scope",
    "change_of_mind",
    "fault",
    "late_delivery",
    "penalty",
    "final_sale",
)

_LISTED = (Sureness.TEXT, Sureness.PAGE, Sureness.SECONDARY)
_ORDER = (*_LISTED, Sureness.MEMORY)
_DOTTED = re.compile(r"[a-z_]+(\.[a-z0-9_]+)*")


class Levels:
    """How well each value of one merged pack is known; what nobody listed is memory."""

    def __init__(self, known: Mapping[str, Sureness]) -> None:
        """Keep the level of each value by its path."""
        self.known = dict(known)

    def of(self, path: str) -> Sureness:
        """Say how well one value is known; a value that is not there is not known."""
        return self.known.get(path, Sureness.MEMORY)

    def weakest(self, prefix: str, *names: str) -> Sureness:
        """Say how well the least known of several values of a part is known."""
        return weakest(*(self.of(f"{prefix}.{name}") for name in names))


def weakest(*levels: Sureness) -> Sureness:
    """Pick the weakest of several levels; of none at all nothing is known."""
    return max(levels, key=_ORDER.index, default=Sureness.MEMORY)


def values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give every value that states law by its path, an exception by its code."""
    return dict(_values({k: document[k] for k in LAW_PARTS if k in document}, ""))


def _values(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        below = f"{path}.{key}".lstrip(".")
        if isinstance(inner, dict) and inner:
            yield from _values(inner, below)
        elif isinstance(inner, list) and inner and all(_coded(e) for e in inner):
            yield from ((f"{below}.{each['code']}", each) for each in inner)
        else:
            yield below, inner


def _coded(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("code"), str)


def stated(document: Mapping[str, Any]) -> dict[str, Sureness]:
    """Read the levels a document states, by path; one path has one level."""
    evidence = document.get("evidence")
    found: dict[str, Sureness] = {}
    for level in _LISTED:
        for path in _paths(evidence, level):
            if path in found:
                why = f"`{path}` is listed already; leave it in one list"
                raise ValidationError({"evidence": {level.value: [why]}})
            found[path] = level
    return found


def _paths(evidence: object, level: Sureness) -> list[str]:
    listed = evidence.get(level.value) if isinstance(evidence, Mapping) else None
    paths = (
        [p for p in listed if isinstance(p, str)] if isinstance(listed, list) else []
    )
    return [path for path in paths if _DOTTED.fullmatch(path) and _of_law(path)]


def _of_law(path: str) -> bool:
    return path.partition(".")[0] in LAW_PARTS


def covering(levels: Mapping[str, Sureness], path: str) -> Sureness | None:
    """Find the level stated for a path or, failing that, for what it is a part of."""
    while path:
        if path in levels:
            return levels[path]
        path = path.rpartition(".")[0]
    return None


def unfounded(
    levels: Mapping[str, Sureness], known: Mapping[str, Any]
) -> tuple[str, ...]:
    """Find evidence for values that are not there; a misspelt path proves nothing."""
    return tuple(
        path
        for path in levels
        if not any(name == path or name.startswith(f"{path}.") for name in known)
    )
