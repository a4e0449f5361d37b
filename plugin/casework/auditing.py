"""Auditing: what was refunded, beside what the policy and the law gave."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from plugin.case import (
    AUDIT,
    UNDONE,
    UNSURE,
    Case,
    Entry,
)
from plugin.casework.arriving import Moved
from plugin.casework.attributing import cases_of, is_early, is_ours
from plugin.casework.closing import close_paid, leave_closing
from plugin.casework.comparing import (
    Verdict,
    audit,
    ending,
    gone_back,
    price_of,
)
from plugin.casework.counting import counted, total_of
from plugin.casework.covering import Seen, covered_key, is_covered
from plugin.casework.deciding import remember_case
from plugin.casework.failing import fell_as, leave_failed, owe_again
from plugin.casework.leaving import without_refund
from plugin.casework.overturning import follow_refund
from plugin.casework.paying import pay_case
from plugin.casework.record import EventId, event_entries
from plugin.casework.remembering import remember_refund
from plugin.casework.sharing import share_of
from plugin.casework.turns import PENDING, is_ended, is_pending
from plugin.ports import PlatformError, RefundSeen, Services, Shelf


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
    case, shelf = _noted(services, shop, refund, event), services.archive.of(shop)
    # Before anything that the platform may refuse to the last try.
    remember_refund(shelf, refund, case, services.clock.now())
    if case is not None and ending(refund) is not Moved.NOT_YET:
        _cover(shelf, refund)
        _see_to_their_end(services, shelf.on_order(refund.order_id))
    return case


def _see_to_their_end(services: Services, cases: list[Case]) -> None:
    """See every case of an order to its end, whatever the platform says of another."""
    failures = []
    for case in cases:
        try:
            _see_to_its_end(services, case)
        except PlatformError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _see_to_its_end(services: Services, case: Case) -> None:
    """Settle a refund of ours that was not seen to end, though it was left to staff.

    A return whose item stays is closed, too, once what fell was given anew.
    """
    keys = services.archive.of(case.shop).keys(case.return_id)
    fell = any(key.startswith(UNDONE) for key in keys)
    # Whoever asked for it in a turn that has not ended looks for it themselves.
    if PENDING not in keys and not is_ended(keys) and not fell:
        return
    if is_pending(case, keys):
        pay_case(services, shop=case.shop, return_id=case.return_id)
    try:
        close_paid(services, shop=case.shop, return_id=case.return_id)
    except PlatformError:
        # This may be the last try, and nobody gives this story up; a later one closes.
        leave_closing(services, shop=case.shop, return_id=case.return_id)
        raise


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
    about = cases_of(shelf, refund)
    for case in about:
        _note(shelf, case, refund, event)
    return about[-1] if about else None


def _cover(shelf: Shelf, refund: RefundSeen) -> None:
    """End the promises of an order's cases that are kept, now that a refund was seen.

    Shipping that it gave may be the last of what another of them waits for, or, where
    it fell through, is owed to that one again.
    """
    if not refund.complete:
        return
    for case in shelf.on_order(refund.order_id):
        key = covered_key(shelf, case, refund.refund_id)
        if key is not None and is_covered(shelf, case, Seen.of(refund)):
            _end(shelf, case, refund, key)
        else:
            owe_again(shelf, case, refund)


def _end(shelf: Shelf, case: Case, refund: RefundSeen, key: str) -> None:
    """End a promise that is kept, unless something fell through at this moment."""

    def ended(now: Case) -> Case | None:
        still = is_covered(shelf, now, Seen.of(refund))
        return without_refund(now) if still else None

    done = Entry(key=key, kind="event", body={"refund_id": refund.refund_id})
    shelf.amend(case.return_id, ended, done)


def _note(shelf: Shelf, case: Case, refund: RefundSeen, event: EventId | None) -> None:
    facts = shelf.body(case.return_id, "facts")
    ours = is_ours(shelf, case, refund)
    share = share_of(shelf, case, refund, ours=ours)
    before = _refunded_before(shelf, case, refund)
    found = replace(audit(case, facts, refund, share, before), ours=ours)
    if is_early(case, refund) and not ours:
        found = found.as_unnamed()
    shelf.append(case.return_id, *event_entries(event))
    if found.verdict is Verdict.PENDING:
        unsure = Entry(key=f"{UNSURE}{refund.refund_id}", kind="audit", body=found)
        shelf.append(case.return_id, unsure)
        return
    fell = fell_as(shelf, case, refund, found)
    shelf.append(
        case.return_id,
        Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund),
        Entry(key=f"{AUDIT}{refund.refund_id}", kind="audit", body=found),
    )
    if fell is not None:
        leave_failed(shelf, case, refund, found, fell)
        case = shelf.find(case.return_id) or case
    went = replace(refund, goods=f"{gone_back(refund, Decimal(refund.goods)):f}")
    if refund.complete and Decimal(went.goods):
        follow_refund(shelf, case, went, price_of(facts, refund.currency))


def _refunded_before(shelf: Shelf, case: Case, refund: RefundSeen) -> Decimal:
    there = counted(shelf, case.return_id)
    others = {id: one for id, one in there.items() if id != refund.refund_id}
    before = (one for one in others.values() if not one.unnamed)
    return total_of(before, refund.currency).goods.amount
