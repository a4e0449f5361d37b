"""Remark: one thing that is amiss in a policy, with an example and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Shown = int | str | bool | tuple[str, ...]
Example = tuple[tuple[str, Shown], ...]


class Severity(Enum):
    """How much a remark matters: what cannot be used, what surprises, what helps."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """One finding about a policy.

    `where` is a dotted path in the document, `example` a request that shows it, by the
    names of the facts, and `fix` a sentence that says what to do.
    """

    kind: str
    severity: Severity
    where: str
    message: str
    fix: str
    example: Example | None = None


# The parts of a policy document, in the order in which a merchant reads them.
PARTS = (
    *("document", "schema", "name", "window", "windows", "seasons", "limits"),
    *("clauses", "fees", "refund", "offers", "words", "default"),
)
_WEIGHT = {severity: place for place, severity in enumerate(Severity)}


def in_order(remarks: list[Remark]) -> tuple[Remark, ...]:
    """Sort remarks by severity, then by their place in the document."""
    return tuple(sorted(remarks, key=_place))


def _place(remark: Remark) -> tuple[int, int, int]:
    part, _, rest = remark.where.partition(".")
    number = rest.partition(".")[0]
    return (
        _WEIGHT[remark.severity],
        PARTS.index(part) if part in PARTS else len(PARTS),
        int(number) if number.isdigit() else -1,
    )
