"""A finding: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; the worst of all is the command's exit code."""

    OK = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One answer of an examination; `do` says the way out where one is needed."""

    check: str
    level: Level
    says: str
    do: str | None = None
    shop: str | None = None

    def as_json(self) -> dict[str, object]:
        """Show it as data."""
        return {**asdict(self), "level": self.level.name.lower()}


def fine(check: str, says: str, shop: str | None = None) -> Finding:
    """Find nothing wrong."""
    return Finding(check=check, level=Level.OK, says=says, shop=shop)


def warn(check: str, says: str, do: str, shop: str | None = None) -> Finding:
    """Find what will not hold for long."""
    return Finding(check=check, level=Level.WARNING, says=says, do=do, shop=shop)


def fail(check: str, says: str, do: str, shop: str | None = None) -> Finding:
    """Find what breaks a promise now."""
    return Finding(check=check, level=Level.ERROR, says=says, do=do, shop=shop)


def worst(findings: Iterable[Finding]) -> Level:
    """Tell the worst of all."""
    return max((found.level for found in findings), default=Level.OK)
