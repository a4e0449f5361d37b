"""Granting: a member of staff gives the refund that a decision came to, by hand.

What it comes to is read from the store first, and shown; exactly that is given, or
nothing. All that keeps the app from giving money by itself holds here too, but for the
merchant's switch and the wait for the goods.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugin.case import GRANTED, Case, Entry
from plugin.casework.giving import is_about, payment_of
from plugin.casework.owing import ForAPerson, due, promised
from plugin.casework.paying import check_payable, is_received, outlook_of
from plugin.casework.record import note
from plugin.casework.turns import is_granted, is_open, turn
from plugin.policy.money import Money
from plugin.ports import Services


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """What a refund would come to now; `received` tells whether the goods are in."""

    amount: Money
    goods: Money
    fees: Money
    credit: bool
    received: bool


def may_grant(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether staff may give the refund of a case by hand."""
    return is_open(case, keys) and bool(case.settled) and not is_granted(keys)


def quote_refund(services: Services, *, shop: str, return_id: str) -> Quote:
    """Say what a refund by hand comes to now.

    Raises `ForAPerson` where the app cannot give it.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or not may_grant(case, shelf.keys(return_id)):
        raise ForAPerson("this case has moved on")
    owed = due(case)
    outlook = outlook_of(services, case, owed)
    if any(is_about(case, refund) for refund in outlook.refunds):
        raise ForAPerson("the store shows a refund of this return already")
    check_payable(services, case, outlook)
    return Quote(
        amount=payment_of(services, case, owed, outlook).amount,
        goods=owed.goods,
        fees=owed.fees,
        credit=owed.credit,
        received=is_received(outlook),
    )


def grant_refund(
    services: Services,
    *,
    shop: str,
    return_id: str,
    by: str,
    amount: str,
    currency: str,
    number: int,
) -> Case | None:
    """Write down that a named member of staff gives a refund, in a turn of its own.

    Safe to repeat: a turn begins once, and none while another is open.
    """
    shelf = services.archive.of(shop)
    case, keys = shelf.find(return_id), shelf.keys(return_id)
    if case is None or not may_grant(case, keys) or number != turn(keys) + 1:
        return case
    body = {
        "granted_by": by,
        "gives": amount,
        "currency": currency,
        "owes": promised(case),
        "since": services.clock.now().isoformat(),
    }
    note(services, case, Entry(key=f"{GRANTED}{number}", kind="event", body=body))
    return case
