"""Metering: what this process counted is added to the tallies every few seconds."""

from __future__ import annotations

import threading
from contextlib import suppress

import sqlalchemy as sa
import structlog

from plugin import tally
from plugin.archive import tallies
from plugin.tally import Tally

EVERY_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Meter:
    """Writes this process's counts down every few seconds, in a thread of its own."""

    def __init__(self, engine: sa.Engine, counted: Tally = tally.HERE) -> None:
        """Start at once."""
        self.engine = engine
        self.counted = counted
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="meter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write down what is left, then end."""
        self._stopping.set()
        self._thread.join(timeout=EVERY_SECONDS)

    def _run(self) -> None:
        last = False
        while not last:
            last = self._stopping.wait(EVERY_SECONDS)
            # Broken logs must not end the thread either.
            with suppress(Exception):
                self._write()

    def _write(self) -> None:
        try:
            write_down(self.engine, self.counted)
        except sa.exc.SQLAlchemyError:
            log.exception("tallies_not_written")


def write_down(engine: sa.Engine, counted: Tally = tally.HERE) -> None:
    """Add this process's counts to the tallies; what fails is tried again later."""
    counts = counted.drain()
    if not counts:
        return
    try:
        with engine.begin() as db:
            tallies.add(db, counts)
    except sa.exc.SQLAlchemyError:
        counted.put_back(counts)
        raise
