"""The pump: what the inbox holds is handed to the workflows, every shop in its turn."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from plugin.archive.scope import Across, across
from plugin.archive.tables import inbox
from plugin.workflows import enqueue
from webhooks.rows import HANDED, WAITING, job_in

BATCH = 200
# Among so many that wait longest every shop has its turn.
LOOKED = 25 * BATCH

log = structlog.get_logger(__name__)


class Pump:
    """Hands waiting events to the workflows, in one transaction with their marks."""

    def __init__(
        self,
        engine: sa.Engine,
        client: DBOSClient,
        arrived: threading.Event,
        poll_seconds: float,
    ) -> None:
        """Prepare; `start` starts the thread."""
        self.engine = engine
        self.client = client
        self.arrived = arrived
        self.poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self) -> None:
        """Start handing over."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch in hand."""
        self._stopping.set()
        self.arrived.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.arrived.wait(self.poll_seconds)
            self.arrived.clear()
            # Broken logs must not end the thread either.
            with suppress(Exception):
                self._hand_over_all()

    def _hand_over_all(self) -> None:
        try:
            while self.hand_over() == BATCH:
                pass
        except Exception:
            # The events stay waiting; the next round takes them again.
            log.exception("pump_failed")

    def hand_over(self) -> int:
        """Hand over one batch; returns how many events it held."""
        with across(self.engine, Across.INBOX).begin() as db:
            rows = db.execute(_in_turn(db.dialect.name)).mappings().all()
            for row in rows:
                enqueue(self.client, db, job_in(row))
            self._mark(db, [row["id"] for row in rows])
        return len(rows)

    def _mark(self, db: sa.Connection, ids: Sequence[int]) -> None:
        if ids:
            db.execute(sa.update(inbox).where(inbox.c.id.in_(ids)).values(state=HANDED))


def _in_turn(dialect: str) -> sa.Select[Any]:
    """Take what waits, of every shop the oldest first, then of every shop the next.

    Whoever has a hundred times as many keeps nobody else waiting.
    """
    query = sa.select(inbox.c.id, inbox.c.shop).where(inbox.c.state == WAITING)
    looked = query.order_by(inbox.c.id).limit(LOOKED)
    if dialect == "postgresql":
        looked = looked.with_for_update(skip_locked=True)
    oldest = looked.cte()
    turn = sa.func.row_number().over(partition_by=oldest.c.shop, order_by=oldest.c.id)
    found = sa.select(inbox).join(oldest, inbox.c.id == oldest.c.id)
    return found.order_by(turn, inbox.c.id).limit(BATCH)
