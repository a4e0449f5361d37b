"""Linking: a request for the same items again, and the one before it."""

from __future__ import annotations

from plugin.case import Case, Entry, Request
from plugin.ports import Shelf

# How the keys of links begin; the other return's id, or its name, follows.
BEFORE = "before:"
AGAIN = "again:"


def link_earlier(shelf: Shelf, request: Request) -> list[Entry]:
    """Give the entries that name the earlier requests, and tell those cases.

    Safe to repeat. A request from before the app came is named only.
    """
    names = {line.asked_before for line in request.facts.lines} - {None}
    if not names:
        return []
    cases = {case.return_name: case for case in shelf.on_order(request.order_id)}
    return [_link(shelf, request, str(name), cases) for name in sorted(map(str, names))]


def _link(shelf: Shelf, request: Request, name: str, cases: dict[str, Case]) -> Entry:
    earlier = cases.get(name)
    if earlier is not None:
        later = {"asked_again": request.return_name, "return_id": request.return_id}
        key = f"{AGAIN}{request.return_id}"
        shelf.append(earlier.return_id, Entry(key=key, kind="event", body=later))
        shelf.note_contested(earlier.return_id)
    return_id = None if earlier is None else earlier.return_id
    return Entry(
        key=f"{BEFORE}{return_id or name}",
        kind="event",
        body={"asked_before": name, "return_id": return_id},
    )
