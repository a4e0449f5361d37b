"""Auditing: what was refunded, beside what the policy and the law gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from plugin.case import AUDIT, COVERED, PAID, UNDONE, Case, Entry
from plugin.casework.deciding import remember_case
from plugin.casework.giving import Moved, moved, plans
from plugin.casework.overturning import follow_refund
from plugin.casework.record import EventId, event_entries
from plugin.casework.remembering import remember_refund
from plugin.casework.turns import FAILED
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Services, Shelf


class Verdict(Enum):
    """How a refund stands to the decision of its case."""

    WITHIN = "within"
    OUTSIDE = "outside"
    LARGER = "larger"
    UNCLEAR = "unclear"
    UNDECIDED = "undecided"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """One refund against its decision; `refunded` counts all refunds of the case.

    `owed` is None where the decision does not say an amount; `ours` tells that the app
    gave it.
    """

    verdict: Verdict
    refund_id: str
    goods: Decimal
    refunded: Decimal
    owed: Decimal | None
    currency: str
    ours: bool = False


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
    now = services.clock.now()
    remember_refund(services.archive.of(shop), refund, case, now)
    return case


def _noted(
    services: Services, shop: str, refund: RefundSeen, event: EventId | None
) -> Case | None:
    if refund.return_id is None:
        return _record_beside(services, shop, refund, event)
    case = remember_case(services, shop=shop, return_id=refund.return_id)
    if case is not None:
        _note(services.archive.of(shop), case, refund, event)
    return case


def audit(
    case: Case, facts: dict[str, Any] | None, refund: RefundSeen, before: Decimal
) -> Audit:
    """Compare a refund, and what was refunded before it, with the decision."""
    failed = moved(refund.statuses) is Moved.NO
    goods = Decimal(0) if failed else Decimal(refund.goods)
    owed = _owed(case, facts, refund.currency) if refund.complete else None
    return Audit(
        verdict=Verdict.FAILED if failed else _verdict(case, owed, before + goods),
        refund_id=refund.refund_id,
        goods=goods,
        refunded=before + goods,
        owed=owed,
        currency=refund.currency,
    )


def _verdict(case: Case, owed: Decimal | None, refunded: Decimal) -> Verdict:
    if case.outcome is Outcome.DECLINE:
        return Verdict.OUTSIDE
    if case.outcome is not Outcome.APPROVE:
        return Verdict.UNDECIDED
    if owed is None:
        return Verdict.UNCLEAR
    return Verdict.WITHIN if refunded <= owed else Verdict.LARGER


def _owed(case: Case, facts: dict[str, Any] | None, currency: str) -> Decimal | None:
    """Add up the items' prices less the fees; None when one is not known."""
    if case.outcome is Outcome.DECLINE:
        return Decimal(0)
    if case.outcome is not Outcome.APPROVE or facts is None:
        return None
    fees = [fee.amount for item in case.settled for fee in item.fees]
    amounts = [*_approved(case, facts), *(_negative(fee) for fee in fees)]
    total = Decimal(0)
    for money in amounts:
        if money is None or money.currency != currency:
            return None
        total += money.amount
    return total


def _approved(case: Case, facts: dict[str, Any]) -> Iterator[Money | None]:
    """Give the price of every approved item; the oldest cases name none of them."""
    if case.settled and all(item.line_id is not None for item in case.settled):
        return iter([item.price for item in case.settled])
    return _prices(facts)


def _prices(facts: dict[str, Any]) -> Iterator[Money | None]:
    for line in facts["lines"]:
        price = line["price"]
        yield price and Money.of(price["amount"], price["currency"])


def _price(facts: dict[str, Any] | None, currency: str) -> Decimal | None:
    """Add up what the items cost; None when one price is not known."""
    total = Decimal(0)
    for money in () if facts is None else _prices(facts):
        if money is None or money.currency != currency:
            return None
        total += money.amount
    return None if facts is None else total


def _negative(fee: Money | None) -> Money | None:
    return None if fee is None else Money(amount=-fee.amount, currency=fee.currency)


def _record_beside(
    services: Services, shop: str, refund: RefundSeen, event: EventId | None
) -> Case | None:
    shelf = services.archive.of(shop)
    there = shelf.on_order(refund.order_id)
    about = [case for case in there if _is_about(case, refund)]
    if len(there) == 1 and there[0].erased:
        # Nobody knows its items any more; there is no other case that it may be about.
        about = there
    for case in about:
        _note(shelf, case, refund, event)
    return about[-1] if about else None


