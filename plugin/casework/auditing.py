"""Auditing: what was refunded, beside what the policy and the law gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin.case import AUDIT, COVERED, PAID, THEIRS, UNDONE, UNSURE, Case, Entry
from plugin.casework.arriving import Moved, arrived, said
from plugin.casework.closing import close_paid
from plugin.casework.comparing import (
    Audit,
    Verdict,
    audit,
    ending,
    gone_back,
    price_of,
)
from plugin.casework.deciding import remember_case
from plugin.casework.overturning import follow_refund
from plugin.casework.paying import pay_case
from plugin.casework.recognizing import mark, plans
from plugin.casework.record import EventId, event_entries
from plugin.casework.remembering import remember_refund
from plugin.casework.turns import FAILED, PENDING, is_pending
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Services, Shelf


def record_refund(
    services: Services, *, shop: str, refund_id: str, event: EventId | None = None
) -> Case | None:
    """Note a refund on the case it is about, and audit it; amounts are re-read.

    A return that we never heard of gets its case now, as it stands. A refund that
    went past every return is noted on the cases of its order that it is about.
    """
    refund = services.platform.refund(shop, refund_id)
    if refund is None:
        return None
    case = _noted(services, shop, refund, event)
    if case is not None and ending(refund) is not Moved.NOT_YET:
        _see_to_its_end(services, case)
    now = services.clock.now()
    remember_refund(services.archive.of(shop), refund, case, now)
    return case


def _see_to_its_end(services: Services, case: Case) -> None:
    """Settle a refund of ours that was pending, though it was left to staff."""
    keys = services.archive.of(case.shop).keys(case.return_id)
    if is_pending(case, keys):
        pay_case(services, shop=case.shop, return_id=case.return_id)
        close_paid(services, shop=case.shop, return_id=case.return_id)


def _noted(
    services: Services, shop: str, refund: RefundSeen, event: EventId | None
) -> Case | None:
    if refund.return_id is None:
        return _record_beside(services, shop, refund, event)
    case = remember_case(services, shop=shop, return_id=refund.return_id)
    if case is not None:
        _note(services.archive.of(shop), case, refund, event)
    return case


def _record_beside(
    services: Services, shop: str, refund: RefundSeen, event: EventId | None
) -> Case | None:
    shelf = services.archive.of(shop)
    there = shelf.on_order(refund.order_id)
    ours = [case for case in there if refund.note == mark(case)]
    about = ours or [case for case in there if _is_about(case, refund)]
    if len(there) == 1 and there[0].erased:
        # Nobody knows its items any more; there is no other case that it may be about.
        about = there
    for case in about:
        _note(shelf, case, refund, event)
    return about[-1] if about else None


def _is_about(case: Case, refund: RefundSeen) -> bool:
    """Tell whether a refund without a return may be about a case's items.

    One that names no items is taken to be about a refusal: somebody should look. Of
    the oldest cases only the titles are known.
    """
    if not refund.items:
        return case.outcome is Outcome.DECLINE
    known = {asked.item_id for asked in case.asked}
    if None not in known:
        return not known.isdisjoint(refund.item_ids)
    return not {asked.title for asked in case.asked}.isdisjoint(refund.items)


def _note(shelf: Shelf, case: Case, refund: RefundSeen, event: EventId | None) -> None:
    before = sum(_refunded_before(shelf, case, refund), Decimal(0))
    facts = shelf.body(case.return_id, "facts")
    found = audit(case, facts, refund, before)
    doubtful = case.erased and refund.return_id is None and bool(refund.items)
    ours = _is_ours(shelf, case, refund)
    found = replace(found, ours=ours, doubtful=doubtful and not ours)
    shelf.append(case.return_id, *event_entries(event))
    if found.verdict is Verdict.PENDING:
        unsure = Entry(key=f"{UNSURE}{refund.refund_id}", kind="audit", body=found)
        shelf.append(case.return_id, unsure)
        return
    undone = _is_undone(shelf, case, refund, found)
    shelf.append(
        case.return_id,
        Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund),
        Entry(key=f"{AUDIT}{refund.refund_id}", kind="audit", body=found),
    )
    if undone:
        # Nothing else tells of it: it was seen, and counted, as given.
        body = {"amount": refund.amount, "currency": refund.currency}
        key = f"{UNDONE}{refund.refund_id}"
        shelf.append(case.return_id, Entry(key=key, kind="event", body=body))
    if refund.complete and _is_covered(shelf, case, refund, found):
        done = {"refund_id": refund.refund_id}
        key = f"{COVERED}{refund.refund_id}"
        shelf.append(case.return_id, Entry(key=key, kind="event", body=done))
    if ending(refund) is not Moved.YES:
        _tell_failed(shelf, case, refund, ours=found.ours and not undone)
    if refund.complete and found.goods:
        went = replace(refund, goods=f"{found.goods:f}")
        follow_refund(shelf, case, went, price_of(facts, refund.currency))


def _is_undone(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether less of a refund is there than was counted when it was seen."""
    gist = shelf.gists(case.return_id).get(f"{AUDIT}{refund.refund_id}")
    if gist is None and ending(refund) is not Moved.YES:
        return refund.refund_id in _taken_for_given(shelf, case)
    if gist is None or gist.get("verdict") == Verdict.FAILED.value:
        return False
    less = Decimal(gist.get("goods", "0")) > found.goods
    if not less and found.verdict is not Verdict.FAILED:
        return False
    # What ours came to is told by whoever gives it, up to when it counts as paid.
    return not found.ours or shelf.has(case.return_id, PAID)


