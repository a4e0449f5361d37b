"""Covering: whether all that was promised is seen to have been given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from plugin.case import AUDIT, UNDONE, Case, Promise
from plugin.casework.comparing import Audit, Verdict
from plugin.casework.reckoning import Parts, covers, gives_shipping
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a refund and its audit show of its order, to hold a promise beside it."""

    currency: str
    owed: Decimal | None
    order_goods: str | None
    order_shipping: str | None

    @classmethod
    def of(cls, refund: RefundSeen, found: Audit) -> Seen:
        """Take it from a refund that is seen now."""
        return cls(
            currency=found.currency,
            owed=found.owed,
            order_goods=refund.order_goods,
            order_shipping=refund.order_shipping,
        )


def given_early(shelf: Shelf, case: Case) -> tuple[str, ...]:
    """Name what staff refunded before anything was left to them, if all is given so.

    It counts against what is owed once that is left to staff, and not before.
    """
    early = [
        key.removeprefix(AUDIT)
        for key, gist in shelf.gists(case.return_id).items()
        if key.startswith(AUDIT) and is_unnamed(gist)
    ]
    left = replace(case, promise=Promise.LEFT)
    seen = (_seen_before(shelf, case, refund_id) for refund_id in early)
    covered = any(each and is_covered(shelf, left, each) for each in seen)
    return tuple(early) if covered else ()


def is_unnamed(audited: Mapping[str, Any]) -> bool:
    """Tell whether an audit is of a refund that names nothing, as it is archived."""
    return audited.get("verdict") == Verdict.UNNAMED.value


def _seen_before(shelf: Shelf, case: Case, refund_id: str) -> Seen | None:
    """Read what a refund showed; None of one that was cut off, or erased."""
    refund = shelf.body(case.return_id, f"refund:{refund_id}")
    found = shelf.body(case.return_id, f"{AUDIT}{refund_id}")
    if refund is None or found is None or not refund["complete"]:
        return None
    return Seen(
        currency=found["currency"],
        owed=None if found["owed"] is None else Decimal(found["owed"]),
        order_goods=refund["order_goods"],
        order_shipping=refund["order_shipping"],
    )


def is_covered(shelf: Shelf, case: Case, refund: Seen) -> bool:
    """Tell whether all that was promised is given; no when nobody can compare it."""
    gists, keys = shelf.gists(case.return_id), shelf.keys(case.return_id)
    owes = list(_promised(gists, case, refund))
    if not owes or None in owes:
        return False
    seen = {
        key: gist
        for key, gist in gists.items()
        if key.startswith(AUDIT)
        and gist.get("currency") == refund.currency
        and f"{UNDONE}{key.removeprefix(AUDIT)}" not in keys
        and (case.waits or not is_unnamed(gist))
    }
    sure = (gist for gist in seen.values() if "doubtful" not in gist)
    given = _given(sure, refund.currency)
    whole = _given(seen.values(), refund.currency)
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


def _is_all_given(given: Parts, owed: Parts, refund: Seen) -> bool:
    """Tell whether every item of the order was paid back, whichever they were."""
    sold = Money.of(refund.order_goods or "0", refund.currency)
    return sold.amount > 0 and covers(given, replace(owed, goods=sold))


def _promised(
    gists: Mapping[str, Mapping[str, Any]],
    case: Case,
    refund: Seen,
) -> Iterator[Parts | None]:
    """Read what was promised; None of it where nobody can compare it.

    It is what the decision gives where staff give it alone.
    """
    owes = [gist["owes"] for gist in gists.values() if "owes" in gist]
    if not owes and case.promise is Promise.LEFT and refund.owed is not None:
        owes = [{"amount": refund.owed, "currency": refund.currency}]
    for each in owes:
        ships = "shipping" in each or gives_shipping(case)
        way = refund.order_shipping if ships else "0"
        if way is None or each["currency"] != refund.currency:
            yield None
        else:
            yield Parts(
                goods=Money.of(str(each["amount"]), refund.currency),
                shipping=Money.of(way, refund.currency),
            )
