"""Paying: the money of an approval is given back once, or left to a person.

No refund of a return has a key at the platform, so the return's refunds are read
before any call, and what is about to be given is written down before it is asked. One
process at a time moves a shop's money; the platform itself takes no line of a return
twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from plugin.case import LEFT, MAY_PAY, PAID, Case, Entry, Status
from plugin.casework.holding import KEPT, holding
from plugin.casework.owing import (
    Due,
    ForAPerson,
    amount_of,
    due,
    lines_of,
    pays,
    shares_of,
)
from plugin.casework.record import note
from plugin.casework.settling import is_refunding
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.policy.remedies import Pays
from plugin.ports import (
    Done,
    Outlook,
    Payment,
    PlatformError,
    RefundGiven,
    Services,
    Unreachable,
)
from plugin.shop import Mode

ASKED = "refund:asked"
# After so long without a word from the platform a person looks what became of it.
PATIENCE = timedelta(hours=6)


def pay_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Give back what an approval is worth, once, as far as shop and policy let us.

    Safe to repeat. What cannot be given is left to staff, with the reason as a task.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or not _may_pay(services, case):
        return case
    with shelf.alone() as alone:
        if not alone:
            raise Unreachable("another refund of this shop is on its way")
        # Whoever was alone before may have given it.
        if not owes(case, shelf.keys(return_id)):
            return case
        return _pay_or_leave(services, case)


def owes(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether money of a case may still be given back by itself."""
    approved = case.status is Status.ANSWERED and case.outcome is Outcome.APPROVE
    may = MAY_PAY in keys and pays(case) is not None
    return approved and may and keys.isdisjoint({PAID, LEFT})


def let_pay(services: Services, case: Case) -> None:
    """Write down, before an approval goes out, that its money may be given too.

    Without it no money moves, so that a merchant who lets us give money later sets
    none moving for what was approved before.
    """
    if pays(case) is not None and _is_allowed(services, case):
        note(services, case, Entry(key=MAY_PAY, kind="event", body={"may": "pay"}))


def planned(asked: dict[str, object] | None) -> Money | None:
    """Read the amount that was about to be given."""
    if asked is None:
        return None
    return Money.of(str(asked["amount"]), str(asked["currency"]))


def _may_pay(services: Services, case: Case) -> bool:
    """Go no further than the shop lets us; what was asked for is seen to its end."""
    shelf = services.archive.of(case.shop)
    keys, tenant = shelf.keys(case.return_id), shelf.shop()
    if tenant is None or not tenant.installed or not owes(case, keys):
        return False
    return _is_allowed(services, case) or ASKED in keys


def _is_allowed(services: Services, case: Case) -> bool:
    """Tell whether the merchant lets us give money of this case now."""
    tenant = services.archive.of(case.shop).shop()
    if tenant is None:
        return False
    wishes = tenant.preferences
    return case.mode is wishes.mode is Mode.AUTOMATIC and wishes.refunds


def _pay_or_leave(services: Services, case: Case) -> Case:
    try:
        return _pay(services, case, due(case))
    except ForAPerson as person:
        return leave_refund(services, case, person.why)
    except PlatformError as error:
        if error.permanent and error.code not in ("no_access", "access_denied"):
            return _refused(services, case, error)
        if _asked_since(services, case) > PATIENCE:
            return leave_refund(services, case, "the platform gave no word for long")
        raise


def _pay(services: Services, case: Case, owed: Due) -> Case:
    outlook = _outlook(services, case, owed)
    settled = _given(services, case, owed, outlook)
    if settled is not None or not _is_time(owed, outlook):
        return settled or case
    if not _is_allowed(services, case):
        raise ForAPerson("refunds were switched off before it was given")
    _check_past(outlook)
    _check_holds(services, case, outlook)
    return _give(services, case, owed, outlook)


def _refused(services: Services, case: Case, error: PlatformError) -> Case:
    """Look once more: what is refused may have been given by a call before."""
    why = f"the platform said no ({error})"
    try:
        owed = due(case)
        settled = _given(services, case, owed, _outlook(services, case, owed))
    except ForAPerson as person:
        return leave_refund(services, case, person.why)
    except PlatformError:
        settled = None
    return settled or leave_refund(services, case, why)


def _outlook(services: Services, case: Case, owed: Due) -> Outlook:
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


def _given(services: Services, case: Case, owed: Due, outlook: Outlook) -> Case | None:
    """Tell whose refund is there already; None where there is none.

    Our own is one whose answer was lost; any other was given by staff first.
    """
    given = [refund for refund in outlook.refunds if _is_about(case, refund)]
    if not given:
        return None
    asked = services.archive.of(case.shop).body(case.return_id, ASKED)
    if asked is None:
        body = {"why": "staff gave a refund first", "refunds": given}
        note(services, case, Entry(key=LEFT, kind="event", body=body))
        return case
    amount = planned(asked)
    if amount is None or [refund.amount for refund in given] != [amount]:
        raise ForAPerson("the store shows another refund than the one that was begun")
    answer = {"refunds": [refund.refund_id for refund in given]}
    done = Done(operation="refund", answer=answer, repeated=True)
    return _paid(services, case, owed, amount, done)


