"""Giving: one refund is asked of the platform, and what became of it written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from plugin.case import PAID, Case, Entry
from plugin.casework.arriving import Moved, moved, said_failed
from plugin.casework.leaving import BEGINS, leave_to
from plugin.casework.owing import Due, ForAPerson, amount_of, lines_of, shares_of
from plugin.casework.recognizing import is_about, mark, plans, stands
from plugin.casework.record import note
from plugin.casework.settling import is_refunding
from plugin.casework.turns import ASKED, FAILED, PENDING, is_granted, key_of
from plugin.policy.money import Money
from plugin.policy.remedies import Pays
from plugin.ports import (
    Alone,
    Done,
    Outlook,
    Payment,
    RefundGiven,
    Services,
    Unreachable,
)


class Unconfirmed(Unreachable):
    """A refund was made, and its payment is not through yet."""


def give(
    services: Services, case: Case, owed: Due, outlook: Outlook, alone: Alone
) -> Case:
    """Write down what is about to be given, and then give it."""
    payment = payment_of(services, case, owed, outlook)
    shelf = services.archive.of(case.shop)
    body = {
        "amount": f"{payment.amount.amount:f}",
        "currency": payment.amount.currency,
        "since": services.clock.now().isoformat(),
        "payment": payment,
    }
    key = key_of(ASKED, shelf.keys(case.return_id))
    note(services, case, Entry(key=key, kind="event", body=body))
    beside = outlook.status == "CLOSED" or owed.pays is Pays.WITHOUT_RETURN
    taken_in = any(line.processable < line.quantity for line in payment.lines)
    # A session that the database ended gave our turn away meanwhile.
    if not alone.held():
        raise Unreachable("the turn to move this shop's money was lost")
    if beside or taken_in:
        done = services.platform.give_back(case.shop, payment, _key(case))
    else:
        done = services.platform.process(case.shop, payment)
    return given(services, case, owed, payment.amount, done)


def payment_of(services: Services, case: Case, owed: Due, outlook: Outlook) -> Payment:
    """Work out what is to be given; raises `ForAPerson` where that cannot be."""
    amount = amount_of(owed, outlook)
    return Payment(
        return_id=case.return_id,
        order_id=case.order_id,
        lines=lines_of(owed, outlook),
        amount=amount,
        shares=() if owed.credit else shares_of(amount, outlook),
        credit_until=_credit_until(services, owed) if owed.credit else None,
        shipping=bool(owed.outbound),
        note=mark(case),
        before=tuple(refund.refund_id for refund in outlook.refunds),
    )


def find_given(
    services: Services, case: Case, owed: Due, outlook: Outlook
) -> Case | None:
    """Tell whose refund is there already; None where there is none.

    Our own is one whose answer was lost; any other was given by staff first.
    """
    there = [refund for refund in outlook.refunds if is_about(case, refund)]
    planned = plans(services.archive.of(case.shop), case)
    ours = [one for one in there if stands(case, one) or one.amount in planned]
    if not planned or not ours:
        return _find_of_staff(services, case, there)
    if len(ours) != 1 or ours[0].amount not in planned:
        raise ForAPerson("the store shows another refund than the one that was begun")
    [found] = ours
    answer = {"refunds": [found.refund_id], "payments": list(found.payments)}
    done = Done(operation="refund", answer=answer, repeated=True)
    return given(services, case, owed, found.amount, done)


def _find_of_staff(
    services: Services, case: Case, there: list[RefundGiven]
) -> Case | None:
    """Let staff's own refund stand; raises `ForAPerson` where it did not arrive.

    Whoever gives the refund by hand knows of one that failed.
    """
    ends = {moved(refund.payments, credit=True) for refund in there}
    if Moved.PARTLY in ends:
        raise ForAPerson("only a part of the refund that staff gave went back")
    if ends - {Moved.NO}:
        return leave_to(services, case, there)
    if ends and not is_granted(services.archive.of(case.shop).keys(case.return_id)):
        raise ForAPerson("the refund that staff gave failed at the payment provider")
    return None


def given(services: Services, case: Case, owed: Due, amount: Money, done: Done) -> Case:
    """Write down what was given, and what is left for staff to do.

    The platform's yes moves no money yet: the payment itself tells whether it did.
    """
    through = moved(done.answer["payments"], credit=owed.credit)
    key = _KEYS.get(through, FAILED)
    entry = Entry(key=key, kind="call", body={"amount": amount, "done": done})
    if through is Moved.NOT_YET:
        note(services, case, entry)
        raise Unconfirmed("the payment provider has not confirmed the refund yet")
    paid = through is Moved.YES
    tasks = _tasks(case, owed, amount) if paid else _missing(case, amount, done)
    told = replace(case, tasks=tasks)
    services.archive.of(case.shop).keep(told, entry, was=case.status)
    return told


_KEYS = {Moved.YES: PAID, Moved.NOT_YET: PENDING}


def _missing(case: Case, amount: Money, done: Done) -> tuple[str, ...]:
    """Leave to staff what of a refund the payment provider did not carry out."""
    others = (task for task in case.tasks if not task.startswith(BEGINS))
    return (*others, said_failed(amount, done.answer["payments"]))


def _tasks(case: Case, owed: Due, amount: Money) -> tuple[str, ...]:
    tasks = [
        task
        for task in case.tasks
        if not is_refunding(task, case) and not task.startswith(BEGINS)
    ]
    if owed.credit and owed.bonus_percent:
        bonus = amount.percent(owed.bonus_percent)
        tasks.append(f"Put {bonus.amount:f} {bonus.currency} more on the store credit.")
    if owed.pays is Pays.WITHOUT_RETURN:
        tasks.append("Tell the customer that nothing has to be sent back.")
    return tuple(tasks)


def _credit_until(services: Services, owed: Due) -> datetime | None:
    if owed.expires_after_days is None:
        return None
    last = services.clock.today() + timedelta(days=owed.expires_after_days)
    return datetime.combine(last, time(23, 59, 59), UTC)


def _key(case: Case) -> str:
    """Derive the one key of a case's refund beside its return."""
    return str(uuid5(NAMESPACE_URL, f"evenhand:{case.shop}:{case.return_id}:refund"))
