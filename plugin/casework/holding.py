"""Holding: disputes, cancelled orders and opt-outs hold what is not answered yet."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.case import UNANSWERED, Case, Entry, Status
from plugin.casework.following import record_change
from plugin.casework.record import GOING_OUT, EventId, event_entries, moves, outcome
from plugin.policy.decision import Outcome
from plugin.ports import OrderState, Services

# How the keys of holds begin; what holds follows.
HELD = "hold:opened:"
ENDED = "hold:ended:"
LOST = "hold:lost:"
CANCELLED = "order-cancelled"
OPTED_OUT = "opted-out"
OPEN = frozenset({"NEEDS_RESPONSE", "UNDER_REVIEW"})
# The shop kept its money, so that the request stands where it stood. Whatever else
# ends a dispute has given the money back already.
KEPT = frozenset({"WON", "PREVENTED"})


def record_order(
    services: Services,
    *,
    shop: str,
    order_id: str,
    topic: str,
    event: EventId | None = None,
) -> str:
    """Take note of a dispute or a cancellation on every case of the order.

    What is not answered yet waits for a person; a proposed refusal is one again once
    the shop has won.
    """
    state = services.platform.order(shop, order_id)
    if state is None:
        return "no_order"
    found = services.archive.of(shop).on_order(order_id)
    for case in found:
        _follow(services, case, state, topic, event)
    return f"{len(found)}_cases"


def is_held(keys: frozenset[str]) -> bool:
    """Tell whether a case with these entries is held, and not on its way out."""
    if not keys.isdisjoint(GOING_OUT):
        return False
    return bool(holding(keys))


def holding(keys: frozenset[str]) -> set[str]:
    """Name what holds a case with these entries, on its way out or not."""
    opened = {key.removeprefix(HELD) for key in keys if key.startswith(HELD)}
    return opened - {key.removeprefix(ENDED) for key in keys if key.startswith(ENDED)}


def _follow(
    services: Services,
    case: Case,
    state: OrderState,
    topic: str,
    event: EventId | None,
) -> None:
    shelf = services.archive.of(case.shop)
    new = holds(state, shelf.keys(case.return_id))
    shelf.append(case.return_id, *event_entries(event), *new)
    if state.disputes:
        shelf.note_contested(case.return_id)
    if state.cancelled and case.status in UNANSWERED:
        # Cancelling an order may have ended its returns too.
        case = _as_it_stands(services, case, topic)
    held = bool(holding(shelf.keys(case.return_id)))
    if case.status is Status.PROPOSED and held:
        _move(services, case, Status.IN_REVIEW)
    elif case.status is Status.IN_REVIEW and not held and _was_refused(case):
        _move(services, case, Status.PROPOSED)


def holds(state: OrderState, keys: frozenset[str] = frozenset()) -> Iterator[Entry]:
    """Write down what holds a case of an order, and what holds it no more.

    `keys` are the case's entries: a dispute that had ended and opens again holds anew.
    """
    if state.cancelled:
        yield Entry(key=f"{HELD}{CANCELLED}", kind="event", body={"order": "cancelled"})
    if state.opted_out:
        body = {"customer": "opted out"}
        yield Entry(key=f"{HELD}{OPTED_OUT}", kind="event", body=body)
    for dispute in state.disputes:
        starts = [ENDED] if dispute.status in KEPT else [HELD]
        if dispute.status not in KEPT | OPEN:
            starts.append(LOST)
        subject = dispute.dispute_id
        opened, ended = (_times(start + subject, keys) for start in (HELD, ENDED))
        turn = max(opened, ended, 1) if dispute.status in KEPT else ended + 1
        for start in starts:
            key = f"{start}{subject}" + (f"#{turn}" if turn > 1 else "")
            yield Entry(key=key, kind="event", body=dispute)


def _times(key: str, keys: frozenset[str]) -> int:
    """Tell the last turn in which something was written down; 0 for never."""
    again = f"{key}#"
    turns = [int(k.removeprefix(again)) for k in keys if k.startswith(again)]
    return max(turns, default=1 if key in keys else 0)


def _as_it_stands(services: Services, case: Case, topic: str) -> Case:
    found = record_change(
        services, shop=case.shop, return_id=case.return_id, topic=topic
    )
    return found or case


def _was_refused(case: Case) -> bool:
    """Tell whether a case in review is a refusal that was taken back."""
    return case.outcome is Outcome.DECLINE and case.letter is not None


def _move(services: Services, case: Case, status: Status) -> None:
    shelf = services.archive.of(case.shop)
    # A case may be held more than once; each move has an entry of its own.
    key = f"outcome:{status.value}:{moves(shelf.keys(case.return_id))}"
    entry = Entry(key=key, kind="outcome", body=outcome(status))
    shelf.keep(case.moved(status), entry, was=case.status)
