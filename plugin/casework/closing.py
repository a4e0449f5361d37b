"""Closing: a return whose item stays is expected no more, once its money was given."""

from __future__ import annotations

from plugin.case import (
    CLOSED,
    COVERED,
    PAID,
    UNCLOSED,
    UNDONE,
    Case,
    Entry,
    Task,
    TaskKind,
)
from plugin.casework.reckoning import pays
from plugin.policy.remedies import Pays
from plugin.ports import Done, PlatformError, Services, Shelf

CLOSE = Task(
    kind=TaskKind.CLOSE,
    text="Close the return in Shopify: the item stays with the customer.",
)


def close_paid(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Close a return whose money was given and whose item stays; once.

    Safe to repeat. A refusal of the platform is only noted.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or not _is_open(case, shelf):
        return case
    try:
        done = services.platform.close(shop, return_id)
    except PlatformError as error:
        if error.may_pass:
            raise
        done = Done(operation="close_return", answer={"refused": str(error)})
    entry = Entry(key=CLOSED, kind="call", body=done)
    return shelf.amend(return_id, _closed, entry)


def leave_closing(services: Services, *, shop: str, return_id: str) -> None:
    """Leave to staff a return that could not be closed; nothing where none is open."""
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is not None and _is_open(case, shelf):
        left = Entry(key=UNCLOSED, kind="event", body={"task": CLOSE.text})
        shelf.amend(return_id, lambda now: now.with_task(CLOSE), left)


def _closed(case: Case) -> Case:
    return case.without_tasks(TaskKind.CLOSE)


def _is_open(case: Case, shelf: Shelf) -> bool:
    keys = shelf.keys(case.return_id)
    stays = pays(case) is Pays.WITHOUT_RETURN
    due = stays and PAID in keys and CLOSED not in keys
    # What was paid is still there, or was given anew since it fell.
    last = shelf.newest(case.return_id, (UNDONE, COVERED)) if due else None
    return due and (last is None or last.startswith(COVERED))
