"""What the archive's entries tell is counted from them, so a crash loses no count."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from plugin.archive import tallies
from plugin.archive.scope import Across, across
from plugin.archive.tables import entries, inbox
from plugin.tally import Key, key

# An entry may be committed, or come from a machine whose clock is slow, so much late.
LAG = timedelta(seconds=10)
WINDOW = 2000
COUNTED_UNTIL = "entries_counted_until"
# What is counted under which name; an entry's gist gives the labels.
NAMES = {"decision": "decisions", "call": "effects", "outcome": "outcomes"}
# Where the app itself leaves a case.
STANDS = ("answered", "in_review", "observed", "proposed")
# The bounds of the histogram of answers, in seconds.
BOUNDS = (0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 14400, 86400)

Counts = dict[Key, float]
Within = tuple[sa.ColumnElement[bool], ...]


def count_entries(engine: sa.Engine, now: datetime) -> int:
    """Count the entries that were not counted yet; returns in how many windows.

    Any number of processes may do it at once: a window counts for whoever moves the
    mark over it.
    """
    until, windows = _seconds(now - LAG), 0
    while _count_window(engine, until):
        windows += 1
    return windows


def _count_window(engine: sa.Engine, until: float) -> bool:
    with engine.begin() as db:
        since = tallies.bookmark(db, COUNTED_UNTIL)
    if since >= until:
        return False
    # Read before anything is locked: the first window of an old archive takes a while.
    with across(engine, Across.METRICS).connect() as db:
        upto = _end(db, since, until)
        counts = _counts(db, since, upto)
    with engine.begin() as db:
        if tallies.move(db, COUNTED_UNTIL, was=since, to=upto):
            tallies.add(db, counts)
    return True


def _end(db: sa.Connection, since: float, until: float) -> float:
    """Find a whole second at which a window of bearable size ends."""
    query = sa.select(entries.c.at).where(entries.c.at >= _moment(since))
    last = db.scalar(query.order_by(entries.c.at).offset(WINDOW).limit(1))
    return until if last is None else min(until, _seconds(last) + 1)


def _counts(db: sa.Connection, since: float, until: float) -> Counts:
    within = (entries.c.at >= _moment(since), entries.c.at < _moment(until))
    wanted = sa.select(entries.c.kind, entries.c.gist)
    counts = _answer_times(db, within)
    for row in db.execute(wanted.where(*within, entries.c.kind.in_(NAMES))):
        _raise(counts, key(NAMES[row.kind], **json.loads(row.gist or "{}")))
    return counts


def _answer_times(db: sa.Connection, within: Within) -> Counts:
    """Measure from the event that told us to where the app first left the case."""
    counts: Counts = {}
    for at, received in db.execute(_answers(within)):
        seconds = max((at - received).total_seconds(), 0.0)
        _raise(counts, key("answer_seconds_sum"), seconds)
        _raise(counts, key("answer_seconds_bucket", le=_bound(seconds)))
    return counts


def _answers(within: Within) -> sa.Select[Any]:
    """Join an answer with its case's first entry, `event:` and the id of the event."""
    first, earlier = entries.alias("first"), entries.alias("earlier")
    told = sa.and_(_same(first), first.c.seq == 1, first.c.kind == "event")
    heard = sa.and_(
        inbox.c.shop == entries.c.shop,
        inbox.c.webhook_id == sa.func.substr(first.c.key, len("event:") + 1),
    )
    before = _same(earlier), earlier.c.seq < entries.c.seq, earlier.c.kind == "outcome"
    received = sa.func.min(inbox.c.received_at, type_=inbox.c.received_at.type)
    return (
        sa.select(entries.c.at, received)
        .join(first, told)
        .join(inbox, heard)
        .where(*within, entries.c.key.in_([f"outcome:{one}" for one in STANDS]))
        .where(~sa.exists().where(*before))
        .group_by(entries.c.shop, entries.c.return_id, entries.c.at)
    )


def _same(other: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(
        other.c.shop == entries.c.shop, other.c.return_id == entries.c.return_id
    )


def _raise(counts: Counts, what: Key, by: float = 1.0) -> None:
    counts[what] = counts.get(what, 0.0) + by


def _bound(seconds: float) -> str:
    return next((str(float(top)) for top in BOUNDS if seconds <= top), "+Inf")


def _seconds(moment: datetime) -> float:
    return float(int(moment.timestamp()))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
