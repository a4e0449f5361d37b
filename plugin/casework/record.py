"""What every story writes down the same way."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.case import Case, Entry, Status
from plugin.ports import Services

# Which webhook said it: its topic, ids, moment and the hash of its body.
EventId = Mapping[str, str | None]

# The entry that makes a refusal a person's decision.
CONFIRMED = "confirmed"
# The entry that puts a person's own answer in place of ours.
OVERRIDDEN = "overridden"
# So begins the entry of an answer by a click that came to nothing; its number follows.
IDLE_ANSWER = "answer:idle:"
# The entry that is written before the first call of an answer.
BEGUN = "begun"
# With one of these a member of staff decided.
CLICKED = frozenset({CONFIRMED, OVERRIDDEN})
# With one of these an answer goes out, whatever speaks against it by now.
GOING_OUT = CLICKED | {BEGUN}
# Why what was begun is not finished, where the shop has the app no more.
SHOP_LEFT = "away:left"
# What a return's own status means for a case that did not decide it.
FOUND = {"CANCELED": Status.WITHDRAWN}


def event_entries(event: EventId | None) -> list[Entry]:
    """Write down which event told us; none where nobody did."""
    if event is None:
        return []
    return [Entry(key=f"event:{event['webhook_id']}", kind="event", body=event)]


def outcome(status: Status, platform: str | None = None) -> dict[str, object]:
    """Say where a case came to stand, and what the platform showed then."""
    return {"status": status, "platform": platform}


def failed(why: str) -> Entry:
    """Say that a case is left to a person, and the stable word why."""
    body = {"status": Status.FAILED, "why": why}
    return Entry(key=f"outcome:{Status.FAILED.value}", kind="outcome", body=body)


def moves(keys: frozenset[str]) -> int:
    """Number where a case stands by now: how often it came to stand somewhere.

    A click that came to nothing counts too, so that no later one is taken for it. It
    guards against a click on a page that is no longer true; one whose story wrote
    nothing does not use it up: `clicks.anew` sees to that.
    """
    return sum(key.startswith(("outcome:", IDLE_ANSWER)) for key in keys)


def settle(
    services: Services,
    case: Case,
    status: Status,
    platform: str | None = None,
    *why: Entry,
) -> Case:
    """Move a case and write down where it stands; `StaleCase` if it moved already."""
    settled = case.moved(status)
    entry = Entry(
        key=f"outcome:{status.value}", kind="outcome", body=outcome(status, platform)
    )
    services.archive.of(case.shop).keep(settled, *why, entry, was=case.status)
    return settled


def note(services: Services, case: Case, entry: Entry) -> None:
    """Append one entry to a case."""
    services.archive.of(case.shop).append(case.return_id, entry)
