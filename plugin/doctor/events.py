"""The events: whether a secret fits them, and in which version they are made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from plugin.archive import tallies
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import Moment, inbox
from plugin.doctor.finding import Finding, warn
from plugin.doctor.work import span
from plugin.policy.counting import counted
from plugin.shopify.client import API_VERSION
from plugin.tally import key

FORGED = key("events_refused", code="bad_signature")
# Whoever finds the address can send what no secret fits: that alone says nothing.
QUIET = timedelta(days=7)


def examine_signatures(engine: sa.Engine, now: datetime) -> Iterator[Finding]:
    """Look whether all that comes is refused; a count has no time, the inbox has."""
    newest = sa.select(sa.func.max(inbox.c.received_at, type_=Moment()))
    with across(engine, Across.COMMANDS).connect() as db:
        refused = int(dict(tallies.read(db)).get(FORGED, 0))
        heard = db.scalar(newest)
    if not refused or (heard is not None and now - heard <= QUIET):
        return
    none = "none was ever kept"
    if heard is not None:
        none = f"none was kept for {span((now - heard).total_seconds())}"
    were = "was" if refused == 1 else "were"
    what = f"{counted(refused, 'events')} {were} refused"
    says = f"{what} because no secret fits their signature, and {none}"
    yield warn("signatures", says, "check `SHOPIFY_API_SECRET`")


def examine_events(engine: sa.Engine, shop: str) -> Iterator[Finding]:
    """Look whether a shop's newest event was made in the version that we declare."""
    query = sa.select(inbox.c.api_version).where(inbox.c.shop == shop)
    with of_shop(engine, shop).connect() as db:
        version = db.scalar(query.order_by(inbox.c.received_at.desc()).limit(1))
    if version is not None and version != API_VERSION:
        says = f"its newest event came as {version}; this release reads {API_VERSION}"
        do = "deploy the app's `shopify.app.toml`, or a release for that version"
        yield warn("event version", says, do, shop)
