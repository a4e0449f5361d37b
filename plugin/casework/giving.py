"""Giving: one refund is asked of the platform, and what became of it written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from uuid import NAMESPACE_URL, uuid5

from plugin.case import PAID, Case, Entry
from plugin.casework.leaving import BEGINS, leave_to
from plugin.casework.owing import Due, ForAPerson, amount_of, lines_of, shares_of
from plugin.casework.record import note
from plugin.casework.settling import is_refunding
from plugin.casework.turns import ASKED, FAILED, PENDING, key_of, keys_of
from plugin.policy.money import Money
from plugin.policy.remedies import Pays
from plugin.ports import (
    Alone,
    Done,
    Outlook,
    Payment,
    RefundGiven,
    Services,
    Shelf,
    Unreachable,
)


class Unconfirmed(Unreachable):
    """A refund was made, and its payment is not through yet."""


class Moved(Enum):
    """Whether the money of a refund moved, as its payments tell."""

    YES = "yes"
    NOT_YET = "not yet"
    NO = "no"


def moved(statuses: Iterable[str], *, credit: bool = False) -> Moved:
    """Tell whether money moved; a refund without a payment is store credit."""
    found = set(statuses)
    if found & {"FAILURE", "ERROR"}:
        return Moved.NO
    if found <= {"SUCCESS"} and (found or credit):
        return Moved.YES
    return Moved.NOT_YET


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
        note=_mark(case),
    )


def find_given(
    services: Services, case: Case, owed: Due, outlook: Outlook
) -> Case | None:
    """Tell whose refund is there already; None where there is none.

    Our own is one whose answer was lost; any other was given by staff first.
    """
    there = [refund for refund in outlook.refunds if is_about(case, refund)]
    if not there:
        return None
    planned = plans(services.archive.of(case.shop), case)
    if not planned:
        return leave_to(services, case, there)
    if len(there) != 1 or there[0].amount not in planned:
        raise ForAPerson("the store shows another refund than the one that was begun")
    [ours] = there
    answer = {"refunds": [ours.refund_id], "statuses": list(ours.statuses)}
    done = Done(operation="refund", answer=answer, repeated=True)
    return given(services, case, owed, ours.amount, done)


def plans(shelf: Shelf, case: Case) -> tuple[Money, ...]:
    """Read the amounts that were about to be given, the newest first."""
    found = keys_of(ASKED, shelf.keys(case.return_id))
    bodies = (shelf.body(case.return_id, key) for key in found)
    return tuple(Money.of(b["amount"], b["currency"]) for b in bodies if b)


def given(services: Services, case: Case, owed: Due, amount: Money, done: Done) -> Case:
    """Write down what was given, and what is left for staff to do.

    The platform's yes moves no money yet: the payment itself tells whether it did.
    """
    body = {"amount": amount, "done": done}
    through = moved(done.answer["statuses"], credit=owed.credit)
    if through is Moved.NOT_YET:
        note(services, case, Entry(key=PENDING, kind="call", body=body))
        raise Unconfirmed("the payment provider has not confirmed the refund yet")
    if through is Moved.NO:
        return _failed(
            services, case, amount, Entry(key=FAILED, kind="call", body=body)
        )
    shelf = services.archive.of(case.shop)
    paid = replace(case, tasks=_tasks(case, owed, amount))
    shelf.keep(paid, Entry(key=PAID, kind="call", body=body), was=case.status)
    return paid


def _failed(services: Services, case: Case, amount: Money, entry: Entry) -> Case:
    """Leave a refund to staff that the payment provider did not carry out."""
    said = f"{amount.percent(100).amount:f} {amount.currency}"
    task = (
        f"The refund of {said} failed at the payment provider: no money went back."
        " Give it back yourself, and tell the customer."
    )
    left = replace(case, tasks=(*case.tasks, task))
    services.archive.of(case.shop).keep(left, entry, was=case.status)
    return left


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


def is_about(case: Case, refund: RefundGiven) -> bool:
    """Tell whether a refund of the order is one of the case's return."""
    return refund.of_return or refund.note == _mark(case)


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
