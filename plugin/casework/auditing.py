"""Auditing: what was refunded, beside what the policy and the law gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin.case import (
    ASTRAY,
    AUDIT,
    COVERED,
    PAID,
    UNDONE,
    UNSURE,
    Case,
    Entry,
    Promise,
    Task,
    TaskKind,
)
from plugin.casework.arriving import FELL, Moved, arrived, said
from plugin.casework.closing import close_paid, leave_closing
from plugin.casework.comparing import (
    Audit,
    Verdict,
    audit,
    ending,
    price_of,
)
from plugin.casework.deciding import remember_case
from plugin.casework.leaving import without_refund
from plugin.casework.overturning import follow_refund
from plugin.casework.owing import Parts, covers, gives_shipping
from plugin.casework.paying import pay_case
from plugin.casework.recognizing import mark, plans
from plugin.casework.record import EventId, event_entries
from plugin.casework.remembering import remember_refund
from plugin.casework.turns import FAILED, PENDING, is_ended, is_pending
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
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
    case = _noted(services, shop, refund, event)
    if case is not None and ending(refund) is not Moved.NOT_YET:
        _see_to_its_end(services, case)
    now = services.clock.now()
    remember_refund(services.archive.of(shop), refund, case, now)
    return case


def _see_to_its_end(services: Services, case: Case) -> None:
    """Settle a refund of ours that was not seen to end, though it was left to staff."""
    keys = services.archive.of(case.shop).keys(case.return_id)
    # Whoever asked for it in a turn that has not ended looks for it themselves.
    if PENDING not in keys and not is_ended(keys):
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
    there = shelf.on_order(refund.order_id)
    ours = [case for case in there if refund.note == mark(case)]
    about = ours or [case for case in there if _is_about(case, refund, there)]
    if len(there) == 1 and there[0].erased:
        # Nobody knows its items any more; there is no other case that it may be about.
        about = there
    for case in about:
        _note(shelf, case, refund, event)
    return about[-1] if about else None


def _is_about(case: Case, refund: RefundSeen, there: list[Case]) -> bool:
    """Tell whether a refund without a return may be about a case's items.

    One that names no items is taken to be about a refusal: somebody should look; or
    about the order's only approval, where staff were to give its money. Of the oldest
    cases only the titles are known.
    """
    if not refund.items:
        only = [one for one in there if one.approved] == [case]
        left = only and case.promise is Promise.LEFT
        return left or case.outcome is Outcome.DECLINE
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
    fell = _fell(shelf, case, refund, found)
    shelf.append(
        case.return_id,
        Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund),
        Entry(key=f"{AUDIT}{refund.refund_id}", kind="audit", body=found),
    )
    if fell is not None:
        _leave_failed(shelf, case, refund, fell)
        case = shelf.find(case.return_id) or case
    if refund.complete and _is_covered(shelf, case, refund, found):
        body = {"refund_id": refund.refund_id}
        done = Entry(key=f"{COVERED}{refund.refund_id}", kind="event", body=body)
        shelf.amend(case.return_id, without_refund, done)
    if refund.complete and found.goods:
        went = replace(refund, goods=f"{found.goods:f}")
        follow_refund(shelf, case, went, price_of(facts, refund.currency))


def _fell(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> str | None:
    """Name the entry of a refund that did not arrive; None where others tell of it."""
    if _is_undone(shelf, case, refund, found):
        # It was seen, and counted, as given.
        return f"{UNDONE}{refund.refund_id}"
    theirs = ending(refund) is not Moved.YES and not found.ours
    return f"{ASTRAY}{refund.refund_id}" if theirs else None


def _is_undone(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether less of a refund is there than was counted when it was seen."""
    gist = shelf.gists(case.return_id).get(f"{AUDIT}{refund.refund_id}")
    if gist is None or gist.get("verdict") == Verdict.FAILED.value:
        return False
    less = Decimal(gist.get("goods", "0")) > found.goods
    if not less and found.verdict is not Verdict.FAILED:
        return False
    # What ours came to is told by whoever gives it, up to when it counts as paid.
    return not found.ours or shelf.has(case.return_id, PAID)