def _is_about(case: Case, refund: RefundSeen) -> bool:
    """Tell whether a refund without a return may be about a case's items.

    One that names no items is taken to be about a refusal: somebody should look.
    """
    if not refund.items:
        return case.outcome is Outcome.DECLINE
    return not {asked.title for asked in case.asked}.isdisjoint(refund.items)


def _note(shelf: Shelf, case: Case, refund: RefundSeen, event: EventId | None) -> None:
    before = sum(_refunded_before(shelf, case, refund), Decimal(0))
    facts = shelf.body(case.return_id, "facts")
    found = audit(case, facts, refund, before)
    found = replace(found, ours=_is_ours(shelf, case, refund))
    keys = shelf.keys(case.return_id)
    undone = found.verdict is Verdict.FAILED and _counted(shelf, case, refund, keys)
    shelf.append(
        case.return_id,
        *event_entries(event),
        Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund),
        Entry(key=f"{AUDIT}{refund.refund_id}", kind="audit", body=found),
    )
    if refund.complete and _is_covered(shelf, case, refund, found):
        done = {"refund_id": refund.refund_id}
        shelf.append(case.return_id, Entry(key=COVERED, kind="event", body=done))
    if undone:
        # Nothing else tells of it: it was seen, and counted, as given.
        body = {"amount": refund.amount, "currency": refund.currency}
        key = f"{UNDONE}{refund.refund_id}"
        shelf.append(case.return_id, Entry(key=key, kind="event", body=body))
    if found.verdict is Verdict.FAILED:
        _tell_failed(shelf, case, refund, ours=found.ours and not undone)
    elif refund.complete:
        follow_refund(shelf, case, refund, _price(facts, refund.currency))


def _counted(
    shelf: Shelf, case: Case, refund: RefundSeen, keys: frozenset[str]
) -> bool:
    """Tell whether a refund was counted as given when it was seen before."""
    gist = shelf.gists(case.return_id).get(f"{AUDIT}{refund.refund_id}", {})
    before = gist.get("verdict", Verdict.FAILED.value) != Verdict.FAILED.value
    # What ours came to is told by whoever gives it, up to when it counts as paid.
    return before and (PAID in keys or not _is_ours(shelf, case, refund))


def _is_covered(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
    """Tell whether all that was promised is given; no when nobody can compare it."""
    gists, keys = shelf.gists(case.return_id), shelf.keys(case.return_id)
    owes = [gist["owes"] for gist in gists.values() if "owes" in gist]
    if not owes or any(each["currency"] != found.currency for each in owes):
        return False
    given = [
        Decimal(gist["goods"])
        for key, gist in gists.items()
        if key.startswith(AUDIT)
        and gist.get("currency") == found.currency
        and f"{UNDONE}{key.removeprefix(AUDIT)}" not in keys
    ]
    if not refund.items and refund.return_id is None and found.goods == 0:
        # It names nothing that it is for, so all of it may be for this.
        failed = found.verdict is Verdict.FAILED
        given.append(Decimal(0 if failed else refund.amount))
    return sum(given) >= max(Decimal(each["amount"]) for each in owes)


def _tell_failed(shelf: Shelf, case: Case, refund: RefundSeen, *, ours: bool) -> None:
    """Let a person look at a refund of staff's that moved no money; ours is told."""
    money = Money.of(refund.amount, refund.currency).percent(100)
    task = (
        f"A refund of {money.amount:f} {money.currency} failed at the payment"
        " provider; look at it."
    )
    if not ours and task not in case.tasks:
        shelf.keep(replace(case, tasks=(*case.tasks, task)), was=case.status)


def _is_ours(shelf: Shelf, case: Case, refund: RefundSeen) -> bool:
    """Recognise our own refund, even before its answer was written down."""
    paid = shelf.body(case.return_id, PAID) or shelf.body(case.return_id, FAILED)
    if paid is not None:
        return refund.refund_id in paid["done"]["answer"]["refunds"]
    return Money.of(refund.amount, refund.currency) in plans(shelf, case)


def _refunded_before(shelf: Shelf, case: Case, refund: RefundSeen) -> Iterator[Decimal]:
    keys = shelf.keys(case.return_id)
    for key in sorted(keys):
        undone = f"{UNDONE}{key.removeprefix(AUDIT)}" in keys
        if key.startswith(AUDIT) and key != f"{AUDIT}{refund.refund_id}" and not undone:
            body = shelf.body(case.return_id, key)
            if body is not None and body["currency"] == refund.currency:
                yield Decimal(body["goods"])
