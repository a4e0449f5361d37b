"""Findings of the law: entitled, silent or unclear; memory alone proves nothing."""

from __future__ import annotations

from datetime import date

from plugin.policy.decision import (
    APPROVE,
    CANNOT_TELL,
    MEMORY,
    SILENT,
    SPEAKS,
    Finding,
    Stratum,
    Sureness,
)
from plugin.policy.remedies import Owed

_LAW = Stratum.LAW
_REMEMBERED = "; but the law here is known from memory only"


def speaks(
    id: str,
    cites: str,
    why: str,
    start: date | None,
    sure: Sureness,
    owed: Owed,
) -> Finding:
    """Entitle the customer; cannot tell where that rests on memory."""
    if sure is MEMORY:
        return unclear(id, why + _REMEMBERED, cites, start, sure)
    read = _read(start)
    return Finding(_LAW, id, SPEAKS, APPROVE, read, cites, why, None, sure, owed)


def silent(
    id: str,
    cites: str,
    why: str,
    start: date | None = None,
    sure: Sureness | None = None,
    exception: str | None = None,
    *,
    statutory: bool = False,
) -> Finding:
    """Let the policy decide; cannot tell where that rests on memory."""
    # INVARIANT: a refusal is never cleared by a value that nobody has read.
    if sure is MEMORY:
        return unclear(id, why + _REMEMBERED, cites, start, sure)
    read = _read(start)
    quiet = SILENT
    return Finding(
        _LAW, id, quiet, None, read, cites, why, exception, sure, None, statutory
    )


def unclear(
    id: str,
    why: str,
    cites: str | None = None,
    start: date | None = None,
    sure: Sureness | None = None,
) -> Finding:
    """Leave it to a person."""
    read = _read(start)
    return Finding(_LAW, id, CANNOT_TELL, None, read, cites, why, None, sure)


def of_business(finding: Finding) -> Finding:
    """Take an entitlement back where whom it reaches is known from memory only."""
    if finding.says is not SPEAKS:
        return finding
    why = f"{finding.why}; but whether that reaches a business is from memory only"
    cannot, none = CANNOT_TELL, MEMORY
    return finding._replace(says=cannot, effect=None, why=why, sure=none, owed=None)


def _read(start: date | None) -> tuple[tuple[str, object], ...]:
    return (("period_starts_on", start),) if start is not None else ()
