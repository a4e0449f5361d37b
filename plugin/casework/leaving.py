"""Leaving: money that the app does not give goes to a person, with the reason."""

from __future__ import annotations

from dataclasses import replace

from plugin.case import LEFT, THEIRS, Case, Entry
from plugin.casework.turns import ASKED, PENDING, key_of, keys_of
from plugin.ports import RefundGiven, Services

# How the tasks begin that leave a refund to staff.
GIVE = "Give the money back yourself"
LOOK = "Look whether the refund was given, and give it if not"
WAIT = "Do not give the refund again, but look whether it arrives"
BEGINS = (GIVE, LOOK, WAIT)


def leave_refund(services: Services, case: Case, why: str) -> Case:
    """Leave the money to staff, with the reason as a task."""
    shelf = services.archive.of(case.shop)
    keys = shelf.keys(case.return_id)
    task = f"{_beginning(keys)}: {why}."
    left = replace(case, tasks=tuple(dict.fromkeys((*case.tasks, task))))
    entry = Entry(key=key_of(LEFT, keys), kind="event", body={"why": why})
    shelf.keep(left, entry, was=case.status)
    return left


def leave_to(services: Services, case: Case, there: list[RefundGiven]) -> Case:
    """Let staff's own refund stand, and add nothing to it."""
    shelf = services.archive.of(case.shop)
    keys = shelf.keys(case.return_id)
    body = {"why": "staff gave a refund first", "refunds": there}
    left = Entry(key=key_of(LEFT, keys), kind="event", body=body)
    given = [refund.refund_id for refund in there]
    theirs = Entry(key=key_of(THEIRS, keys), kind="event", body={"refunds": given})
    shelf.append(case.return_id, left, theirs)
    return case


def _beginning(keys: frozenset[str]) -> str:
    if PENDING in keys:
        return WAIT
    return LOOK if keys_of(ASKED, keys) else GIVE
