"""Deliveries made durable: queued in the transaction that writes the case.

Each endpoint of a shop is a partition of its own, so that one that is slow holds
nobody else up, and a try that fails queues the next one with a delay, so that what
waits holds no place.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions

from plugin.archive import deliveries
from plugin.archive.deliveries import Told
from plugin.archive.endpoints import FLOW
from plugin.case import Case, Entry
from plugin.outgoing.delivering import PAUSES, RETRY, Courier
from plugin.outgoing.flow import HANDLES
from plugin.outgoing.telling import Announcement, announcements, tried
from plugin.workflows import APPLICATION_VERSION

DELIVER = "deliver"
QUEUE = "deliveries"
PER_PROCESS = 12
PER_ENDPOINT = 2
# A pause is stretched by up to a fifth, so that not all come back at once.
JITTER = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """Writes down what is told and queues it for everybody who listens."""

    client: DBOSClient
    now: Callable[[], datetime]

    def tell(self, db: sa.Connection, case: Case, new: tuple[Entry, ...]) -> None:
        """Tell what a case that is being written tells, in its own transaction."""
        found = list(announcements(case, new, self.now()))
        if not found:
            return
        listening = deliveries.listening(db, case.shop)
        for one in found:
            wanting = [id for id, kind in listening if _wants(kind, one)]
            if wanting:
                self._announce(db, case.shop, one, wanting)

    def test(self, db: sa.Connection, shop: str, endpoint_id: str) -> str:
        """Send an endpoint something to see whether it listens; returns its id."""
        one = tried(shop, secrets.token_hex(8), self.now())
        self._announce(db, shop, one, [endpoint_id])
        return one.id

    def redeliver(
        self, db: sa.Connection, shop: str, endpoint_id: str, announcement_id: str
    ) -> bool:
        """Try again what had failed; False when nothing had."""
        tries = deliveries.take_up(db, shop, endpoint_id, announcement_id)
        if tries is None:
            return False
        first = _id(shop, endpoint_id, announcement_id)
        self._enqueue(db, shop, endpoint_id, announcement_id, f"again-{tries}:{first}")
        return True

    def _announce(
        self, db: sa.Connection, shop: str, one: Announcement, wanting: list[str]
    ) -> None:
        told = Told(id=one.id, kind=one.kind, body=one.body, at=one.at)
        if not deliveries.announce(db, shop, told):
            return
        for endpoint_id in wanting:
            deliveries.owe(db, shop, endpoint_id, told)
            id = _id(shop, endpoint_id, told.id)
            self._enqueue(db, shop, endpoint_id, told.id, id)

    def _enqueue(
        self,
        db: sa.Connection,
        shop: str,
        endpoint_id: str,
        announcement_id: str,
        id: str,
    ) -> None:
        options = _options(shop, endpoint_id, id)
        self.client.enqueue_in_transaction(
            db, options, shop, endpoint_id, announcement_id
        )


def register(courier: Courier, client: DBOSClient) -> None:
    """Define the workflow; once a process, before launch."""

    @DBOS.workflow(name=DELIVER)
    def deliver(
        shop: str,
        endpoint_id: str,
        announcement_id: str,
        attempt: int = 0,
        base: str | None = None,
    ) -> str:
        base = base or str(DBOS.workflow_id)
        about = (shop, endpoint_id, announcement_id, attempt)
        try:
            result = DBOS.run_step({"name": "deliver"}, courier.deliver, *about)
        except Exception:
            log.exception("delivery_broke", shop=shop, attempt=attempt)
            result = f"{RETRY}unexpected"
        if result.startswith(RETRY) and attempt < len(PAUSES):
            options = _options(shop, endpoint_id, f"try-{attempt + 1}:{base}")
            options["delay_seconds"] = _pause(base, attempt)
            following = (shop, endpoint_id, announcement_id, attempt + 1, base)
            client.enqueue(options, *following)
        return result


def launch(poll_seconds: float) -> None:
    """Take deliveries from their queue; after `workflows.launch`."""
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=PER_PROCESS,
        partition_concurrency=PER_ENDPOINT,
        polling_interval_sec=poll_seconds,
        on_conflict="always_update",
    )


def _wants(kind: str, one: Announcement) -> bool:
    # Each trigger refers to an order, so that Flow is told nothing of no order.
    return kind != FLOW or (one.kind in HANDLES and one.order_id is not None)


def _id(shop: str, endpoint_id: str, announcement_id: str) -> str:
    return f"{DELIVER}:{shop}:{endpoint_id}:{announcement_id}"


def _pause(base: str, attempt: int) -> float:
    """Stretch a pause by a share that is the same whenever it is asked for."""
    digest = hashlib.sha256(f"{base}:{attempt}".encode()).digest()
    return PAUSES[attempt] * (1 + JITTER * digest[0] / 255)


def _options(shop: str, endpoint_id: str, id: str) -> EnqueueOptions:
    return {
        "workflow_name": DELIVER,
        "queue_name": QUEUE,
        "workflow_id": id,
        "queue_partition_key": f"{shop}/{endpoint_id}",
        "app_version": APPLICATION_VERSION,
    }
