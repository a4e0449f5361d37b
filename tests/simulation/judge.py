"""What must hold when a world has come to rest: the verdicts of all who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from plugin.archive.tables import cases
from plugin.case import Case
from plugin.devstore.compliance import REDACT_SHOP
from tests.simulation import judge_archive, judge_cases, judge_money, judge_store

if TYPE_CHECKING:
    from tests.simulation.world import World


def judge(world: World) -> list[str]:
    """Name everything that does not hold, each with a word for its kind."""
    return [*world.broken, *_verdicts(world)]


def _verdicts(world: World) -> Iterator[str]:
    gone = gone_shops(world)
    yield from judge_archive.verdicts(world, gone)
    for domain, shop in world.store.shops.items():
        kept = _cases(world, domain)
        yield from judge_store.verdicts(world, shop)
        yield from judge_money.verdicts(world, shop, kept)
        yield from judge_cases.verdicts(world, shop, kept, gone=domain in gone)


def gone_shops(world: World) -> frozenset[str]:
    """Name the shops that left for good, and of which everything was to be erased."""
    asked = {
        each.shop
        for each in world.post.acknowledged.values()
        if each.topic == REDACT_SHOP
    }
    left = (domain for domain in asked if not world.store.shops[domain].installed)
    return frozenset(left)


def _cases(world: World, domain: str) -> dict[str, Case]:
    """Read the cases of a shop as the app itself reads them."""
    shelf = world.program.archive.of(domain)
    query = sa.select(cases.c.return_id).where(cases.c.shop == domain)
    with world.engine.connect() as db:
        ids = list(db.scalars(query.order_by(cases.c.return_id)))
    found = {id: shelf.find(id) for id in ids}
    return {id: case for id, case in found.items() if case is not None}
