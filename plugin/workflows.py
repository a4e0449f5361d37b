"""The stories made durable: each a DBOS workflow of one step, safe to repeat.

A workflow's id is its business key (story, shop, subject), so an event that is
delivered twice starts nothing twice. Work that was acknowledged is finished after a
crash. Each part of a story looks first at what was done, so that one durable step
holds them all: a step costs a commit and more. A try that fails ends its workflow and
queues the next one with a delay, so that a shop in trouble never holds a place that
another shop could use. What a story could not finish is given up in a story of its
own, which tries until it is done.
"""

from __future__ import annotations

from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos._dbos import _get_dbos_instance
from sqlalchemy import Connection, Engine

from plugin.casework.record import SHOP_LEFT
from plugin.jobs import BACKFILL, LOOK, Job
from plugin.ports import Services
from plugin.stories import FOREVER, OWED, STAYS, STORIES
from plugin.tally import count
from plugin.tries import (
    ASLEEP,
    CASE,
    NOT_THERE,
    RETRY,
    Step,
    Try,
    failed,
    reason,
    tell_steps,
)

NAME = "evenhand"
# One version for every release: work in flight is finished by the next one. A story
# is one durable step; a record of it under another name is told anew.
APPLICATION_VERSION = "1"
QUEUE = "cases"
PER_SHOP = 4
PER_PROCESS = 32
# Room for the cases, the sweeps and the deliveries of a process together.
THREADS = 64

BACKFILL_QUEUE = "backfills"
SWEEP_QUEUE = "sweeps"
QUEUES = {BACKFILL: BACKFILL_QUEUE, LOOK: SWEEP_QUEUE}
# What asks for a look within one minute is looked for once that minute is over.
DELAYS = {LOOK: 60.0}
ACTIVE = ["ENQUEUED", "PENDING", "DELAYED"]


def enqueue(client: DBOSClient, db: Connection, job: Job) -> None:
    """Queue a job inside the caller's transaction; a known id changes nothing."""
    arguments = {"shop": job.shop, **job.arguments}
    client.enqueue_in_transaction(db, options(job.story, job.id, job.shop), arguments)


def options(story: str, id: str, shop: str) -> EnqueueOptions:
    """Say where a workflow is queued, and for whom."""
    found: EnqueueOptions = {
        "workflow_name": story,
        "queue_name": QUEUES.get(story, QUEUE),
        "workflow_id": id,
        "queue_partition_key": shop,
        "app_version": APPLICATION_VERSION,
    }
    if story in DELAYS:
        found["delay_seconds"] = DELAYS[story]
    return found


def register(services: Services, client: DBOSClient) -> None:
    """Define a workflow for every story; once a process, before launch."""
    for name, steps in STORIES.items():
        _define(services, client, name, steps)


def _define(
    services: Services, client: DBOSClient, name: str, steps: tuple[Step, ...]
) -> None:
    @DBOS.workflow(name=name)
    def tell(
        arguments: dict[str, Any],
        attempt: int = 0,
        base: str | None = None,
        busy: int = 0,
        waited: float = 0.0,
        away: int = 0,
    ) -> str:
        one = Try(
            story=name,
            base=base or str(DBOS.workflow_id),
            arguments=arguments,
            attempt=attempt,
            busy=busy,
            waited=waited,
            away=away,
            stays=name in STAYS,
        )
        try:
            result = DBOS.run_step({"name": "tell"}, tell_steps, one, services, steps)
        except Exception:
            # The machinery failed, not a step: a fresh workflow, with nothing
            # recorded that could be in its way, tells the story again.
            one.log.exception("story_stopped")
            result = f"{RETRY}stopped"
        if failed(result):
            _after_failure(client, one, result)
        return result


def _after_failure(client: DBOSClient, one: Try, result: str) -> None:
    """Queue the next try after its pause, or the giving up."""
    pause = one.pause(result, forever=one.story in FOREVER)
    if pause is None and result == NOT_THERE:
        # No case for what only somebody's word says that it exists.
        one.log.warning("story_dropped", result=result)
        return
    if result == SHOP_LEFT:
        # Should the shop come back, a sweep begins anew what is owed there.
        _give_up(client, one, SHOP_LEFT)
        return
    if pause is None:
        one.log.error("story_given_up", result=reason(result))
        count("given_up", story=one.story)
        _give_up(client, one, reason(result))
        return
    id, later = one.again(result, pause)
    if later.attempt > one.attempt:
        count("tries", story=one.story)
    queued = options(one.story, id, one.arguments["shop"])
    queued["delay_seconds"] = pause
    arguments = (dict(later.arguments), later.attempt, later.base)
    client.enqueue(queued, *arguments, later.busy, later.waited, later.away)


def _give_up(client: DBOSClient, one: Try, result: str) -> None:
    """Hand a request to a person, with the reason, as a story of its own."""
    if one.story not in OWED or not one.arguments.keys() >= set(CASE):
        return
    kept = (*CASE, "by")
    wanted = {key: one.arguments[key] for key in kept if key in one.arguments}
    wanted["why"] = result
    story = OWED[one.story]
    queued = options(story, f"{story}:{one.base}", wanted["shop"])
    client.enqueue(queued, wanted)


def wake(client: DBOSClient, shop: str) -> int:
    """Let the stories of a shop come now that slept until its merchant came."""
    asleep = client.list_workflows(
        status="DELAYED",
        queue_name=QUEUE,
        workflow_id_prefix=ASLEEP,
        load_input=False,
        load_output=False,
    )
    ids = [each.workflow_id for each in asleep if each.queue_partition_key == shop]
    for id in ids:
        client.set_workflow_delay(id, delay_seconds=0)
    return len(ids)


def migrate(engine: Engine) -> None:
    """Bring the engine's own tables to their newest shape; safe to repeat."""
    DBOS.migrate(engine.url.render_as_string(hide_password=False))


def launch(engine: Engine, *, worker: str, poll_seconds: float) -> None:
    """Start working: resume what this worker had in hand, then take from the queue.

    `worker` must be the same after a restart and of no other living process.
    """
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": engine.url.render_as_string(hide_password=False),
        "system_database_engine": engine,
        "application_version": APPLICATION_VERSION,
        "executor_id": worker,
        "log_level": "WARNING",
        "max_executor_threads": THREADS,
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(
        QUEUE,
        worker_concurrency=PER_PROCESS,
        partition_concurrency=PER_SHOP,
        polling_interval_sec=poll_seconds,
        on_conflict="always_update",
    )


def stop() -> None:
    """Stop taking work; what is in hand is finished by the next start."""
    DBOS.destroy(workflow_completion_timeout_sec=2)


def in_hand() -> frozenset[str]:
    """Name the work that threads of this process do now."""
    return frozenset(_get_dbos_instance()._active_workflows_set.activeList())


def client(engine: Engine) -> DBOSClient:
    """Make the client that queues jobs from outside the workflows."""
    return DBOSClient(system_database_engine=engine, application_name=NAME)