def _taken_for_given(shelf: Shelf, case: Case) -> Iterator[str]:
    """Name the refunds of staff that were let stand as they were found."""
    for key in shelf.keys(case.return_id):
        if key.startswith(THEIRS):
            yield from (shelf.body(case.return_id, key) or {}).get("refunds", ())


def _is_covered(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether all that was promised is given; no when nobody can compare it."""
    gists, keys = shelf.gists(case.return_id), shelf.keys(case.return_id)
    owes = [gist["owes"] for gist in gists.values() if "owes" in gist]
    if not owes or any(each["currency"] != found.currency for each in owes):
        return False
    seen = {
        key: gist
        for key, gist in gists.items()
        if key.startswith(AUDIT)
        and gist.get("currency") == found.currency
        and f"{UNDONE}{key.removeprefix(AUDIT)}" not in keys
    }
    if _is_all_given(seen.values(), refund):
        return True
    sure = (gist for gist in seen.values() if "doubtful" not in gist)
    given = [Decimal(gist["goods"]) for gist in sure]
    if not refund.items and refund.return_id is None and found.goods == 0:
        # It names nothing that it is for, so all of it may be for this.
        given.append(gone_back(refund, Decimal(refund.amount)))
    return sum(given) >= max(Decimal(each["amount"]) for each in owes)


def _is_all_given(seen: Iterable[Mapping[str, Any]], refund: RefundSeen) -> bool:
    """Tell whether every item of the order was paid back, whichever they were."""
    sold = Decimal(refund.order_goods or 0)
    return sold > 0 and sum(Decimal(gist["goods"]) for gist in seen) >= sold


def _tell_failed(shelf: Shelf, case: Case, refund: RefundSeen, *, ours: bool) -> None:
    """Let a person look at a refund of staff's that did not arrive; ours is told."""
    whole = Money.of(refund.amount, refund.currency)
    there = Money(amount=arrived(refund.payments), currency=refund.currency)
    part = f" only {said(there)} went back; the rest" if there.amount else ""
    task = (
        f"{'Of a' if part else 'A'} refund of {said(whole)}{part} failed at the payment"
        " provider; look at it."
    )
    if not ours and task not in case.tasks:
        shelf.keep(replace(case, tasks=(*case.tasks, task)), was=case.status)


def _is_ours(shelf: Shelf, case: Case, refund: RefundSeen) -> bool:
    """Recognise our own refund, even before its answer was written down."""
    if refund.note == mark(case):
        return True
    bodies = (shelf.body(case.return_id, key) for key in (PAID, FAILED, PENDING))
    made = next((body for body in bodies if body is not None), None)
    if made is not None:
        return refund.refund_id in made["done"]["answer"]["refunds"]
    return Money.of(refund.amount, refund.currency) in plans(shelf, case)


def _refunded_before(shelf: Shelf, case: Case, refund: RefundSeen) -> Iterator[Decimal]:
    keys = shelf.keys(case.return_id)
    for key in sorted(keys):
        undone = f"{UNDONE}{key.removeprefix(AUDIT)}" in keys
        if key.startswith(AUDIT) and key != f"{AUDIT}{refund.refund_id}" and not undone:
            body = shelf.body(case.return_id, key)
            if body is not None and body["currency"] == refund.currency:
                yield Decimal(body["goods"])
