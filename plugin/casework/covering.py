"""Covering: whether all that was promised is seen to have been given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from plugin.case import CLOSED, COVERED, MONEY, UNCLOSED, Case, Promise, promise_in
from plugin.casework.comparing import owed_of
from plugin.casework.counting import Counted, counted, numbered, total_of
from plugin.casework.reckoning import Parts, covers, gives_shipping
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a refund shows of its order, to hold a promise beside it."""

    currency: str
    order_goods: str | None
    order_shipping: str | None

    @classmethod
    def of(cls, refund: RefundSeen) -> Seen:
        """Take it from a refund that is seen now."""
        return cls(
            currency=refund.currency,
            order_goods=refund.order_goods,
            order_shipping=refund.order_shipping,
        )


def given_early(shelf: Shelf, case: Case) -> tuple[str, ...]:
    """Name what staff refunded before anything was left to them, if all is given so.

    It counts against what is owed once that is left to staff, and not before.
    """
    there = counted(shelf, case.return_id)
    early = [refund_id for refund_id, one in there.items() if one.unnamed]
    left = replace(case, promise=Promise.LEFT)
    seen = (_seen_before(shelf, case, refund_id) for refund_id in early)
    covered = any(each and is_covered(shelf, left, each) for each in seen)
    return tuple(early) if covered else ()


def _seen_before(shelf: Shelf, case: Case, refund_id: str) -> Seen | None:
    """Read what a refund showed; None of one that was cut off, or erased."""
    refund = shelf.body(case.return_id, f"refund:{refund_id}")
    if refund is None or not refund["complete"]:
        return None
    return Seen(
        currency=refund["currency"],
        order_goods=refund["order_goods"],
        order_shipping=refund["order_shipping"],
    )


def covered_key(shelf: Shelf, case: Case, refund_id: str) -> str | None:
    """Name the entry that a case's promise is kept; None where that is no news."""
    keys = shelf.keys(case.return_id)
    key = f"{COVERED}{refund_id}"
    if case.promise is Promise.DONE:
        mine = refund_id in counted(shelf, case.return_id)
        return key if mine and key not in keys else None
    if UNCLOSED in keys and CLOSED not in keys and key in keys:
        return None
    return numbered(key, keys)


def is_covered(shelf: Shelf, case: Case, seen: Seen) -> bool:
    """Tell whether all that was promised is given; no when nobody can compare it.

    Goods are held beside what is surely the case's, shipping beside what any return of
    the order gave of it.
    """
    owes = list(_promised(shelf, case, seen))
    if not owes or None in owes:
        return False
    there = counted(shelf, case.return_id).values()
    some = [one for one in there if case.waits or not one.unnamed]
    shipping = _shipping(shelf, case, seen.currency)
    sure = (one for one in some if not one.doubtful)
    given = replace(total_of(sure, seen.currency), shipping=shipping)
    whole = replace(total_of(some, seen.currency), shipping=shipping)
    return all(
        covers(given, each) or _is_all_given(whole, each, seen)
        for each in owes
        if each is not None
    )


def money_of(shelf: Shelf, case: Case) -> Promise | None:
    """Tell how the money of a case stands, whatever is left of its closing."""
    if not shelf.has(case.return_id, UNCLOSED):
        return case.promise
    key = shelf.newest(case.return_id, MONEY)
    return None if key is None else promise_in(key)


def missing_shipping(shelf: Shelf, case: Case, seen: Seen) -> Money | None:
    """Say how much less than a case promised of its order's shipping went back.

    None where nothing is missing; and where the money of another return is left to
    staff that promised it too: theirs is the one.
    """
    there = (one for one in shelf.on_order(case.order_id) if gives_shipping(one))
    left = (one for one in there if one.approved)
    if any(money_of(shelf, one) is Promise.LEFT for one in left):
        return None
    given = _shipping(shelf, case, seen.currency)
    owes = (each.shipping for each in _promised(shelf, case, seen) if each is not None)
    most = max(owes, key=lambda each: each.amount, default=given)
    short = given.minor < most.minor - 1
    return replace(most, amount=most.amount - given.amount) if short else None


def _shipping(shelf: Shelf, case: Case, currency: str) -> Money:
    """Add up what went back of an order for the way there, each refund once."""
    there: dict[str, Counted] = {}
    for one in shelf.on_order(case.order_id):
        there |= counted(shelf, one.return_id)
    return total_of(there.values(), currency).shipping


def _is_all_given(given: Parts, owed: Parts, seen: Seen) -> bool:
    """Tell whether every item of the order was paid back, whichever they were."""
    sold = Money.of(seen.order_goods or "0", seen.currency)
    return sold.amount > 0 and covers(given, replace(owed, goods=sold))


def _promised(shelf: Shelf, case: Case, seen: Seen) -> Iterator[Parts | None]:
    """Read what was promised; None of it where nobody can compare it.

    It is what the decision gives where staff give it alone.
    """
    gists = shelf.gists(case.return_id).values()
    owes = [gist["owes"] for gist in gists if "owes" in gist]
    if not owes and case.promise is Promise.LEFT:
        facts = shelf.body(case.return_id, "facts")
        owed = owed_of(case, facts, seen.currency)
        if owed is not None:
            owes = [{"amount": owed, "currency": seen.currency}]
    for each in owes:
        ships = "shipping" in each or gives_shipping(case)
        way = seen.order_shipping if ships else "0"
        if way is None or each["currency"] != seen.currency:
            yield None
        else:
            yield Parts(
                goods=Money.of(str(each["amount"]), seen.currency),
                shipping=Money.of(way, seen.currency),
            )
