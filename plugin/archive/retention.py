"""Retention: what is personal is erased once a shop need not keep it any longer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa

from plugin.archive.fading import drop_forgotten, forget_older
from plugin.archive.keyring import Keyring
from plugin.archive.requests import REQUEST, keep_request
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.scrub import scrub
from plugin.archive.store import SqlArchive
from plugin.archive.tables import looks, privacy_requests, shops
from plugin.privacy import Ask, NotYet, Topic

WHY = "retention"
# A month as the law counts it may be longer; never shorter than this.
DAYS_A_MONTH = 31
# How long a data file waits for the merchant to hand it on.
FILE_DAYS = 60
# The platform asks two days after a shop left; if its word was lost, nobody does.
LEFT_DAYS = 30
# How long it is known who looked: as long as somebody may ask.
LOOK_DAYS = 3 * 366


def erase_old(archive: SqlArchive) -> int:
    """Erase what every shop has kept for its whole period; returns how much."""
    with across(archive.engine, Across.FORGETTING).connect() as db:
        periods = db.execute(sa.select(shops.c.shop, shops.c.keep_months)).all()
    count = 0
    for shop, months in periods:
        before = archive.now() - timedelta(days=months * DAYS_A_MONTH)
        while found := archive.of(shop).erase_older(before, WHY):
            count += found
        count += forget_older(archive.engine, shop, before)
    count += erase_left(archive)
    dropped = drop_files(archive.engine, archive.keyring, archive.now)
    forget_looks(archive.engine, archive.now)
    drop_forgotten(archive.engine, archive.now)
    if count or dropped:
        # Whoever reads just now keeps the log; tomorrow it is cut off.
        with suppress(NotYet):
            scrub(archive.engine)
    return count


def erase_left(archive: SqlArchive) -> int:
    """Erase shops that left long ago and of which nobody asked it; how many."""
    before = archive.now() - timedelta(days=LEFT_DAYS)
    query = sa.select(shops.c.shop, shops.c.generation)
    with across(archive.engine, Across.FORGETTING).connect() as db:
        left = db.execute(query.where(shops.c.uninstalled_at < before)).all()
    for shop, generation in left:
        id = f"left:{generation}"
        event = {"shop": shop, "triggered_at": None, "received_at": archive.now()}
        with of_shop(archive.engine, shop).begin() as db:
            ask = Ask(topic=Topic.REDACT_SHOP)
            keep_request(db, archive.keyring, event, ask, id=id)
        archive.of(shop).erase_shop(id)
        archive.of(shop).finish(id, "erased")
    return len(left)


def drop_files(engine: sa.Engine, keyring: Keyring, now: Callable[[], datetime]) -> int:
    """Drop data files that were made long ago, with their keys."""
    old = sa.and_(
        privacy_requests.c.done_at < now() - timedelta(days=FILE_DAYS),
        privacy_requests.c.file.is_not(None),
    )
    query = sa.select(privacy_requests.c.shop, privacy_requests.c.id).where(old)
    with across(engine, Across.FORGETTING).begin() as db:
        found = db.execute(query).all()
        for shop, id in found:
            keyring.destroy(db, shop, [REQUEST + id])
        gone = sa.update(privacy_requests).where(old)
        db.execute(gone.values(file=None, customer_tag=None))
    return len(found)


def forget_looks(engine: sa.Engine, now: Callable[[], datetime]) -> None:
    """Forget who looked long ago."""
    with across(engine, Across.FORGETTING).begin() as db:
        old = looks.c.at < now() - timedelta(days=LOOK_DAYS)
        db.execute(sa.delete(looks).where(old))
