"""What the timeline says of an event: what others did, and what we noted beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plugin.casework.arriving import said
from plugin.pages import words
from plugin.policy.money import Money

Body = Mapping[str, Any]

# Where the platform shows a return, as the end of a sentence.
RETURN = {
    "REQUESTED": "asked for",
    "OPEN": "approved",
    "CLOSED": "closed",
    "DECLINED": "refused",
    "CANCELED": "cancelled",
}
_TOPICS = {
    "returns/request": "that a return was asked for",
    "returns/approve": "that the return was approved",
    "returns/decline": "that the return was refused",
    "returns/cancel": "that the return was cancelled",
    "returns/close": "that the return was closed",
    "returns/reopen": "that the return was opened again",
    "returns/process": "that items were taken in",
    "returns/update": "that the return was changed",
    "refunds/create": "of a refund",
    "orders/cancelled": "that the order was cancelled",
    "disputes/create": "of a payment dispute",
    "disputes/update": "of a change in a payment dispute",
}


def of_event(body: Body) -> str | None:
    """Say what an event tells of; None for one that has no words."""
    for name, say in _SAYS.items():
        if name in body:
            return say if isinstance(say, str) else say(body)
    return None


def _heard(body: Body) -> str:
    return f"Told Evenhand {_TOPICS.get(body['topic'], 'of a change')}"


def _granted(body: Body) -> str:
    money = said(Money.of(body["gives"], body["currency"]))
    return f"Gave word to pay {money} back"


def _clicked(body: Body) -> str:
    moved_on = body.get("why") == "not_open"
    return f"Clicked, {'when the case had moved on' if moved_on else 'without effect'}"


def _overridden(body: Body) -> str:
    done = {"approve": "approve the request", "decline": "refuse the request"}
    return f"Decided to {done.get(body['now'], 'answer the request')}"


def _saw(body: Body) -> str:
    return _shows(body["saw"])


def _shows(body: Body) -> str:
    status = body["status"]
    return f"Shows the return as {RETURN.get(status, status.lower())}"


def _refunded(body: Body) -> str:
    return f"Shows a refund of {said(Money.of(body['amount'], body['currency']))}"


def _plan(body: Body) -> str:
    keep, out = (", ".join(body[name]) for name in ("approve", "refuse"))
    return f"Planned to take {out} out of the return and to approve {keep}"


# By the part of a body that only events of that sort have, asked in this order.
_SAYS: dict[str, Callable[[Body], str] | str] = {
    "confirmed_by": "Sent the proposed refusal",
    "granted_by": _granted,
    "overridden_by": _overridden,
    "clicked_by": _clicked,
    "topic": _heard,
    "saw": _saw,
    "amount": _refunded,
    "what": lambda body: f"Kept the refusal in: {words.brake(body)}",
    "refuse": _plan,
    "begun": "Began to answer the customer",
    "asked": "About to approve the return in Shopify",
    "why": lambda body: f"The approval was not given: {body['why']}",
    "status": _shows,
}
