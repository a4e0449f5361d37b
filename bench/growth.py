"""Whether time and room stay the same as the archive grows, on a SQLite file.

    python -m bench.growth                        to 100,000 cases, plotted
    python -m bench.growth --cases 10000 100000 1000000

A few cases are answered for real; then they are copied, each under a name of its own,
until there are enough. At each size new requests are decided and answered in this
process with the development store beside, and the archive is read as its pages do.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench.drain import drain, store_events
from bench.plot import plot
from bench.town import WIDE, Town, town
from config.settings import read
from plugin import casework, logs
from plugin.archive.database import connect
from plugin.archive.tables import cases, entries, refusals
from plugin.case import Entry
from plugin.parts import Parts, build

SHOPS = 10
FIRST = 200
# So often they are copied in one commit.
STEP = 100
TRIES = 20
# What a copy gets a number of its own in, so that it is another customer's.
NAMED = ("return_id", "order_id", "order_name", "return_name", "customer_tag")
MOMENTS = ("opened_at", "updated_at", "at", "refused_at")


def main() -> None:
    """Grow the archive, measure at each size, and plot what was found."""
    wanted = _arguments()
    found: dict[int, dict[str, float]] = {}
    with town(shops=SHOPS) as here:
        for shop in here.shops:
            here.control("throttle", shop=shop, restore_rate=WIDE)
        engine = connect(here.place.database_url)
        store_events(here, engine, FIRST)
        drain(here, engine, argparse.Namespace(workers=1, events=FIRST))
        originals = list(here.asked)
        for size in wanted.cases:
            grow(engine, originals, size)
            found[size] = measure(here, engine)
            show(size, found[size])
        engine.dispose()
    _keep(found, wanted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def grow(engine: sa.Engine, originals: list[str], size: int) -> None:
    """Copy the first cases, with all that hangs on them, up to a size."""
    with engine.connect() as db:
        have = int(db.scalar(sa.select(sa.func.count()).select_from(cases)) or 0)
    # Step by step: what one commit holds lies on the disk twice.
    for first in range(have // FIRST, size // FIRST, STEP):
        given = {"first": first, "last": min(first + STEP, size // FIRST)}
        with engine.begin() as db:
            for table in (cases, entries, refusals):
                db.execute(_copied(table, originals), given)
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with engine.connect() as db:
        db.exec_driver_sql("ANALYZE")


def _copied(table: sa.Table, originals: list[str]) -> sa.TextClause:
    """Write the statement that copies rows, `n` seconds older each time."""
    values = ", ".join(map(_value, table.c.keys()))
    ids = ", ".join(f"'{id}'" for id in originals)
    return sa.text(
        "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL"
        " SELECT n + 1 FROM numbers WHERE n + 1 < :last)"
        f" INSERT INTO {table.name} ({', '.join(table.c.keys())})"
        f" SELECT {values} FROM {table.name} CROSS JOIN numbers"
        f" WHERE return_id IN ({ids}) AND n >= 1 AND n < :last"
    )


def _value(column: str) -> str:
    if column in NAMED:
        return f"{column} || '-' || n"
    if column in MOMENTS:
        earlier = f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || n || ' seconds')"
        return f"{earlier} || '000'"
    return f'"{column}"'


def measure(here: Town, engine: sa.Engine) -> dict[str, float]:
    """Time one of each in milliseconds, and count the bytes a case takes."""
    with parts_of(here) as parts:
        here.asked.clear()
        here.ask(TRIES)
        asked = iter([*here.asked])
        newest = here.asked[-1]
        shop = shop_of(here, TRIES - 1)
        answered = timed(lambda: answer(parts, here, next(asked)), TRIES)
        case = parts.archive.of(shop).find(newest)
        if case is None:
            raise SystemExit(f"`{newest}` has no case")
        shelf, numbers = parts.archive.of(shop), iter(range(TRIES))
        order, customer = case.order_id, case.customer_id
        found = {
            "a decision, answered": answered,
            "the list of cases": timed(lambda: shelf.cases(limit=100), TRIES),
            "one case with its record": timed(lambda: shelf.entries(newest), TRIES),
            "the cases of an order": timed(lambda: shelf.on_order(order), TRIES),
            "what a customer was offered": timed(
                lambda: shelf.offers_made(customer, shop_too=False), TRIES
            ),
            "an entry, sealed and kept": timed(
                lambda: shelf.append(newest, _entry(next(numbers))), TRIES
            ),
        }
    with engine.connect() as db:
        count = int(db.scalar(sa.select(sa.func.count()).select_from(cases)) or 0)
    file = Path(str(engine.url.database))
    return {**found, "bytes a case": file.stat().st_size / count}


def shop_of(here: Town, number: int) -> str:
    """Name the shop that the numbered request went to."""
    return here.shops[number % len(here.shops)]


def answer(parts: Parts, here: Town, return_id: str) -> None:
    """Decide and answer as the story does."""
    shop = shop_of(here, here.asked.index(return_id))
    casework.decide_case(parts.services, shop=shop, return_id=return_id)
    casework.answer_case(parts.services, shop=shop, return_id=return_id)
    casework.mark_case(parts.services, shop=shop, return_id=return_id)


def _entry(number: int) -> Entry:
    return Entry(key=f"bench:{time.time_ns()}:{number}", kind="event", body={"n": 1})


def timed(do: Callable[[], object], times: int) -> float:
    """Give the median milliseconds on processors of this process."""
    found = []
    for _ in range(times):
        started = time.process_time()
        do()
        found.append((time.process_time() - started) * 1000)
    return statistics.median(found)


@contextmanager
def parts_of(here: Town) -> Iterator[Parts]:
    """Make the app's parts in this process."""
    os.environ.update(here.place.environment)
    logs.configure("warning")
    parts = build(read())
    try:
        yield parts
    finally:
        parts.inbox.close()
        parts.engine.dispose()


def show(size: int, found: dict[str, float]) -> None:
    """Print one size's figures."""
    print(f"{size:,} cases")
    for name, value in found.items():
        print(f"  {name:32}{value:12,.2f}")


def _keep(found: dict[int, dict[str, float]], wanted: argparse.Namespace) -> None:
    print(f"{platform.machine()}, Python {platform.python_version()}")
    if wanted.svg:
        wanted.svg.write_text(plot(found), "utf-8")
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=2), "utf-8")


if __name__ == "__main__":
    main()
