"""The pump: what the inbox holds is handed to the workflows, every shop in its turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from plugin.archive.scope import Across, across
from plugin.archive.tables import inbox
from plugin.jobs import Job
from plugin.workflows import enqueue
from webhooks.rows import HANDED, WAITING, job_in

BATCH = 200
# From shop to shop by the index: however many events one has, it is one step. Said as a
# range, in the order of the index, so that the planner sees no other way (no `min`).
NEXT = "FROM inbox WHERE state >= :state AND state <= :state AND shop > "
SHOPS = sa.text(f"""
WITH RECURSIVE turn(shop) AS (
  SELECT (SELECT shop {NEXT} :after ORDER BY state, shop LIMIT 1)
  UNION ALL
  SELECT (SELECT shop {NEXT} turn.shop ORDER BY state, shop LIMIT 1)
  FROM turn WHERE turn.shop IS NOT NULL
)
SELECT shop FROM turn WHERE shop IS NOT NULL LIMIT :most
""")
# What waits is few or very many, and PostgreSQL's statistics are of another hour: the
# index is right for both; another way can read all that waits for every shop.
BY_INDEX = tuple(
    sa.text(f"SET LOCAL enable_{way} = off")
    for way in ("bitmapscan", "seqscan", "sort")
)
# What this version cannot read, another may: it is looked at again after a while.
READ_AGAIN_SECONDS = 60.0
# Of more, all up to the last are left out till then, whoever is among them.
MOST_NAMED = 1000

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
        # By shop, what was found to be unreadable a moment ago.
        self._unread: dict[str, set[int]] = {}
        self._read_again_at = 0.0
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
            # Where another hands over all of these shops, the next ones may wait.
            while (self.hand_over() or self._last) and not self._stopping.is_set():
                pass
        except Exception:
            # The events stay waiting; the next round takes them again.
            log.exception("pump_failed")

    def hand_over(self) -> int:
        """Hand over one batch; returns how many events it held, read or not."""
        if time.monotonic() >= self._read_again_at:
            self._unread.clear()
            self._read_again_at = time.monotonic() + READ_AGAIN_SECONDS
        with across(self.engine, Across.INBOX).begin() as db:
            rows = self._take(db)
            jobs = {row["id"]: _job(row) for row in rows}
            known = {id: job for id, job in jobs.items() if job is not None}
            for job in known.values():
                enqueue(self.client, db, job)
            self._mark(db, list(known))
        # Only now: what was not committed is taken again, from its first event on.
        for row in rows:
            if row["id"] not in known:
                self._unread.setdefault(row["shop"], set()).add(row["id"])
        return len(rows)

    def _take(self, db: sa.Connection) -> list[sa.RowMapping]:
        """Take of every shop the oldest, of each as many.

        Whoever has a thousand times as many keeps nobody else waiting.
        """
        postgresql = db.dialect.name == "postgresql"
        for said in BY_INDEX if postgresql else ():
            db.execute(said)
        shops = self._next_shops(db)
        oldest = sa.select(inbox).where(inbox.c.state == WAITING)
        oldest = oldest.order_by(inbox.c.shop, inbox.c.id)
        oldest = oldest.limit(max(1, BATCH // max(1, len(shops))))
        if postgresql:
            oldest = oldest.with_for_update(skip_locked=True)
        own = (oldest.where(*self._left_of(shop)) for shop in shops)
        return [row for one in own for row in db.execute(one).mappings()]

    def _left_of(self, shop: str) -> Iterator[sa.ColumnElement[bool]]:
        """Name a shop's events, but for those that were found to be unreadable."""
        yield inbox.c.shop >= shop
        yield inbox.c.shop <= shop
        ids = self._unread.get(shop)
        if ids:
            many = len(ids) > MOST_NAMED
            yield inbox.c.id > max(ids) if many else inbox.c.id.not_in(ids)

    def _next_shops(self, db: sa.Connection) -> list[str]:
        """Name the shops whose turn it is; none once all had theirs."""
        given = {"after": self._last, "state": WAITING, "most": BATCH}
        shops = list(db.scalars(SHOPS, given))
        self._last = shops[-1] if len(shops) == BATCH else ""
        return shops

    def _mark(self, db: sa.Connection, ids: Sequence[int]) -> None:
        if ids:
            db.execute(sa.update(inbox).where(inbox.c.id.in_(ids)).values(state=HANDED))


def _job(row: sa.RowMapping) -> Job | None:
    """Read the job of a row; one that cannot be read stays, and stops nobody else's."""
    try:
        return job_in(row)
    except (TypeError, ValueError):
        log.exception("event_not_read", webhook_id=row["webhook_id"], shop=row["shop"])
        return None
