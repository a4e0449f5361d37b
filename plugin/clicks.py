"""Clicks: which run of its story a click of staff begins, or joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dbos import DBOSClient

from plugin.jobs import Job
from plugin.workflows import ACTIVE


def anew(client: DBOSClient, job: Job) -> Job:
    """Make a click's job one that runs, where all before it on the same page ended.

    What was given up before it wrote anything leaves the page, and its number, as they
    were: without a name of its own the next click would be taken for the one that came
    to nothing. While one is still told it is that one: two clicks at once are one. That
    a click is on a page that is no longer true the queue cannot know: the number can.
    """
    turns = _turns(client, job)
    if not turns:
        return job
    last = max(turns)
    turn = last if _is_told(client, job, last) else last + 1
    return replace(job, subject=_again(job.subject, turn)) if turn else job


def is_under_way(client: DBOSClient, job: Job) -> bool:
    """Tell whether a click's job is queued or told, and has not ended."""
    turns = _turns(client, job)
    return bool(turns) and _is_told(client, job, max(turns))


def arguments_of(client: DBOSClient, job: Job) -> Mapping[str, Any]:
    """Read what a job that was queued is told with: what the first to queue it gave."""
    [found] = client.list_workflows(
        workflow_ids=[job.id], load_input=True, load_output=False
    )
    [arguments, *_] = found.input["args"] if found.input else ({},)
    return dict(arguments)


def _turns(client: DBOSClient, job: Job) -> set[int]:
    """Number the times that a job was begun; none that never was."""
    found = client.list_workflows(
        workflow_id_prefix=job.id, load_input=False, load_output=False
    )
    starts = _again(job.id, "")
    again = (id for each in found if (id := each.workflow_id).startswith(starts))
    turns = {int(id.removeprefix(starts)) for id in again}
    return turns | {0 for each in found if each.workflow_id == job.id}


def _is_told(client: DBOSClient, job: Job, turn: int) -> bool:
    """Tell whether a job, or one of its later tries, has not ended yet."""
    id = _again(job.id, turn) if turn else job.id
    active = client.list_workflows(
        status=ACTIVE, name=job.story, load_input=False, load_output=False
    )
    ids = (each.workflow_id for each in active)
    return any(each == id or each.endswith(f":{id}") for each in ids)


def _again(id: str, turn: int | str) -> str:
    return f"{id}:again-{turn}"
