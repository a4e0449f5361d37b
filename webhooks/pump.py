"""The pump: what the inbox holds is handed to the workflows, every shop in its turn."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from plugin.archive.scope import Across, across
from plugin.archive.tables import inbox
from plugin.workflows import enqueue
from webhooks.rows import HANDED, WAITING, job_in

BATCH = 200
# From shop to shop by the index: however many events one has, it is one step.
SHOPS = sa.text("""
WITH RECURSIVE turn(shop) AS (
  SELECT min(shop) FROM inbox WHERE state = :state AND shop > :after
  UNION ALL
  SELECT (SELECT min(shop) FROM inbox WHERE state = :state AND shop > turn.shop)
  FROM turn WHERE turn.shop IS NOT NULL
)
SELECT shop FROM turn WHERE shop IS NOT NULL LIMIT :most
""")

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
        self._last = ""
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
            while self.hand_over() and not self._stopping.is_set():
                pass
        except Exception:
            # The events stay waiting; the next round takes them again.
            log.exception("pump_failed")

    def hand_over(self) -> int:
        """Hand over one batch; returns how many events it held, 0 where none waits."""
        with across(self.engine, Across.INBOX).begin() as db:
            rows = self._take(db)
            for row in rows:
                enqueue(self.client, db, job_in(row))
            self._mark(db, [row["id"] for row in rows])
        return len(rows)

    def _take(self, db: sa.Connection) -> list[sa.RowMapping]:
        """Take of every shop the oldest, of each as many.

        Whoever has a thousand times as many keeps nobody else waiting.
        """
        shops = self._next_shops(db)
        oldest = sa.select(inbox).where(inbox.c.state == WAITING).order_by(inbox.c.id)
        oldest = oldest.limit(max(1, BATCH // max(1, len(shops))))
        if db.dialect.name == "postgresql":
            oldest = oldest.with_for_update(skip_locked=True)
        found = (db.execute(oldest.where(inbox.c.shop == shop)) for shop in shops)
        return [row for each in found for row in each.mappings()]

    def _next_shops(self, db: sa.Connection) -> list[str]:
        """Name the shops whose turn it is; after the last one comes the first."""
        given = {"after": self._last, "state": WAITING, "most": BATCH}
        shops = list(db.scalars(SHOPS, given))
        if not shops and self._last:
            shops = list(db.scalars(SHOPS, {**given, "after": ""}))
        self._last = shops[-1] if len(shops) == BATCH else ""
        return shops

    def _mark(self, db: sa.Connection, ids: Sequence[int]) -> None:
        if ids:
            db.execute(sa.update(inbox).where(inbox.c.id.in_(ids)).values(state=HANDED))
