"""Covering: whether all that was promised is seen to have been given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from plugin.case import AUDIT, UNDONE, Case, Promise
from plugin.casework.comparing import Audit
from plugin.casework.reckoning import Parts, covers, gives_shipping
from plugin.policy.money import Money
from plugin.ports import RefundSeen, Shelf


def is_covered(shelf: Shelf, case: Case, refund: RefundSeen, found: Audit) -> bool:
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
