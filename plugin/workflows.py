"""The stories made durable: each a DBOS workflow of few steps, safe to repeat.

A workflow's id is its business key (story, shop, subject), so an event that is
delivered twice starts nothing twice. Work that was acknowledged is finished after a
crash. A try that fails ends its workflow and queues the next one with a delay, so
that a shop in trouble never holds a place that another shop could use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from sqlalchemy import Connection, Engine

from plugin import casework
from plugin.casework.record import EventId
from plugin.ports import PlatformError, Services, StaleCase

NAME = "evenhand"
# One version for every release: work in flight is finished by the next one. The
# steps of a story change only through DBOS.patch.
APPLICATION_VERSION = "1"
QUEUE = "cases"
PER_SHOP = 4
PER_PROCESS = 16
# Seconds between tries, from 2 s to an hour, about eight hours in all; then a person.
PAUSES = (2, 5, 15, 30, 60, 120, 300, 600, 1800, *[3600] * 7)
RETRY = "retry:"
FAILED = "failed:"

Story = Callable[..., object]
Step = tuple[Story, tuple[str, ...]]

ANSWER = "answer_request"
CONFIRM = "confirm_refusal"
CHANGE = "record_change"
REFUND = "record_refund"
GOODBYE = "say_goodbye"

CASE = ("shop", "return_id")

# Each story's steps, each with the arguments it takes.
STORIES: Mapping[str, tuple[Step, ...]] = {
    ANSWER: ((casework.decide_case, (*CASE, "event")), (casework.answer_case, CASE)),
    CONFIRM: ((casework.confirm_case, (*CASE, "by")), (casework.answer_case, CASE)),
    CHANGE: ((casework.record_change, (*CASE, "topic", "event")),),
    REFUND: ((casework.record_refund, ("shop", "refund_id", "event")),),
    GOODBYE: ((casework.say_goodbye, ("shop",)),),
}
# A request that cannot be answered is given to a person; the rest is only logged.
OWED = frozenset({ANSWER, CONFIRM})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One story to tell: about which shop and subject, with what arguments."""

    story: str
    shop: str
    subject: str
    arguments: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The key that makes it happen once."""
        return f"{self.story}:{self.shop}:{self.subject}"


def answer(shop: str, return_id: str, event: EventId | None = None) -> Job:
    """Plan to decide and answer a return; the same return is planned once."""
    return Job(
        story=ANSWER,
        shop=shop,
        subject=return_id,
        arguments={"return_id": return_id, "event": event},
    )


def confirm(shop: str, return_id: str, by: str) -> Job:
    """Plan to send a proposed refusal that a member of staff confirmed."""
    return Job(
        story=CONFIRM,
        shop=shop,
        subject=return_id,
        arguments={"return_id": return_id, "by": by},
    )


def enqueue(client: DBOSClient, db: Connection, job: Job) -> None:
    """Queue a job inside the caller's transaction; a known id changes nothing."""
    arguments = {"shop": job.shop, **job.arguments}
    client.enqueue_in_transaction(db, _options(job.story, job.id, job.shop), arguments)


def _options(story: str, id: str, shop: str) -> EnqueueOptions:
    return {
        "workflow_name": story,
        "queue_name": QUEUE,
        "workflow_id": id,
        "queue_partition_key": shop,
        "app_version": APPLICATION_VERSION,
    }


def register(services: Services) -> None:
    """Define a workflow for every story; once a process, before launch."""
    for name, steps in STORIES.items():
        _define(services, name, steps)


def _define(services: Services, name: str, steps: tuple[Step, ...]) -> None:
    @DBOS.workflow(name=name)
    def tell(arguments: dict[str, Any], attempt: int = 0) -> str:
        result = ""
        for step, names in steps:
            wanted = {key: arguments[key] for key in names}
            result = DBOS.run_step(
                {"name": step.__name__}, _try, services, step, wanted
            )
            if result.startswith(RETRY) and attempt < len(PAUSES):
                return _again(name, arguments, attempt, result)
            if result.startswith((RETRY, FAILED)):
                return _give_up(services, name, arguments, result)
        return result


def _try(services: Services, step: Story, arguments: dict[str, Any]) -> str:
    """Tell one step and say in a word how it ended; nothing escapes unrecorded."""
    try:
        return _word(step(services, **arguments))
    except PlatformError as error:
        ending = RETRY if _may_pass(error) else FAILED
        _about(arguments).warning("story_failed", step=step.__name__, code=error.code)
        return ending + error.code
    except StaleCase as error:
        return RETRY + error.code
    except Exception:
        # A fault of ours or of the database: kept, told, and tried again.
        _about(arguments).exception("story_broke", step=step.__name__)
        return RETRY + "unexpected"


def _about(arguments: Mapping[str, Any]) -> Any:
    """Log about the shop and return of a story."""
    named = {key: arguments[key] for key in CASE if key in arguments}
    return log.bind(**named)


def _may_pass(error: PlatformError) -> bool:
    # A dead token lives again once the merchant opens the app.
    return not error.permanent or error.code == "no_access"


def _word(value: object) -> str:
    status = getattr(value, "status", value)
    return str(getattr(status, "value", status))


def _again(name: str, arguments: dict[str, Any], attempt: int, result: str) -> str:
    """Queue the next try after its pause, under an id of its own."""
    base = (DBOS.workflow_id or name).partition("~")[0]
    options = _options(name, f"{base}~{attempt + 1}", arguments["shop"])
    options["delay_seconds"] = PAUSES[attempt]
    DBOS.enqueue_workflow_with_options(options, arguments, attempt + 1)
    return result


def _give_up(
    services: Services, name: str, arguments: dict[str, Any], result: str
) -> str:
    """Hand the request to a person, with the reason."""
    _about(arguments).error("story_given_up", story=name, result=result)
    if name in OWED:
        wanted = {"shop": arguments["shop"], "return_id": arguments["return_id"]}
        wanted["why"] = result
        DBOS.run_step({"name": "give_up"}, _try, services, casework.give_up, wanted)
    return result


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
        "max_executor_threads": PER_PROCESS * 2,
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


def client(engine: Engine) -> DBOSClient:
    """Make the client that queues jobs from outside the workflows."""
    return DBOSClient(system_database_engine=engine, application_name=NAME)
