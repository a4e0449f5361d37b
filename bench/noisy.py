"""How much later other shops are answered where one shop has a hundred times the load.

    python -m bench.noisy                      twenty shops, twenty events each
    python -m bench.noisy --postgresql

Twice the same events are kept while no worker runs, the second time beside a hundred
times as many of one more shop; then one worker starts. What counts is how long after
the first answer the others' events are answered.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from contextlib import ExitStack

import sqlalchemy as sa

from bench.drain import ANSWERED, postgresql, stop, until
from bench.town import WIDE, Town, town
from plugin.archive.database import connect
from plugin.archive.scope import Across, across
from plugin.archive.tables import cases, entries, inbox

TIMES = 100
DONE = entries.c.key == "outcome:answered"


def main() -> None:
    """Measure without and beside the loud shop, and print both."""
    wanted = _arguments()
    alone, beside = (_others(wanted, loud=loud) for loud in (False, True))
    database = "PostgreSQL" if wanted.postgresql else "SQLite"
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python"
        f" {platform.python_version()}; {wanted.shops} shops, {wanted.each} events"
        f" each, one worker, {database}"
    )
    print(f"the others' p95 after the first answer: {alone:.1f} s alone,")
    print(
        f"{beside:.1f} s beside one shop with {TIMES} times as many:"
        f" {beside / alone:.2f} times"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=20)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


def _others(wanted: argparse.Namespace, *, loud: bool) -> float:
    with ExitStack() as stack:
        url = stack.enter_context(postgresql()) if wanted.postgresql else None
        here = stack.enter_context(town(shops=wanted.shops + 1, database_url=url))
        engine = across(connect(here.place.database_url), Across.METRICS)
        stack.callback(engine.dispose)
        for shop in here.shops:
            here.control("throttle", shop=shop, restore_rate=WIDE)
        first, *others = here.shops
        _keep(here, engine, first, tuple(others), wanted.each, loud=loud)
        worker = here.program("worker")
        try:
            until(
                engine, ANSWERED.where(cases.c.shop != first), wanted.each * len(others)
            )
        finally:
            stop([worker])
        return _p95(engine, first)


def _keep(
    here: Town,
    engine: sa.Engine,
    first: str,
    others: tuple[str, ...],
    each: int,
    *,
    loud: bool,
) -> None:
    """Let customers ask while only the web runs, until every event is kept."""
    web = here.program("serve", EVENHAND_WORK_INLINE="false")
    try:
        web.wait_for(f"{here.place.app_url}/readyz")
        # First the loud one: whoever comes first would be served first.
        if loud:
            here.ask(each * TIMES, (first,))
        here.ask(each * len(others), others)
        waiting = sa.select(sa.func.count()).where(inbox.c.state == "waiting")
        until(engine, waiting, len(here.asked))
    finally:
        web.stop()


def _p95(engine: sa.Engine, first: str) -> float:
    """Tell when 95 of 100 events of the others were answered, in seconds."""
    with engine.connect() as db:
        query = sa.select(entries.c.shop, entries.c.at).where(DONE)
        found = [(shop, at) for shop, at in db.execute(query)]
    begun = min(at for _, at in found)
    waits = [(at - begun).total_seconds() for shop, at in found if shop != first]
    return float(statistics.quantiles(waits, n=20)[-1])


if __name__ == "__main__":
    main()
