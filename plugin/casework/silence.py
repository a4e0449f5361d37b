"""Silence: whether a shop's events seem not to reach us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

# No event for so long is unusual where there were so many in the weeks before.
QUIET = timedelta(days=7)
USED_TO = 10
UNTOLD = "untold:"
NO_EVENTS = "no_events"


def silence(
    *,
    now: datetime,
    last_event_at: datetime | None,
    events_before: int,
    untold: Mapping[str, int],
) -> str | None:
    """Say in a word why a shop seems silent; None while it tells us what happens.

    `untold` counts by topic what was found by looking since the topic's last event;
    `events_before` counts the events that came before the quiet spell.
    """
    if any(untold.values()):
        return UNTOLD + max(sorted(untold), key=lambda topic: untold[topic])
    if last_event_at is None or events_before < USED_TO:
        return None
    return NO_EVENTS if now - last_event_at > QUIET else None


def still_silent(was: str, since: datetime, last_event_at: datetime | None) -> bool:
    """Tell whether a shop that told nothing since then still does not.

    What is old is forgotten: that nothing is known any more is no sign of life. A
    topic whose events got lost is flagged anew whenever another one is.
    """
    return was == NO_EVENTS and (last_event_at is None or last_event_at <= since)
