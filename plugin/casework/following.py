"""Following: what others do to a return after or beside our answer."""

from __future__ import annotations

from plugin.case import Case, Entry, Status
from plugin.casework.deciding import remember_case
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
    if case.status in (Status.ANSWERED, Status.DECIDED) or state.status == "REQUESTED":
        return case
    status = FOUND.get(state.status, Status.SUPERSEDED)
    if case.status in (status, Status.WITHDRAWN, Status.SUPERSEDED):
        return case
    return settle(services, case, status, state.status)


def record_refund(
    services: Services, *, shop: str, refund_id: str, event: EventId | None = None
) -> Case | None:
    """Note a refund on the case of its return; amounts are re-read.

    A return that we never heard of gets its case now, as it stands.
    """
    refund = services.platform.refund(shop, refund_id)
    if refund is None or refund.return_id is None:
        return None
    case = remember_case(services, shop=shop, return_id=refund.return_id)
    if case is not None:
        entry = Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund)
        shelf = services.archive.of(shop)
        shelf.append(refund.return_id, *event_entries(event), entry)
    return case
