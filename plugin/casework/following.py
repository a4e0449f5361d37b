"""Following: what others do to a return after or beside our answer."""

from __future__ import annotations

from plugin.case import Case, Entry, Status
from plugin.casework.finding_out import find_out
from plugin.casework.overturning import follow_return
from plugin.casework.record import FOUND, EventId, event_entries, settle
from plugin.ports import Services


def record_change(
    services: Services,
    *,
    shop: str,
    return_id: str,
    topic: str,
    event: EventId | None = None,
) -> Case | None:
    """Take note of what somebody did to a return, as the platform shows it now.

    An event before its cause finds no case and leaves no trace on one; the request,
    when it comes, reads the state itself.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None:
        return None
    state = services.platform.state(shop, return_id)
    if state is None:
        return case
    seen = Entry(key=f"saw:{topic}:{state.status}", kind="event", body={"saw": state})
    shelf.append(return_id, *event_entries(event), seen)
    shelf.restate_return(return_id, state.status)
    ours = find_out(services, case, state)
    if ours is not None:
        return ours
    follow_return(services, case, state)
    if case.status in (Status.ANSWERED, Status.DECIDED) or state.status == "REQUESTED":
        return case
    status = FOUND.get(state.status, Status.SUPERSEDED)
    # What was withdrawn stays so; what staff opened may still be cancelled.
    if case.status in (status, Status.WITHDRAWN):
        return case
    return settle(services, case, status, state.status)