def _is_covered(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether all that was promised is given; no when nobody can compare it."""
    gists, keys = shelf.gists(case.return_id), shelf.keys(case.return_id)
    owes = list(_promised(gists, case, refund, found))
    if not owes or None in owes:
        return False
    seen = {
        key: gist
        for key, gist in gists.items()
        if key.startswith(AUDIT)
        and gist.get("currency") == found.currency
        and f"{UNDONE}{key.removeprefix(AUDIT)}" not in keys
    }
    sure = (gist for gist in seen.values() if "doubtful" not in gist)
    given = _given(sure, found.currency)
    whole = _given(seen.values(), found.currency)
    return all(
        covers(given, each) or _is_all_given(whole, each, refund)
        for each in owes
        if each is not None
    )


def _given(seen: Iterable[Mapping[str, Any]], currency: str) -> Parts:
    """Add up what refunds gave, in its parts."""
    goods = shipping = Decimal(0)
    for gist in seen:
        goods += Decimal(gist["goods"])
        shipping += Decimal(gist.get("shipping", 0))
    return Parts(
        goods=Money(amount=goods, currency=currency),
        shipping=Money(amount=shipping, currency=currency),
    )


def _is_all_given(given: Parts, owed: Parts, refund: RefundSeen) -> bool:
    """Tell whether every item of the order was paid back, whichever they were."""
    sold = Money.of(refund.order_goods or "0", refund.currency)
    return sold.amount > 0 and covers(given, replace(owed, goods=sold))


def _promised(
    gists: Mapping[str, Mapping[str, Any]],
    case: Case,
    refund: RefundSeen,
    found: Audit,
) -> Iterator[Parts | None]:
    """Read what was promised; None of it where nobody can compare it.

    It is what the decision gives where staff give it alone.
    """
    owes = [gist["owes"] for gist in gists.values() if "owes" in gist]
    if not owes and case.promise is Promise.LEFT and found.owed is not None:
        owes = [{"amount": found.owed, "currency": found.currency}]
    for each in owes:
        ships = "shipping" in each or gives_shipping(case)
        way = refund.order_shipping if ships else "0"
        if way is None or each["currency"] != found.currency:
            yield None
        else:
            yield Parts(
                goods=Money.of(str(each["amount"]), found.currency),
                shipping=Money.of(way, found.currency),
            )


def _leave_failed(shelf: Shelf, case: Case, refund: RefundSeen, key: str) -> None:
    """Let a person look at a refund that did not arrive, once."""
    if shelf.has(case.return_id, key):
        return
    whole = Money.of(refund.amount, refund.currency)
    there = Money(amount=arrived(refund.payments), currency=refund.currency)
    part = f" only {said(there)} went back; the rest" if there.amount else ""
    text = (
        f"{'Of a' if part else 'A'} refund of {said(whole)}{part} {FELL}; look at it."
    )
    task = Task(kind=TaskKind.REFUND_FELL, text=text)
    body = {"amount": refund.amount, "currency": refund.currency}
    entry = Entry(key=key, kind="event", body=body)
    shelf.amend(case.return_id, lambda now: now.with_task(task), entry)


def _is_ours(shelf: Shelf, case: Case, refund: RefundSeen) -> bool:
    """Recognise our own refund, even before its answer was written down."""
    if refund.note == mark(case):
        return True
    bodies = (shelf.body(case.return_id, key) for key in (PAID, FAILED, PENDING))
    made = (body["done"]["answer"]["refunds"] for body in bodies if body is not None)
    known = next((refunds for refunds in made if refunds), None)
    if known is not None:
        return refund.refund_id in known
    return Money.of(refund.amount, refund.currency) in plans(shelf, case)


def _refunded_before(shelf: Shelf, case: Case, refund: RefundSeen) -> Iterator[Decimal]:
    keys = shelf.keys(case.return_id)
    for key in sorted(keys):
        undone = f"{UNDONE}{key.removeprefix(AUDIT)}" in keys
        if key.startswith(AUDIT) and key != f"{AUDIT}{refund.refund_id}" and not undone:
            body = shelf.body(case.return_id, key)
            if body is not None and body["currency"] == refund.currency:
                yield Decimal(body["goods"])
