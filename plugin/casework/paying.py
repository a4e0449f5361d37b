"""Paying: the money of an approval is given back once, or left to a person.

No refund of a return has a key at the platform, so the return's refunds are read
before any call, and what is about to be given is written down before it is asked. One
process at a time moves a shop's money; the platform itself takes no line of a return
twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from plugin.case import GRANTED, MAY_PAY, Case, Entry
from plugin.casework.giving import Unconfirmed, find_given, give
from plugin.casework.leaving import leave_refund
from plugin.casework.reckoning import Due, ForAPerson, amount_of, due, pays, promised
from plugin.casework.record import note
from plugin.casework.stopping import check_payable, check_wish
from plugin.casework.turns import (
    REFUND_ASKED,
    is_begun,
    is_granted,
    is_pending,
    key_of,
    keys_of,
    owes,
    turn_number,
)
from plugin.policy.money import Money
from plugin.policy.remedies import Pays
from plugin.ports import Alone, Outlook, PlatformError, Services, Unreachable
from plugin.shop import Mode

# After so long without a word from the platform a person looks what became of it.
PATIENCE = timedelta(hours=6)


def pay_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Give back what an approval is worth, once, as far as shop and policy let us.

    Safe to repeat. What cannot be given is left to staff, with the reason as a task.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or not _is_due(case, shelf.keys(return_id)):
        return case
    tenant = shelf.shop()
    if tenant is None or not tenant.installed:
        if not is_begun(case, shelf.keys(return_id)):
            # Should the shop come back, so may the goods, and begin it.
            return case
        # Should the shop come back, nobody would begin this anew.
        return leave_refund(services, case, "the app was removed before it was given")
    if not _may_pay(services, case):
        return case
    with shelf.alone() as alone:
        if alone is None:
            raise Unreachable("another refund of this shop is on its way")
        # Whoever was alone before may have given it, and changed the case.
        case = shelf.find(return_id)
        if case is None or not _is_due(case, shelf.keys(return_id)):
            return case
        return _pay_or_leave(services, case, alone)


def let_pay(services: Services, case: Case) -> None:
    """Write down, before an approval goes out, that its money may be given too.

    Without it no money moves, so that a merchant who lets us give money later sets
    none moving for what was approved before.
    """
    if pays(case) is not None and _is_allowed(services, case):
        body = {"may": "pay", "owes": promised(case)}
        note(services, case, Entry(key=MAY_PAY, kind="event", body=body))


def outlook_of(services: Services, case: Case, owed: Due) -> Outlook:
    """Read what a return comes to; raises `ForAPerson` where it cannot be seen."""
    found = services.platform.outlook(
        case.shop,
        case.return_id,
        owed.lines,
        shipping=bool(owed.outbound),
        credit=owed.credit,
    )
    if found is None:
        raise ForAPerson("the store does not show the return")
    return found


def awaits_goods(services: Services, case: Case) -> bool:
    """Tell whether nothing of a case's money is due before its goods are in.

    Asked once the case is answered: what comes in later is told, and paid then.
    """
    keys = services.archive.of(case.shop).keys(case.return_id)
    waits = pays(case) is Pays.ON_RECEIPT and owes(case, keys)
    if not waits or is_begun(case, keys):
        return False
    try:
        return not is_received(outlook_of(services, case, due(case)))
    except ForAPerson:
        return False
    except PlatformError as error:
        if error.may_pass:
            raise
        return False


def _is_due(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether money may have to move, or moves and was not seen to arrive."""
    return owes(case, keys) or is_pending(case, keys)


def _may_pay(services: Services, case: Case) -> bool:
    """Go no further than the shop lets us; what was asked for is seen to its end."""
    keys = services.archive.of(case.shop).keys(case.return_id)
    return _is_allowed(services, case) or bool(keys_of(REFUND_ASKED, keys))


def _is_allowed(services: Services, case: Case) -> bool:
    """Tell whether the merchant lets us give money of this case now.

    What a member of staff gives by hand is theirs, whatever the mode.
    """
    shelf = services.archive.of(case.shop)
    tenant = shelf.shop()
    if tenant is None:
        return False
    wishes = tenant.preferences
    by_itself = case.mode is wishes.mode is Mode.AUTOMATIC and wishes.refunds
    return by_itself or is_granted(shelf.keys(case.return_id))


def _pay_or_leave(services: Services, case: Case, alone: Alone) -> Case:
    try:
        return _pay(services, case, due(case), alone)
    except ForAPerson as person:
        return leave_refund(services, case, person.why)
    except PlatformError as error:
        if not error.may_pass:
            return _refused(services, case, error)
        if _begun_since(services, case) <= PATIENCE:
            raise
        return leave_refund(services, case, _silent(error))


def _pay(services: Services, case: Case, owed: Due, alone: Alone) -> Case:
    outlook = outlook_of(services, case, owed)
    settled = find_given(services, case, owed, outlook)
    if not owes(case, services.archive.of(case.shop).keys(case.return_id)):
        # It is only seen to its end.
        return settled or case
    granted = _granted(services, case)
    if settled is not None or not (granted or _is_time(owed, outlook)):
        return settled or case
    if not _is_allowed(services, case):
        raise ForAPerson("refunds were switched off before it was given")
    check_payable(services, case, outlook)
    if granted is None:
        check_wish(services, case)
    amount = amount_of(owed, outlook)
    if granted not in (None, amount):
        raise ForAPerson("it comes to another amount than the one that was agreed to")
    return give(services, case, owed, outlook, alone)


def _granted(services: Services, case: Case) -> Money | None:
    """Read the amount that a member of staff gives by hand; None where nobody does."""
    shelf = services.archive.of(case.shop)
    number = turn_number(shelf.keys(case.return_id))
    body = shelf.body(case.return_id, f"{GRANTED}{number}")
    return None if body is None else Money.of(body["gives"], body["currency"])


def _refused(services: Services, case: Case, error: PlatformError) -> Case:
    """Look once more: what is refused may have been given by a call before."""
    why = f"the platform said no ({error})"
    try:
        owed = due(case)
        settled = find_given(services, case, owed, outlook_of(services, case, owed))
    except ForAPerson as person:
        return leave_refund(services, case, person.why)
    except PlatformError:
        settled = None
    return settled or leave_refund(services, case, why)


def _is_time(owed: Due, outlook: Outlook) -> bool:
    """Wait for the goods where the policy does; received is what staff took in."""
    return owed.pays is not Pays.ON_RECEIPT or is_received(outlook)


def is_received(outlook: Outlook) -> bool:
    """Tell whether staff took everything in, or closed the return."""
    taken_in = all(line.processable == 0 for line in outlook.lines)
    return outlook.status == "CLOSED" or taken_in


def _silent(error: PlatformError) -> str:
    """Say what was waited for so long."""
    if isinstance(error, Unconfirmed):
        return "its payment is pending at the payment provider for long"
    return "the platform gave no word for long"


def _begun_since(services: Services, case: Case) -> timedelta:
    """Tell for how long the refund of this turn has been asked for, or given."""
    shelf = services.archive.of(case.shop)
    keys = shelf.keys(case.return_id)
    asked = shelf.body(case.return_id, key_of(REFUND_ASKED, keys))
    begun = asked or shelf.body(case.return_id, f"{GRANTED}{turn_number(keys)}")
    if begun is None:
        return timedelta()
    return services.clock.now() - datetime.fromisoformat(begun["since"])
