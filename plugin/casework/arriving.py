"""Arriving: how much of a refund went back, as its payments tell."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from plugin.case import Task, TaskKind
from plugin.policy.money import Money
from plugin.ports import PaymentSeen

THROUGH = frozenset({"SUCCESS"})
REFUSED_BY_PROVIDER = frozenset({"FAILURE", "ERROR"})


class Moved(Enum):
    """Whether the money of a refund moved, as its payments tell."""

    YES = "yes"
    NOT_YET = "not yet"
    PARTLY = "partly"
    NO = "no"


def moved(payments: Iterable[PaymentSeen], *, credit: bool = False) -> Moved:
    """Tell whether money moved; a refund without a payment is store credit."""
    found = {payment.status for payment in payments}
    if not found:
        return Moved.YES if credit else Moved.NOT_YET
    if not found <= THROUGH | REFUSED_BY_PROVIDER:
        return Moved.NOT_YET
    if found <= THROUGH:
        return Moved.YES
    return Moved.NO if found <= REFUSED_BY_PROVIDER else Moved.PARTLY


def arrived(payments: Iterable[PaymentSeen]) -> Decimal:
    """Add up what went back."""
    through = (each.amount.amount for each in payments if each.status in THROUGH)
    return sum(through, Decimal(0))


def said(money: Money) -> str:
    """Say an amount with its currency's own decimals."""
    return f"{money.percent(100).amount:f} {money.currency}"


# What staff reads of a refund that failed.
FELL = "failed at the payment provider"


def task_of_failed(amount: Money, payments: Iterable[PaymentSeen]) -> Task:
    """Leave to staff what of a refund failed; some may have gone back all the same."""
    return Task(kind=TaskKind.REFUND_FELL, text=_said_failed(amount, payments))


def _said_failed(amount: Money, payments: Iterable[PaymentSeen]) -> str:
    there = Money(amount=arrived(payments), currency=amount.currency)
    if not there.amount:
        return (
            f"The refund of {said(amount)} {FELL}: no money"
            " went back. Give it back yourself, and tell the customer."
        )
    missing = Money(amount=amount.amount - there.amount, currency=amount.currency)
    return (
        f"Of the refund of {said(amount)} only {said(there)} went back:"
        f" {said(missing)} {FELL}. Give back what is missing"
        " yourself, and tell the customer."
    )
