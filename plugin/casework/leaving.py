"""Leaving: money that the app does not give goes to a person, with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from plugin.case import REFUND_LEFT, THEIRS, Case, Entry, Task, TaskKind
from plugin.casework.covering import given_early
from plugin.casework.turns import PENDING, REFUND_ASKED, key_of, keys_of, owes
from plugin.ports import Services

# How the tasks begin that leave a refund to staff.
GIVE = "Give the money back yourself"
LOOK = "Look whether the refund was given, and give it if not"
WAIT = "Do not give the refund again, but look whether it arrives"
REST = "Look whether the rest is due"


def leave_refund(
    services: Services, case: Case, why: str, begins: str | None = None
) -> Case:
    """Leave to staff, with the reason as a task, the money that is owed; once.

    What staff had refunded on the order before counts: where it comes to all that is
    owed, and we asked for nothing ourselves, it stands as theirs.
    """
    shelf = services.archive.of(case.shop)
    case, keys = shelf.find(case.return_id) or case, shelf.keys(case.return_id)
    if not owes(case, keys):
        return case
    early = given_early(shelf, case)
    if early and not keys_of(REFUND_ASKED, keys):

        def stands(now: Case) -> Case | None:
            return without_refund(now) if given_early(shelf, now) else None

        case = shelf.amend(case.return_id, stands, theirs(keys, early))
        if not owes(case, shelf.keys(case.return_id)):
            return case
    text = f"{begins or _beginning(keys)}: {why}."
    task = Task(kind=TaskKind.GIVE_REFUND, text=text)
    entry = Entry(key=key_of(REFUND_LEFT, keys), kind="event", body={"why": why})

    def left(now: Case) -> Case | None:
        # What was seen as given meanwhile is left to nobody.
        return now.with_task(task) if owes(now, keys) else None

    return shelf.amend(case.return_id, left, entry)


def without_refund(case: Case) -> Case:
    """Return a case without the tasks to give its money, which was given."""
    return case.without_tasks(
        TaskKind.GIVE_REFUND, TaskKind.REFUND_FELL, TaskKind.SHIPPING_FELL
    )


def leave_to(services: Services, case: Case, there: Iterable[str]) -> Case:
    """Let staff's own refund stand, and add nothing to it."""
    shelf = services.archive.of(case.shop)
    entry = theirs(shelf.keys(case.return_id), there)
    return shelf.amend(case.return_id, without_refund, entry)


def theirs(keys: frozenset[str], there: Iterable[str]) -> Entry:
    """Write that staff's own refunds stand for the money of this turn."""
    body = {"refunds": list(there)}
    return Entry(key=key_of(THEIRS, keys), kind="event", body=body)


def _beginning(keys: frozenset[str]) -> str:
    if PENDING in keys:
        return WAIT
    return LOOK if keys_of(REFUND_ASKED, keys) else GIVE
