"""The past of a shop, read once it has the app, as a workflow.

The shop gathers its past by itself and tells when it is done; who is not told looks
every so often. Each spell of work is a workflow whose id is its turn or the event that
asked for it, so that many workers plan it once, and each part of it is a step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from dbos import DBOS, DBOSClient

from plugin.backfiller import AGAIN, Backfiller
from plugin.jobs import BACKFILL
from plugin.workflows import ACTIVE, BACKFILL_QUEUE, options

# Few at a time in a process, one at a time in a shop.
PER_PROCESS = 2
EVERY_SECONDS = 30.0
# A workflow ends before anybody takes it for stuck; the next turn goes on.
MOST_STEPS = 50

log = structlog.get_logger(__name__)


def register(backfiller: Backfiller) -> None:
    """Define the workflow; once a process, before launch."""

    @DBOS.workflow(name=BACKFILL)
    def backfill(arguments: dict[str, Any]) -> str:
        shop = arguments["shop"]
        said = AGAIN
        try:
            for _ in range(MOST_STEPS):
                said = DBOS.run_step({"name": "advance"}, backfiller.advance, shop)
                if said != AGAIN:
                    break
        except Exception:
            # What was written down stands; the next turn begins there.
            log.exception("backfill_stopped", shop=shop)
            said = "failed:stopped"
        return said


def launch(poll_seconds: float) -> None:
    """Take backfills from their queue; after `workflows.launch`."""
    DBOS.register_queue(
        BACKFILL_QUEUE,
        worker_concurrency=PER_PROCESS,
        partition_concurrency=1,
        polling_interval_sec=max(1.0, poll_seconds),
        on_conflict="always_update",
    )


def plan(client: DBOSClient, shops: Iterable[str], *, now: float) -> int:
    """Queue a spell of work for every shop that is due; returns how many."""
    active = client.list_workflows(
        status=ACTIVE, name=BACKFILL, load_input=False, load_output=False
    )
    busy = {each.queue_partition_key for each in active}
    turn = int(now // EVERY_SECONDS)
    ids = {f"{BACKFILL}:{shop}:turn-{turn}": shop for shop in shops if shop not in busy}
    for id, shop in sorted(ids.items()):
        # A known id changes nothing.
        client.enqueue(options(BACKFILL, id, shop), {"shop": shop})
    return len(ids)
