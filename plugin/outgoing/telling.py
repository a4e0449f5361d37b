"""What a case that was written tells the merchant's own systems.

Ids, words of our own and amounts; nothing that a customer wrote or would read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.case import OVERTURNED, Case, Entry, Status, leaves_money
from plugin.policy.money import Money
from plugin.policy.offers import Offer

DECIDED = "decision.made"
REVIEW = "review.needed"
OVERRIDDEN = "case.overridden"
REFUSAL_OVERTURNED = "refusal.overturned"
TEST = "endpoint.test"
# What is told when a case comes to stand somewhere.
MOVES: Mapping[Status, str] = {
    Status.IN_REVIEW: REVIEW,
    Status.PROPOSED: REVIEW,
    Status.FAILED: REVIEW,
    Status.ANSWERED: "case.answered",
    Status.SUPERSEDED: "case.superseded",
    Status.WITHDRAWN: "case.withdrawn",
}
KINDS = tuple(dict.fromkeys((DECIDED, OVERRIDDEN, *MOVES.values(), REFUSAL_OVERTURNED)))
# The entry by which a person puts an answer of their own in place of ours.
BY_A_PERSON = "overridden"


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """One thing to tell; the same thing has the same id, whoever tells it."""

    id: str
    kind: str
    body: str
    at: datetime
    order_id: str | None = None


def announcements(
    case: Case, new: Sequence[Entry], at: datetime
) -> Iterator[Announcement]:
    """Say what a case with these new entries tells.

    A case that others had settled before it was written tells nothing.
    """
    moved = [entry for entry in new if entry.kind == "outcome"]
    for entry in new:
        if entry.kind == "decision":
            yield _announcement(case, DECIDED, entry.key, at)
        elif entry.key.partition(":")[0] == BY_A_PERSON:
            yield _announcement(case, OVERRIDDEN, entry.key, at)
        elif leaves_money(entry.key) and case.approved:
            yield _announcement(case, REVIEW, entry.key, at)
        elif entry.key == OVERTURNED:
            yield _announcement(case, REFUSAL_OVERTURNED, entry.key, at, entry.body)
    kind = MOVES.get(case.status)
    if kind is None or (case.outcome is None and case.status is not Status.FAILED):
        return
    for entry in moved:
        yield _announcement(case, kind, entry.key, at)


def tried(shop: str, number: str, at: datetime) -> Announcement:
    """Make what a test of an endpoint tells."""
    body = _body(TEST, at, {"shop": shop})
    return Announcement(id=f"msg_test_{number}", kind=TEST, body=body, at=at)


def _announcement(
    case: Case, kind: str, key: str, at: datetime, more: object = None
) -> Announcement:
    parts = (case.shop, case.return_id, key)
    subject = "".join(f"{len(part)}:{part}" for part in parts)
    digest = hashlib.sha256(subject.encode()).hexdigest()
    body = _body(kind, at, _data(case) | (more if isinstance(more, dict) else {}))
    return Announcement(
        id=f"msg_{digest[:32]}",
        kind=kind,
        body=body,
        at=at,
        order_id=case.order_id or None,
    )


def _body(kind: str, at: datetime, data: Mapping[str, object]) -> str:
    told = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":"))


def _data(case: Case) -> dict[str, object]:
    return {
        "shop": case.shop,
        "return_id": case.return_id,
        "order_id": case.order_id or None,
        "status": case.status.value,
        "mode": case.mode.value,
        "outcome": case.outcome.value if case.outcome else None,
        "ground": case.ground.value if case.ground else None,
        "decided_by": list(case.decided_by),
        "offers": [_offer(offer) for offer in case.offers],
        "fees": list(_fees(case)),
    }


def _offer(offer: Offer) -> dict[str, object]:
    return {
        "remedy": offer.remedy.value,
        "percent": offer.percent,
        "ends_on": offer.ends_on.isoformat(),
        **_amount(offer.amount),
    }


def _fees(case: Case) -> Iterable[dict[str, object]]:
    for item in case.settled:
        for fee in item.fees:
            yield {"id": fee.id, **_amount(fee.amount)}


def _amount(money: Money | None) -> dict[str, object]:
    if money is None:
        return {"amount": None, "currency": None}
    return {"amount": f"{money.amount:f}", "currency": money.currency}
