"""What the app takes and gives at its limits: start, memory, back-pressure, stop.

    python -m bench.limits

Starts the app on a database that is there; loads it with 16 connections, then with ten
times as many; holds the database's lock while they go on; and asks it to stop while
work is in hand, after which the store is asked whether everything was answered once.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.drain import ANSWERED, check, until
from bench.ingest import RECEIVERS, load, rows, served
from bench.letters import write_letters
from bench.town import WIDE, Town, town
from bench.usage import resident_bytes
from plugin.archive.database import connect
from plugin.demo.processes import start_app

EVENHAND = RECEIVERS[0]
STARTS = 5
USUAL, TENFOLD = 16, 160
LOAD_SECONDS = 10
# Longer than anybody waits for the lock.
HELD_SECONDS = 12
ASKS = 120


def main() -> None:
    """Measure each limit and print it."""
    print(
        f"{platform.machine()}, {os.cpu_count()} processors,"
        f" Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as folder:
        file, letters = Path(folder, "inbox.db"), Path(folder, "letters.lua")
        write_letters(letters)
        start(file)
        under_load(file, letters)
    with town(shops=8) as here:
        stop(here)


def start(file: Path) -> None:
    """Tell how long it takes from the command to the first answer."""
    seconds = []
    for _ in range(STARTS + 1):
        begun = time.monotonic()
        with served(EVENHAND, file):
            seconds.append(time.monotonic() - begun)
    # The first one makes the database.
    usual, longest = statistics.median(seconds[1:]), max(seconds[1:])
    print(f"start: {usual:.2f} s (longest {longest:.2f})")


def under_load(file: Path, letters: Path) -> None:
    """Tell memory at the usual load and ten times it, and what a locked file does."""
    with served(EVENHAND, file) as (port, pid):
        for connections in (USUAL, TENFOLD, TENFOLD):
            own = load(port, letters, connections=connections, seconds=LOAD_SECONDS)
            _say(f"{connections} connections", own, pid)
        before = rows(EVENHAND, file)
        with held(file):
            own = load(port, letters, connections=TENFOLD, seconds=HELD_SECONDS - 2)
        _say(f"{TENFOLD} connections, nothing can be kept", own, pid)
        if rows(EVENHAND, file) - before < own["sent"] - own["refused"]:
            sys.exit("an event was acknowledged and is not there")
        own = load(port, letters, connections=USUAL, seconds=LOAD_SECONDS)
        _say(f"{USUAL} connections afterwards", own, pid)


def _say(what: str, own: dict[str, Any], pid: int) -> None:
    print(
        f"{what}: {own['sent'] - own['refused']} kept, {own['refused']} told 503,"
        f" {own['broken']} unanswered, longest {own['max'] / 1e6:.2f} s,"
        f" {resident_bytes(pid) / 2**20:.0f} MiB"
    )


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the file's lock for a while, as a program that hangs would."""
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            ready.set()
            done.wait(HELD_SECONDS)
            db.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    ready.wait()
    try:
        yield
    finally:
        done.set()
        holder.join()


def stop(here: Town) -> None:
    """Tell how long it takes to stop with work in hand, and that all is answered."""
    for shop in here.shops:
        here.control("throttle", shop=shop, restore_rate=WIDE)
    engine = connect(here.place.database_url)
    app = start_app(here.place)
    here.ask(ASKS)
    begun = time.monotonic()
    app.stop()
    seconds = time.monotonic() - begun
    with engine.connect() as db:
        left = ASKS - int(db.scalar(ANSWERED) or 0)
    again = start_app(here.place)
    until(engine, ANSWERED, ASKS)
    again.stop()
    engine.dispose()
    check(here)
    print(f"stop: {seconds:.1f} s with {left} of {ASKS} requests not answered yet;")
    print("each was answered once by the next start")


if __name__ == "__main__":
    main()
