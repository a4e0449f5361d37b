"""Following: what others do to a return after or beside our answer."""

from __future__ import annotations

from plugin.case import Case, Entry, Status
from plugin.casework.record import FOUND, settle
from plugin.ports import Services


def record_change(
    services: Services, *, shop: str, return_id: str, topic: str
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
    key = f"event:{topic}:{state.status}"
    shelf.append(return_id, Entry(key=key, kind="event", body={"saw": state}))
    if case.status in (Status.ANSWERED, Status.DECIDED) or state.status == "REQUESTED":
        return case
    status = FOUND.get(state.status, Status.SUPERSEDED)
    if case.status in (status, Status.WITHDRAWN, Status.SUPERSEDED):
        return case
    return settle(services, case, status, state.status)


def record_refund(services: Services, *, shop: str, refund_id: str) -> Case | None:
    """Note a refund on the case of its return; amounts are re-read."""
    refund = services.platform.refund(shop, refund_id)
    if refund is None or refund.return_id is None:
        return None
    shelf = services.archive.of(shop)
    case = shelf.find(refund.return_id)
    if case is not None:
        entry = Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund)
        shelf.append(refund.return_id, entry)
    return case
