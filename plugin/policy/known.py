"""What a catalogued fact is: name, kind, unit, meaning, source, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from plugin.policy.facts import Facts, Line

Value = int | str | bool | frozenset[str]
Reads = Callable[[Facts, Line], Value | None]


class Kind(Enum):
    """What a fact's value is, and so which operators fit it."""

    NUMBER = "number"
    TEXT = "text"
    SET = "set"
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One named fact.

    `source` says where it comes from, `unknown` when it is not known; `choices` are the
    only values it takes, where there are such. `reads` gives None when not known.
    """

    name: str
    kind: Kind
    meaning: str
    source: str
    unknown: str
    reads: Reads
    unit: str = ""
    choices: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        name: str,
        kind: Kind,
        meaning: str,
        source: str,
        unknown: str,
        reads: Reads,
        unit: str = "",
        choices: frozenset[str] = frozenset(),
    ) -> Known:
        """Make a fact from its row of the table, column by column."""
        return cls(
            name=name,
            kind=kind,
            meaning=meaning,
            source=source,
            unknown=unknown,
            reads=reads,
            unit=unit,
            choices=choices,
        )
