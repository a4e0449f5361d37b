"""What must hold of the app's memory: whole, lasting, and gone where it must go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from plugin.archive.tables import cases, entries, inbox, metadata
from tests.simulation.durable import ACTIVE
from webhooks.rows import HANDED, WAITING, job_in

if TYPE_CHECKING:
    from tests.simulation.world import World

# What stays of a shop that left: that it asked to be erased, and that it was.
PROOFS = "privacy_requests"
# Whose rows each other table of shops holds.
OWNERS = {
    name: sa.select(table.c.shop).distinct()
    for name, table in metadata.tables.items()
    if "shop" in table.c and name != PROOFS
}


def verdicts(world: World, gone: frozenset[str]) -> Iterator[str]:
    """Judge by what lies on the world's disk."""
    yield from (f"stranger: {each}" for each in world.wire.strange)
    yield from _unfinished(world)
    yield from _lost(world, gone)
    yield from _altered(world)
    yield from _left_behind(world, gone)
    yield from _remembered(world)


def _unfinished(world: World) -> Iterator[str]:
    """Everything that was begun has ended."""
    for each in world.durable.list_workflows(status=ACTIVE):
        served = each.queue_name in world.durable.served
        if served and world.store.shops[each.queue_partition_key].installed:
            yield f"unfinished: {each.workflow_id} is {each.status}"


def _lost(world: World, gone: frozenset[str]) -> Iterator[str]:
    """What was acknowledged is kept, once, and was handed over."""
    with world.engine.connect() as db:
        listed = db.execute(sa.select(inbox.c.shop, inbox.c.webhook_id))
        rows = Counter(tuple(row) for row in listed)
        waiting = sa.select(inbox.c.webhook_id).where(inbox.c.state == WAITING)
        stuck = list(db.scalars(waiting))
    for id, message in sorted(world.post.acknowledged.items()):
        if (
            rows[message.shop, id] != 1
            and message.shop not in gone
            and not _came_back(world, message.shop)
        ):
            times = rows[message.shop, id]
            yield f"lost: {id} was acknowledged and is kept {times} times"
    for id in stuck:
        yield f"stuck: {id} was never handed over"
    yield from _lost_on_the_way(world)


def _came_back(world: World, domain: str) -> bool:
    """Tell whether a shop was here before: what it left behind may be erased."""
    return world.store.shops[domain].installs > 1


def _lost_on_the_way(world: World) -> Iterator[str]:
    """What was handed over became work."""
    known = {each.workflow_id for each in world.durable.all()}
    query = sa.select(inbox).where(inbox.c.state == HANDED)
    with world.engine.connect() as db:
        found = db.execute(query).mappings().all()
    for row in found:
        if job_in(row).id not in known:
            yield f"lost: {row['webhook_id']} was handed over and is no work"


def _altered(world: World) -> Iterator[str]:
    """Every entry is what was written, in its place, with none missing."""
    with world.engine.connect() as db:
        found = db.execute(sa.select(cases.c.shop, cases.c.return_id)).all()
        ordered = sa.select(entries.c.shop, entries.c.return_id).distinct()
        owners = db.execute(ordered).all()
    known = {tuple(row) for row in found}
    yield from (
        f"altered: entries of no case: {row}"
        for row in owners
        if tuple(row) not in known
    )
    for domain, return_id in found:
        kept = world.program.archive.of(domain).entries(return_id)
        if [each.seq for each in kept] != list(range(1, len(kept) + 1)):
            yield f"altered: entries of {return_id} are missing"
        yield from (
            f"altered: {each.key} of {return_id}" for each in kept if not each.whole
        )


def _left_behind(world: World, gone: frozenset[str]) -> Iterator[str]:
    """Of a shop that left for good nothing is there but the proofs."""
    for name, owners in OWNERS.items():
        with world.engine.connect() as db:
            held = set(db.scalars(owners))
        for domain in sorted(held & gone):
            yield f"remembered: {domain} left for good and is in {name}"


def _remembered(world: World) -> Iterator[str]:
    """Nobody's id or words lie open on the disk."""
    content = world.disk.read_bytes()
    for shop in world.store.shops.values():
        for customer in {order.email for order in shop.orders.values() if order.email}:
            if customer.encode() in content:
                yield f"open: {customer} can be read on the disk"
    for customer_id in sorted(set(world.people.ledger.erased.values())):
        if customer_id.encode() in content:
            yield f"remembered: {customer_id} can be read on the disk"
