"""The events: in which version of the platform's API they are made."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from plugin.archive.scope import of_shop
from plugin.archive.tables import inbox
from plugin.doctor.finding import Finding, warn
from plugin.shopify.client import API_VERSION


def examine_events(engine: sa.Engine, shop: str) -> Iterator[Finding]:
    """Look whether a shop's newest event was made in the version that we declare."""
    query = sa.select(inbox.c.api_version).where(inbox.c.shop == shop)
    with of_shop(engine, shop).connect() as db:
        version = db.scalar(query.order_by(inbox.c.received_at.desc()).limit(1))
    if version is not None and version != API_VERSION:
        says = f"its newest event came as {version}; this release reads {API_VERSION}"
        do = "deploy the app's `shopify.app.toml`, or a release for that version"
        yield warn("event version", says, do, shop)
