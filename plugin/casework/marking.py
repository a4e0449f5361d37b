"""Marking: what became of a request is shown on its order."""

from __future__ import annotations

from plugin.case import Case, Entry, Settled, Status
from plugin.casework.record import note
from plugin.policy.decision import Outcome
from plugin.ports import Refused, Services

TAGS = {
    (Status.ANSWERED, Outcome.APPROVE): "evenhand-approved",
    (Status.ANSWERED, Outcome.DECLINE): "evenhand-declined",
    **{(Status.IN_REVIEW, outcome): "evenhand-review" for outcome in Outcome},
    **{(Status.PROPOSED, outcome): "evenhand-proposed" for outcome in Outcome},
}


def mark_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Show on the order what became of a request, once; safe to repeat.

    It comes last in a story: a tag that cannot be put unsays no answer and keeps no
    money back. A platform that refuses it is noted.
    """
    shelf = services.archive.of(shop)
    case, tenant = shelf.find(return_id), shelf.shop()
    if case is None or tenant is None or not tenant.installed:
        return case
    tag = TAGS.get((case.status, case.outcome or Outcome.REVIEW))
    key = f"call:mark:{case.status.value}"
    if tag is None or shelf.has(return_id, key):
        return case
    try:
        done: object = services.platform.mark(shop, case.order_id, [tag], _body(case))
    except Refused as refused:
        done = {"operation": "mark_order", "answer": {"refused": str(refused)}}
    note(services, case, Entry(key=key, kind="call", body=done))
    return case


def _body(case: Case) -> dict[str, object]:
    approved = case.outcome is Outcome.APPROVE
    return {
        "return": case.return_name,
        "outcome": (case.outcome or Outcome.REVIEW).value,
        "status": case.status.value,
        "decided_by": list(case.decided_by),
        "settled": [_settled(item) for item in case.settled if approved],
    }


def _settled(item: Settled) -> dict[str, object]:
    """Show one item's remedies and fees as the store's own tools can read them."""
    return {
        "item": item.title,
        "remedies": [remedy.value for remedy in item.remedies],
        "fees": [
            {
                "id": fee.id,
                "amount": None if fee.amount is None else f"{fee.amount.amount:f}",
                "currency": None if fee.amount is None else fee.amount.currency,
            }
            for fee in item.fees
        ],
    }
