"""The sweeps: whether each shop is looked through, and what looking found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from plugin.archive.sweeps import swept
from plugin.casework.silence import UNTOLD
from plugin.doctor.finding import Finding, fine, warn
from plugin.doctor.work import span

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
