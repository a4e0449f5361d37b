"""The facts of a case as its page lists them, and in one line what was not known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from plugin.pages import words

NOT_KNOWN = "Not known"

# Where nothing is said of these there was nothing to say, which is no gap: no rule
# asked for the history, the decision fell on the day of the request, nobody told
# of a repair or of a day that was promised.
OPTIONAL = frozenset(
    {
        "channel",
        "customer_returns",
        "decided_on",
        "disproven",
        "informed_on",
        "lacking",
        "offers_before",
        "possessed_by",
        "practice",
        "promised_on",
        "proven",
        "repair_days",
        "returns_before",
        "shop_offers_today",
    }
)
# Absent means no.
_NEVER_UNKNOWN = "asked_before"


def shown(
    zone: ZoneInfo, body: Mapping[str, Any], *, without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Name and say each fact that was known; all that was not stands in a last line."""
    known, gaps = [], []
    for name, value in body.items():
        if name in without or (name in OPTIONAL and value in (None, [])):
            continue
        if value is None and name != _NEVER_UNKNOWN:
            gaps.append(words.label(name).lower())
        else:
            known.append((words.label(name), words.detail(zone, name, value)))
    return [*known, (NOT_KNOWN, ", ".join(gaps))] if gaps else known
