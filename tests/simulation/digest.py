"""One word for everything that a world came to, the same for the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from plugin.archive.entries import TOMBSTONE
from plugin.archive.tables import cases, inbox
from plugin.devstore.truth import truth_of

if TYPE_CHECKING:
    from tests.simulation.world import World


def digest(world: World) -> str:
    """Sum up what happened, the store's books, all mails, and the app's memory.

    Keys and salts are the machine's own dice; what lies under them is not.
    """
    whole = hashlib.sha256()
    for part in (world.trace, *_store(world), *_work(world), *_memory(world)):
        whole.update(json.dumps(part, sort_keys=True, default=str).encode())
    return whole.hexdigest()[:16]


def _store(world: World) -> Iterator[Any]:
    for shop in world.store.shops.values():
        yield truth_of(world.store, shop)
        yield [mail for order in shop.orders.values() for mail in order.mails]


def _work(world: World) -> Iterator[Any]:
    yield world.durable.all()
    query = sa.select(inbox.c.webhook_id, inbox.c.topic, inbox.c.state, inbox.c.job)
    with world.engine.connect() as db:
        yield [list(row) for row in db.execute(query.order_by(inbox.c.id))]


def _memory(world: World) -> Iterator[Any]:
    query = sa.select(cases.c.shop, cases.c.return_id, cases.c.opened_at)
    with world.engine.connect() as db:
        found = db.execute(query.order_by(cases.c.shop, cases.c.return_id)).all()
    for domain, return_id, opened_at in found:
        shelf = world.program.archive.of(domain)
        yield [opened_at, shelf.find(return_id)]
        for each in shelf.entries(return_id):
            # A tombstone lists hashes of what was sealed.
            body = "" if each.kind == TOMBSTONE else each.body
            yield [each.seq, each.key, each.kind, each.at, body]
