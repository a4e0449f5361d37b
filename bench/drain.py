"""How many stored events become archived answers a second, with the store beside.

    python -m bench.drain                                  one worker, SQLite, no delay
    python -m bench.drain --workers 2 --postgresql --late 0.2
    python -m bench.drain --events 10000 --tight           an outage, on standard plans

The web process keeps the events while no worker runs; then workers start, and the
clock runs from the first tenth that is answered to the last. All programs, the store
among them, share the machine; the own part of the store is shown, since a real one
costs us nothing. Afterwards the store is asked what really happened.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.town import STANDARD, WIDE, Town, town
from bench.usage import processor_seconds
from plugin.archive.database import connect
from plugin.archive.scope import Across, across
from plugin.archive.tables import cases, inbox
from plugin.demo.processes import Program

LONGEST_SECONDS = 1800.0
ANSWERED = sa.select(sa.func.count()).where(cases.c.status == "answered")


def main() -> None:
    """Drain once and print what was found."""
    wanted = _arguments()
    with ExitStack() as stack:
        url = stack.enter_context(postgresql()) if wanted.postgresql else None
        here = stack.enter_context(town(shops=wanted.shops, database_url=url))
        engine = across(connect(here.place.database_url), Across.METRICS)
        stack.callback(engine.dispose)
        rate = STANDARD if wanted.tight else WIDE
        for shop in here.shops:
            here.control("throttle", shop=shop, restore_rate=rate)
        store_events(here, engine, wanted.events)
        here.control("late", seconds=wanted.late)
        found = drain(here, engine, wanted)
        check(here)
    report(found, wanted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--shops", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--late", type=float, default=0.0, help="seconds an answer")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--tight", action="store_true", help="standard plans")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def postgresql() -> AbstractContextManager[str]:
    """Run a PostgreSQL server; gives its URL."""
    from tests.databases import postgres

    return postgres()


def store_events(here: Town, engine: sa.Engine, count: int) -> None:
    """Let customers ask while only the web runs, until every event is kept."""
    web = here.program("serve", EVENHAND_WORK_INLINE="false")
    try:
        web.wait_for(f"{here.place.app_url}/readyz")
        here.ask(count)
        waiting = sa.select(sa.func.count()).select_from(inbox)
        until(engine, waiting.where(inbox.c.state == "waiting"), count)
    finally:
        web.stop()


def drain(here: Town, engine: sa.Engine, wanted: argparse.Namespace) -> dict[str, Any]:
    """Start the workers; count from the first tenth that is answered to the last."""
    names = [f"worker-{n}" for n in range(1, wanted.workers + 1)]
    workers = [here.program("worker", EVENHAND_WORKER=name) for name in names]
    pids = [worker.process.pid for worker in workers]
    try:
        first = until(engine, ANSWERED, wanted.events // 10)
        begun, used = time.monotonic(), processor_seconds(*pids)
        store = processor_seconds(here.store.process.pid)
        last = until(engine, ANSWERED, wanted.events)
        seconds = time.monotonic() - begun
        used = processor_seconds(*pids) - used
        store = processor_seconds(here.store.process.pid) - store
    finally:
        stop(workers)
    return {
        "rate": (last - first) / seconds,
        "seconds": seconds,
        "cpu_ms": used / (last - first) * 1000,
        "store_cpu_ms": store / (last - first) * 1000,
        "left": min(map(here.left, here.shops)),
    }


def stop(workers: list[Program]) -> None:
    """Stop them one after the other."""
    for worker in workers:
        worker.stop()


def until(engine: sa.Engine, query: sa.Select[Any], count: int) -> int:
    """Wait until so many are counted; returns how many there are then."""
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        with engine.connect() as db:
            found = int(db.scalar(query) or 0)
        if found >= count:
            return found
        time.sleep(0.1)
    sys.exit(f"{found} of {count} after {LONGEST_SECONDS:.0f} s")


def check(here: Town) -> None:
    """End unless the store saw every return decided by us, once."""
    truth = here.day._json("GET", "/_control/truth")
    asked, ends = set(here.asked), Counter[str]()
    for own in truth.values():
        ends.update(r["decided_by"] for r in own["returns"] if r["id"] in asked)
        twice = [call for call in own["calls"] if call["effective"] > 1]
        if twice:
            sys.exit(f"done twice: {twice}")
    if ends != {"app": len(asked)}:
        sys.exit(f"decided by: {dict(ends)}")


def report(found: dict[str, Any], wanted: argparse.Namespace) -> None:
    """Print the rate and what it cost."""
    database = "PostgreSQL" if wanted.postgresql else "SQLite"
    print(
        f"{platform.machine()}, {os.cpu_count()} processors,"
        f" Python {platform.python_version()}; {wanted.events} events, {wanted.shops}"
        f" shops, {wanted.workers} workers, {database}, answers {wanted.late} s late"
    )
    print(
        f"{found['rate']:.1f} decisions a second ({found['seconds']:.1f} s);"
        f" {found['cpu_ms']:.1f} ms of processor each, and"
        f" {found['store_cpu_ms']:.1f} ms of the store's;"
        f" the emptiest bucket of a shop had {found['left']:.0%} left"
    )
    if wanted.json:
        wanted.json.write_text(json.dumps({**vars(wanted), **found}, default=str))


if __name__ == "__main__":
    main()
