"""Closing: a return whose item stays is expected no more, once its money was given."""

from __future__ import annotations

from dataclasses import replace

from plugin.case import PAID, Case, Entry
from plugin.casework.owing import pays
from plugin.casework.record import note
from plugin.policy.remedies import Pays
from plugin.ports import PlatformError, Services, Shelf

CLOSED = "call:close"
CLOSE = "Close the return in Shopify: its money was given, and the item stays."


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
        no = {"operation": "close_return", "answer": {"refused": str(error)}}
        note(services, case, Entry(key=CLOSED, kind="call", body=no))
        return case
    tasks = tuple(task for task in case.tasks if task != CLOSE)
    closed = replace(case, tasks=tasks)
    entry = Entry(key=CLOSED, kind="call", body=done)
    shelf.keep(closed, entry, was=case.status)
    return closed


def leave_closing(services: Services, *, shop: str, return_id: str) -> None:
    """Leave to staff a return that could not be closed; nothing where none is open."""
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or CLOSE in case.tasks or not _is_open(case, shelf):
        return
    shelf.keep(replace(case, tasks=(*case.tasks, CLOSE)), was=case.status)


def _is_open(case: Case, shelf: Shelf) -> bool:
    keys = shelf.keys(case.return_id)
    stays = pays(case) is Pays.WITHOUT_RETURN
    return stays and PAID in keys and CLOSED not in keys
