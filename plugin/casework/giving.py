"""Giving: one refund is asked of the platform, and what became of it written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from plugin.case import PAID, PAYMENT_FAILED, Case, Entry, Task, TaskKind
from plugin.casework.arriving import Moved, moved, said, task_of_failed
from plugin.casework.leaving import REST, leave_refund, leave_to
from plugin.casework.reckoning import (
    Due,
    ForAPerson,
    Parts,
    amount_of,
    covers,
    in_paid,
    lines_of,
    shares_of,
    total,
)
from plugin.casework.recognizing import is_about, note_of, plans, stands
from plugin.casework.record import note
from plugin.casework.turns import (
    PENDING,
    REFUND_ASKED,
    is_ended,
    is_granted,
    key_of,
)
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
    key = key_of(REFUND_ASKED, shelf.keys(case.return_id))
    _check_begun(payment.amount, shelf.body(case.return_id, key))
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


def _check_begun(amount: Money, begun: Mapping[str, Any] | None) -> None:
    """Leave to a person what comes to another amount than a try before asked for."""
    if begun and Money.of(begun["amount"], begun["currency"]) != amount:
        raise ForAPerson("it comes to another amount than the one that was begun")


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
        # What went back already is not asked for again.
        shipping=bool(owed.outbound) and outlook.shipping.amount > 0,
        note=note_of(case),
        before=tuple(refund.refund_id for refund in outlook.refunds),
    )


def find_given(
    services: Services, case: Case, owed: Due, outlook: Outlook
) -> Case | None:
    """Tell whose refund is there already; None where there is none.

    Our own is one whose answer was lost; any other was given by staff first.
    """
    shelf = services.archive.of(case.shop)
    if is_ended(shelf.keys(case.return_id)):
        outlook = replace(outlook, refunds=_surely_ours(services, case, outlook))
    there = [refund for refund in outlook.refunds if is_about(case, refund)]
    planned = plans(shelf, case)
    ours = [one for one in there if stands(case, one) or one.amount in planned]
    if not planned or not ours:
        return _find_of_staff(services, case, owed, outlook)
    if len(ours) != 1 or ours[0].amount not in planned:
        raise ForAPerson("the store shows another refund than the one that was begun")
    [found] = ours
    answer = {"refunds": [found.refund_id], "payments": list(found.payments)}
    done = Done(operation="refund", answer=answer, repeated=True)
    return given(services, case, owed, found.amount, done)


def _surely_ours(
    services: Services, case: Case, outlook: Outlook
) -> tuple[RefundGiven, ...]:
    """Find what is our own though our turn ended; any other is staff's."""
    body = services.archive.of(case.shop).body(case.return_id, PENDING)
    known = body["done"]["answer"]["refunds"] if body else ()
    return tuple(
        refund
        for refund in outlook.refunds
        if refund.note == note_of(case) or refund.refund_id in known
    )


def _find_of_staff(
    services: Services, case: Case, owed: Due, outlook: Outlook
) -> Case | None:
    """Let staff's own refund stand; raises `ForAPerson` where it did not arrive.

    Whoever gives the refund by hand knows of one that failed.
    """
    there = [refund for refund in outlook.refunds if is_about(case, refund)]
    ends = {moved(refund.payments, credit=True) for refund in there}
    if Moved.PARTLY in ends:
        raise ForAPerson("only a part of the refund that staff gave went back")
    if ends - {Moved.NO}:
        stand = [refund for refund in there if stands(case, refund)]
        whole, given = in_paid(owed, outlook), _parts(stand, outlook)
        if whole is not None and covers(given, whole):
            return leave_to(services, case, [one.refund_id for one in stand])
        return leave_refund(services, case, _short(given, whole), REST)
    if ends and not is_granted(services.archive.of(case.shop).keys(case.return_id)):
        raise ForAPerson("the refund that staff gave failed at the payment provider")
    return None


def _parts(stand: list[RefundGiven], outlook: Outlook) -> Parts:
    """Add up what was given for goods, and on all of the order for the way there."""
    nothing = Money(amount=Decimal(0), currency=outlook.goods.currency)
    sent = (
        one.shipping
        for one in outlook.refunds
        if moved(one.payments, credit=True) is Moved.YES
    )
    return Parts(
        goods=total(refund.goods for refund in stand),
        shipping=total([nothing, *sent]),
    )


def _short(given: Parts, whole: Parts | None) -> str:
    """Say what of a refund by staff is missing, and of which part."""
    of = "" if whole is None else f" of {said(whole.goods)}"
    why = f"staff gave {said(given.goods)}{of}"
    beside = given.shipping if whole is None else whole.shipping
    if not beside.amount and not given.shipping.amount:
        return why
    promised = "" if whole is None else f" of {said(whole.shipping)}"
    return f"{why} for the items, and {said(given.shipping)}{promised} for shipping"


def given(services: Services, case: Case, owed: Due, amount: Money, done: Done) -> Case:
    """Write down what was given, and what is left for staff to do.

    The platform's yes moves no money yet: the payment itself tells whether it did.
    """
    # A call whose answer lists no refund yet is looked for again.
    made = bool(done.answer["refunds"])
    through = moved(done.answer["payments"], credit=owed.credit and made)
    key = _KEYS.get(through, PAYMENT_FAILED)
    entry = Entry(key=key, kind="call", body={"amount": amount, "done": done})
    if through is Moved.NOT_YET:
        note(services, case, entry)
        raise Unconfirmed("the payment provider has not confirmed the refund yet")
    if through is Moved.YES:
        add = tuple(_tasks(owed, amount))
    else:
        # What of it the payment provider did not carry out is for staff.
        add = (task_of_failed(amount, done.answer["payments"]),)

    def told(now: Case) -> Case:
        left = now.without_tasks(*_ended(through))
        return replace(left, tasks=(*left.tasks, *add))

    return services.archive.of(case.shop).amend(case.return_id, told, entry)


_KEYS = {Moved.YES: PAID, Moved.NOT_YET: PENDING}


def _ended(through: Moved) -> Iterator[TaskKind]:
    """Name the tasks that do not stand beside what became of the refund."""
    yield TaskKind.GIVE_REFUND
    if through is Moved.YES:
        yield TaskKind.ITEM


def _tasks(owed: Due, amount: Money) -> Iterator[Task]:
    if owed.credit and owed.bonus_percent:
        bonus = amount.percent(owed.bonus_percent)
        text = f"Put {bonus.amount:f} {bonus.currency} more on the store credit."
        yield Task(kind=TaskKind.BONUS, text=text)
    if owed.pays is Pays.WITHOUT_RETURN:
        text = "Tell the customer that nothing has to be sent back."
        yield Task(kind=TaskKind.TELL_KEPT, text=text)


def _credit_until(services: Services, owed: Due) -> datetime | None:
    if owed.expires_after_days is None:
        return None
    last = services.clock.today() + timedelta(days=owed.expires_after_days)
    return datetime.combine(last, time(23, 59, 59), UTC)


def _key(case: Case) -> str:
    """Derive the one key of a case's refund beside its return."""
    return str(uuid5(NAMESPACE_URL, f"evenhand:{case.shop}:{case.return_id}:refund"))
