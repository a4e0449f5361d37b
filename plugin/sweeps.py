"""Nothing missed: every shop is looked through every so often, as a workflow.

Events get lost. A sweep lists what waits at a shop and what changed lately, and
starts the very stories that the events would have started, under the same ids: what
an event told is not told again. Its id is its turn, so that many workers plan it once,
and each page is a step, so that a crash goes on with the page after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from dbos import DBOS, DBOSClient

from plugin.jobs import LOOK
from plugin.listed import Part
from plugin.sweeper import Sweeper, turn_of
from plugin.workflows import ACTIVE, APPLICATION_VERSION, SWEEP_QUEUE

SWEEP = "sweep_shop"
QUEUE = SWEEP_QUEUE
# Background work: few at a time in a process, one at a time in a shop.
PER_PROCESS = 4
EVERY_SECONDS = 600.0
WAITS = 20
LONGEST_WAIT = 60.0

log = structlog.get_logger(__name__)


def register(sweeper: Sweeper) -> None:
    """Define the workflows; once a process, before launch."""

    @DBOS.workflow(name=SWEEP)
    def sweep(shop: str, turn: int) -> str:
        return _sweep_or_stop(sweeper, shop, turn)

    @DBOS.workflow(name=LOOK)
    def look(arguments: dict[str, Any]) -> str:
        return _sweep_or_stop(sweeper, arguments["shop"], arguments["turn"])


def _sweep_or_stop(sweeper: Sweeper, shop: str, turn: int | str) -> str:
    try:
        return _sweep(sweeper, shop, turn)
    except Exception:
        # The next turn begins where the last whole sweep ended.
        log.exception("sweep_stopped", shop=shop)
        return "failed:stopped"


def _sweep(sweeper: Sweeper, shop: str, turn: int | str) -> str:
    """Go through every list of a shop, page by page."""
    since = _step(sweeper.begin, shop)
    if since is None:
        return "not_installed"
    until, started = None, 0
    for part in Part:
        after: str | None = None
        while True:
            page = (shop, turn, part.value, since, after)
            seen = _within_budget(sweeper.look, *page)
            if "failed" in seen:
                return _stop(shop, seen)
            if part is Part.RECENT:
                until = seen["until"] or until
            started += seen["started"]
            after = seen["after"]
            if after is None:
                break
    for refund in _step(sweeper.due_again, shop):
        # One that cannot be read is passed over, and looked at again tomorrow.
        seen = _within_budget(sweeper.look_again, shop, *refund)
        if "failed" in seen:
            log.warning("refund_not_read", shop=shop, code=seen["failed"])
    # Where nothing changed, the next sweep looks back as far as this one did.
    _step(sweeper.end, shop, until or since, started)
    return f"started {started}"


def _stop(shop: str, seen: dict[str, Any]) -> str:
    log.warning("sweep_failed", shop=shop, code=seen["failed"])
    return f"failed:{seen['failed']}"


def _within_budget(do: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Look once there is enough of the budget."""
    for waits in range(WAITS):
        seen: dict[str, Any] = _step(do, *arguments)
        if seen.get("wait") is None:
            break
        # Longer each time: what customers ask for may empty it again and again.
        DBOS.sleep(min(max(seen["wait"], 2.0**waits / 4), LONGEST_WAIT))
    return seen


def _step(do: Callable[..., Any], *arguments: Any) -> Any:
    return DBOS.run_step({"name": do.__name__}, do, *arguments)


def launch(poll_seconds: float) -> None:
    """Take sweeps from their queue; after `workflows.launch`."""
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=PER_PROCESS,
        partition_concurrency=1,
        polling_interval_sec=max(1.0, poll_seconds),
        on_conflict="always_update",
    )


def plan(client: DBOSClient, shops: Iterable[str], *, now: float, every: float) -> int:
    """Queue a sweep for every shop whose turn has come; returns how many."""
    active = client.list_workflows(
        status=ACTIVE, name=SWEEP, load_input=False, load_output=False
    )
    busy = {each.queue_partition_key for each in active}
    turns = {shop: turn_of(shop, now, every) for shop in shops if shop not in busy}
    ids = {f"{SWEEP}:{shop}:{every:.0f}-{turn}": shop for shop, turn in turns.items()}
    if not ids:
        return 0
    known = client.list_workflows(
        workflow_ids=list(ids), load_input=False, load_output=False
    )
    due = ids.keys() - {each.workflow_id for each in known}
    for id in sorted(due):
        _enqueue(client, id, ids[id], turns[ids[id]])
    return len(due)


def _enqueue(client: DBOSClient, id: str, shop: str, turn: int) -> None:
    client.enqueue(
        {
            "workflow_name": SWEEP,
            "queue_name": QUEUE,
            "workflow_id": id,
            "queue_partition_key": shop,
            "app_version": APPLICATION_VERSION,
        },
        shop,
        turn,
    )
