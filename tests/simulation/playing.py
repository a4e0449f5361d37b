"""Worlds played one after the other, or several at once, and what came of them."""

from __future__ import annotations

import gc
import traceback
from collections import Counter
from collections.abc import Generator, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.simulation.digest import digest
from tests.simulation.world import World

# Seeds that a process plays at a stretch.
STRETCH = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What became of a world; `broken` names everything that did not hold."""

    seed: int
    broken: tuple[str, ...]
    digest: str
    trace: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)


def play(seed: int, *, told: bool = False) -> Played:
    """Play the world of a seed; one that breaks off is broken, and says where."""
    world = World(seed=seed)
    with world.opened():
        try:
            world.play()
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {error}"[:300]
            said = f"broke off: {said} ({where.filename}:{where.lineno})"
            return _played(world, (*world.broken, said), "", told=True)
        return _played(world, tuple(world.broken), digest(world), told=told)


def _played(world: World, broken: tuple[str, ...], word: str, *, told: bool) -> Played:
    return Played(
        seed=world.seed,
        broken=broken,
        digest=word,
        trace=tuple(world.trace) if told else (),
        counts=_counts(world),
    )


def _counts(world: World) -> Counter[str]:
    """Count what came about, so that it is seen what was tried at all."""
    shops = world.store.shops.values()
    returns = [made for shop in shops for made in shop.returns.values()]
    refunds = [made for shop in shops for made in shop.refunds.values()]
    answers = Counter(made.status for made in returns if made.decided_by == "app")
    return Counter(
        {
            "requests": len(returns),
            "refused": answers["DECLINED"],
            "approved": answers.total() - answers["DECLINED"],
            "codes": sum(len(shop.codes) for shop in shops),
            "refunds": sum(refund.by == "app" for refund in refunds),
            "erased": len(set(world.people.ledger.erased.values())),
            "left": sum(not shop.installed for shop in shops),
            "crashes": world.life.counts["crashes"],
            "within": world.life.counts.total() - world.life.counts["crashes"],
            "broken calls": world.wire.broken,
        }
    )


def play_all(seeds: Iterable[int]) -> list[Played]:
    """Play worlds one after the other, and look for rubbish in between only."""
    gc.disable()
    try:
        return [play(seed) for seed in seeds]
    finally:
        gc.enable()
        gc.collect()


def play_many(seeds: range, jobs: int) -> Generator[Played, None, None]:
    """Play worlds in several processes; the results come in the order of the seeds."""
    starts = range(seeds.start, seeds.stop, STRETCH)
    stretches = [range(at, min(at + STRETCH, seeds.stop)) for at in starts]
    if jobs == 1:
        for stretch in stretches:
            yield from play_all(stretch)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            for played in pool.map(play_all, stretches):
                yield from played
        finally:
            # Whoever has seen enough waits for no more than what is played now.
            pool.shutdown(cancel_futures=True)
