"""Granting: a member of staff gives the refund that a decision came to, by hand.

What it comes to is read from the store first, and shown; exactly that is given, or
nothing. All that keeps the app from giving money by itself holds here too, but for the
merchant's switch and the wait for the goods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from plugin.case import GRANTED, IDLE_GRANT, PAID, UNDONE, Case, Entry, Promise
from plugin.casework.giving import payment_of
from plugin.casework.paying import is_received, outlook_of
from plugin.casework.reckoning import ForAPerson, due, promised
from plugin.casework.recognizing import stands
from plugin.casework.record import note
from plugin.casework.stopping import check_payable
from plugin.casework.turns import (
    PENDING,
    is_asked,
    is_granted,
    is_open,
    keys_of,
    next_turn,
)
from plugin.policy.money import Money
from plugin.policy.remedies import Pays
from plugin.ports import Outlook, Services


class OnItsWay(ForAPerson):
    """A refund that is being given: what becomes of it is waited for."""


class WasGiven(ForAPerson):
    """A refund that was given before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """What a refund would come to now, for the click of a number.

    What comes back of `goods`, `tax` on top of them and `shipping`, less the fees, is
    the amount. `received` tells whether the goods are in, `stays` that none is to come.
    """

    number: int
    amount: Money
    goods: Money
    tax: Money
    shipping: Money
    fees: Money
    credit: bool
    received: bool
    stays: bool


def may_grant(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether staff may give the refund of a case by hand."""
    return _is_free(case, keys) and bool(case.settled)


def waits_for(case: Case, keys: frozenset[str]) -> str | None:
    """Say what a refund that is on its way waits for; None where none is."""
    if not is_open(case, keys) or not (is_granted(keys) or is_asked(keys)):
        return None
    if keys_of(PENDING, keys):
        return "the payment provider has not confirmed it yet"
    return "the store has not said yet what became of it"


def quote_refund(services: Services, *, shop: str, return_id: str) -> Quote:
    """Say what a refund by hand comes to now.

    Raises `ForAPerson` where the app cannot give it.
    """
    shelf = services.archive.of(shop)
    case, keys = shelf.find(return_id), shelf.keys(return_id)
    if case is None or not may_grant(case, keys):
        raise _not_now(case, keys)
    owed = due(case)
    outlook = outlook_of(services, case, owed)
    if any(stands(case, refund) for refund in outlook.refunds):
        raise WasGiven("the store shows a refund of this return")
    check_payable(services, case, outlook)
    return Quote(
        number=next_turn(keys),
        amount=payment_of(services, case, owed, outlook).amount,
        goods=outlook.goods,
        tax=_added(outlook),
        shipping=outlook.shipping,
        fees=owed.fees,
        credit=owed.credit,
        received=is_received(outlook),
        stays=owed.pays is Pays.WITHOUT_RETURN,
    )


def _not_now(case: Case | None, keys: frozenset[str]) -> ForAPerson:
    """Say why a case has no refund to give now."""
    undone = any(key.startswith(UNDONE) for key in keys)
    done = case is not None and case.promise is Promise.DONE
    if PAID in keys and (done or not undone):
        by = "staff" if undone else "Evenhand"
        return WasGiven(f"it was given through {by}")
    if PAID in keys:
        return ForAPerson("it was given through Evenhand, and its payment failed since")
    waits = None if case is None else waits_for(case, keys)
    if waits is not None:
        return OnItsWay(waits)
    return ForAPerson("this case has moved on")


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

    Safe to repeat: a turn begins once, and none while another is open. A click that
    came to nothing is noted too, so that the next one has another number. What was
    erased since the click stays owed.
    """
    shelf = services.archive.of(shop)
    case, keys = shelf.find(return_id), shelf.keys(return_id)
    if case is None or number != next_turn(keys):
        return case
    if not _is_free(case, keys) or not (case.settled or case.erased):
        idle = Entry(key=f"{IDLE_GRANT}{number}", kind="event", body={"clicked_by": by})
        note(services, case, idle)
        return case
    body = {
        "granted_by": by,
        "gives": amount,
        "currency": currency,
        "owes": promised(case) or {"amount": amount, "currency": currency},
        "since": services.clock.now().isoformat(),
    }
    note(services, case, Entry(key=f"{GRANTED}{number}", kind="event", body=body))
    return case


def _is_free(case: Case, keys: frozenset[str]) -> bool:
    return is_open(case, keys) and waits_for(case, keys) is None


def _added(outlook: Outlook) -> Money:
    """Tell the tax that comes to the price; none where the price holds it."""
    tax = outlook.tax
    return replace(tax, amount=Decimal(0)) if outlook.taxes_included else tax
