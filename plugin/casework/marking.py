"""Marking: what became of a request is shown on its order."""

from __future__ import annotations

from dataclasses import replace

from plugin.case import Case, Entry, Settled, Status
from plugin.casework.record import note
from plugin.policy.decision import Outcome
from plugin.ports import Done, Refused, Services

TAGS = {
    (Status.ANSWERED, Outcome.APPROVE): "evenhand-approved",
    (Status.ANSWERED, Outcome.DECLINE): "evenhand-declined",
    **{(Status.IN_REVIEW, outcome): "evenhand-review" for outcome in Outcome},
    **{(Status.PROPOSED, outcome): "evenhand-proposed" for outcome in Outcome},
}


# The keys of what was shown begin so; the status follows, and its turn.
MARK = "call:mark:"


def mark_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Show on the order how a request stands now, once; safe to repeat.

    A tag of ours that an earlier status had put there is taken off, unless another
    return of the order needs it. It comes last in a story: a tag that cannot be put
    unsays no answer and keeps no money back. A platform that refuses it is noted.
    """
    shelf = services.archive.of(shop)
    case, tenant = shelf.find(return_id), shelf.shop()
    if case is None or tenant is None or not tenant.installed:
        return case
    keys = shelf.keys(return_id)
    key, before = _key(case, keys), _put_before(keys)
    shows = _tag(case) is not None or bool(before)
    if case.status is Status.DECIDED or key in keys or not shows:
        return case
    try:
        done: object = _show(services, case, before)
    except Refused as refused:
        done = {"operation": "mark_order", "answer": {"refused": str(refused)}}
    note(services, case, Entry(key=key, kind="call", body=done))
    return case


def mark_order(services: Services, *, shop: str, order_id: str) -> str:
    """Show on an order how each of its requests stands now."""
    found = services.archive.of(shop).on_order(order_id)
    for case in found:
        mark_case(services, shop=shop, return_id=case.return_id)
    return f"{len(found)}_cases"


def _tag(case: Case) -> str | None:
    return TAGS.get((case.status, case.outcome or Outcome.REVIEW))


def _key(case: Case, keys: frozenset[str]) -> str:
    """Name what shows where a case stands; it may come to stand there again."""
    again = f"outcome:{case.status.value}:"
    times = sum(key.startswith(again) for key in keys)
    return f"{MARK}{case.status.value}:{times}" if times else MARK + case.status.value


def _put_before(keys: frozenset[str]) -> frozenset[str]:
    """Name every tag that a case with these entries may have put on its order."""
    shown = {k.removeprefix(MARK).split(":")[0] for k in keys if k.startswith(MARK)}
    return frozenset(tag for (status, _), tag in TAGS.items() if status.value in shown)


def _show(services: Services, case: Case, before: frozenset[str]) -> Done:
    """Put what holds, then take off what holds no more."""
    needed = _needed(services, case)
    # Another return's too: a try before may have died right after it took one off.
    put = sorted(needed & (before | {_tag(case)}))
    done = services.platform.mark(case.shop, case.order_id, put, _body(case))
    stale = before - needed
    if not stale:
        return done
    gone = services.platform.unmark(case.shop, case.order_id, sorted(stale)).answer
    # Another return may have come to need one while it was taken off.
    back = sorted(_needed(services, case) & set(gone["removed"]))
    if back:
        services.platform.mark(case.shop, case.order_id, back, _body(case))
    return replace(done, answer={**done.answer, **gone})


def _needed(services: Services, case: Case) -> set[str]:
    """Name the tags that hold for any return of the order as it stands now."""
    found = services.archive.of(case.shop).on_order(case.order_id)
    return {tag for tag in map(_tag, found) if tag is not None}


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
