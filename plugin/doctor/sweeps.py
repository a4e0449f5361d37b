"""Whether each shop is looked through, its past is read, and what looking found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from plugin.archive.past import backfill
from plugin.archive.sweeps import swept
from plugin.casework.silence import UNTOLD
from plugin.doctor.finding import Finding, fine, warn
from plugin.doctor.work import span
from plugin.past import DONE, TOO_OFTEN

LONG_AGO = timedelta(days=1)


def examine_sweeps(engine: sa.Engine, shop: str, now: datetime) -> Iterator[Finding]:
    """Look when a shop was last looked through whole, and whether it seems silent."""
    last = swept(engine, shop)
    if last is None:
        return
    ago = now - last.swept_at
    says = f"it was looked through {span(ago.total_seconds())} ago"
    if ago <= LONG_AGO:
        yield fine("sweep", says, shop)
    else:
        do = "see `sweep_failed` in the log; what no event told is not found"
        yield warn("sweep", says, do, shop)
    if last.silent is None:
        return
    topic = last.silent.removeprefix(UNTOLD)
    told = "it tells nothing any more"
    says = told if topic == last.silent else f"no event told of what happened: {topic}"
    do = "see in the Dev Dashboard whether deliveries fail and the topics are released"
    yield warn("silence", says, do, shop)


def examine_past(engine: sa.Engine, shop: str) -> Iterator[Finding]:
    """Look whether a shop's past returns were read, or can be."""
    known = backfill(engine, shop)
    if known is None:
        return
    if known.state == DONE:
        yield fine("past", "its past returns are read", shop)
        return
    if known.tries < TOO_OFTEN:
        yield fine("past", f"its past returns are being read: {known.state}", shop)
        return
    why = f", the last time for `{known.why}`" if known.why else ""
    says = f"its past returns could not be read, {known.tries} times by now{why}"
    do = "see `backfill_put_off` and `backfill_starts_over` in the log; it goes on"
    yield warn("past", says, do, shop)