def _is_time(owed: Due, outlook: Outlook) -> bool:
    """Wait for the goods where the policy does; received is what staff took in."""
    if owed.pays is not Pays.ON_RECEIPT or outlook.status == "CLOSED":
        return True
    return all(line.processable == 0 for line in outlook.lines)


def _check_past(outlook: Outlook) -> None:
    """Leave it to a person where money that names nothing went back since."""
    asked = outlook.requested_at
    given = [refund for refund in outlook.refunds if refund.bare]
    if any(one.created_at is None or one.created_at >= asked for one in given):
        raise ForAPerson("money was refunded on this order past the return")


def _check_holds(services: Services, case: Case, outlook: Outlook) -> None:
    if outlook.status not in ("OPEN", "CLOSED"):
        raise ForAPerson(f"the return is {outlook.status.lower()}")
    if outlook.order.cancelled:
        raise ForAPerson("the order was cancelled")
    held = holding(services.archive.of(case.shop).keys(case.return_id))
    if held or any(dispute.status not in KEPT for dispute in outlook.order.disputes):
        raise ForAPerson("the payment of the order is disputed")


def _give(services: Services, case: Case, owed: Due, outlook: Outlook) -> Case:
    """Write down what is about to be given, and then give it."""
    amount, lines = amount_of(owed, outlook), lines_of(owed, outlook)
    payment = Payment(
        return_id=case.return_id,
        order_id=case.order_id,
        lines=lines,
        amount=amount,
        shares=() if owed.credit else shares_of(amount, outlook),
        credit_until=_credit_until(services, owed) if owed.credit else None,
        shipping=bool(owed.outbound),
        note=_mark(case),
    )
    body = {
        "amount": f"{amount.amount:f}",
        "currency": amount.currency,
        "since": services.clock.now().isoformat(),
        "payment": payment,
    }
    note(services, case, Entry(key=ASKED, kind="event", body=body))
    beside = outlook.status == "CLOSED" or owed.pays is Pays.WITHOUT_RETURN
    taken_in = any(line.processable < line.quantity for line in lines)
    if beside or taken_in:
        done = services.platform.give_back(case.shop, payment, _key(case))
    else:
        done = services.platform.process(case.shop, payment)
    return _paid(services, case, owed, amount, done)


def _paid(services: Services, case: Case, owed: Due, amount: Money, done: Done) -> Case:
    """Write down what was given, and what is left for staff to do."""
    tasks = [task for task in case.tasks if not is_refunding(task, case)]
    if owed.credit and owed.bonus_percent:
        bonus = amount.percent(owed.bonus_percent)
        tasks.append(f"Put {bonus.amount:f} {bonus.currency} more on the store credit.")
    if owed.pays is Pays.WITHOUT_RETURN:
        tasks.append("Tell the customer that nothing has to be sent back.")
    shelf = services.archive.of(case.shop)
    entry = Entry(key=PAID, kind="call", body={"amount": amount, "done": done})
    paid = replace(case, tasks=tuple(tasks))
    shelf.keep(paid, entry, was=case.status)
    if owed.pays is Pays.WITHOUT_RETURN:
        _close(services, case)
    return paid


def _close(services: Services, case: Case) -> None:
    """Expect nothing more of a return whose item stays; a refusal is only noted."""
    try:
        done: object = services.platform.close(case.shop, case.return_id)
    except PlatformError as error:
        done = {"operation": "close_return", "answer": {"refused": str(error)}}
    note(services, case, Entry(key="call:close", kind="call", body=done))


def leave_refund(services: Services, case: Case, why: str) -> Case:
    """Leave the money to staff, with the reason as a task."""
    task = f"Give the money back yourself: {why}."
    if services.archive.of(case.shop).has(case.return_id, ASKED):
        task = f"Look whether the refund was given, and give it if not: {why}."
    left = replace(case, tasks=(*case.tasks, task))
    entry = Entry(key=LEFT, kind="event", body={"why": why})
    services.archive.of(case.shop).keep(left, entry, was=case.status)
    return left


def _is_about(case: Case, refund: RefundGiven) -> bool:
    return refund.of_return or refund.note == _mark(case)


def _asked_since(services: Services, case: Case) -> timedelta:
    asked = services.archive.of(case.shop).body(case.return_id, ASKED)
    if asked is None:
        return timedelta()
    return services.clock.now() - datetime.fromisoformat(asked["since"])


def _credit_until(services: Services, owed: Due) -> datetime | None:
    if owed.expires_after_days is None:
        return None
    last = services.clock.today() + timedelta(days=owed.expires_after_days)
    return datetime.combine(last, time(23, 59, 59), UTC)


def _mark(case: Case) -> str:
    """Name the case in a refund's note, which only staff reads."""
    return f"Evenhand {case.return_name} ({case.return_id.rpartition('/')[2]})"


def _key(case: Case) -> str:
    """Derive the one key of a case's refund beside its return."""
    return str(uuid5(NAMESPACE_URL, f"evenhand:{case.shop}:{case.return_id}:refund"))
