"""Comparing: one refund beside what the decision of its case gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from plugin.case import Case
from plugin.casework.arriving import Moved, arrived, moved
from plugin.casework.sharing import Share
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.ports import RefundSeen


class Verdict(Enum):
    """How a refund stands to the decision of its case."""

    WITHIN = "within"
    OUTSIDE = "outside"
    LARGER = "larger"
    UNCLEAR = "unclear"
    UNDECIDED = "undecided"
    # Staff gave it beside the return, and nobody says what for.
    UNNAMED = "unnamed"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """One refund against its decision; `refunded` counts all refunds of the case.

    `goods` and `shipping` are what of it went back for the case's items, and for the
    way there. `owed` is None where the decision does not say an amount; `ours` tells
    that the app gave it. It is `doubtful` where nobody can tell whether its items are
    those of the case.
    """

    verdict: Verdict
    refund_id: str
    goods: Decimal
    refunded: Decimal
    owed: Decimal | None
    currency: str
    shipping: Decimal = Decimal(0)
    ours: bool = False
    doubtful: bool = False

    def as_unnamed(self) -> Audit:
        """Return it as one that names nothing; what brought nothing stays so."""
        if self.verdict in _NOTHING.values():
            return self
        return replace(self, verdict=Verdict.UNNAMED)


# What is said of a refund that brought nothing yet, or never will.
_NOTHING = {Moved.NO: Verdict.FAILED, Moved.NOT_YET: Verdict.PENDING}


def ending(refund: RefundSeen) -> Moved:
    """Tell how a refund ended, or that it has not."""
    return moved(refund.payments, credit=True)


def gone_back(refund: RefundSeen, part: Decimal) -> Decimal:
    """Count what of a part of a refund went back: as much as of all of it."""
    end = ending(refund)
    if end in _NOTHING:
        return Decimal(0)
    whole = Decimal(refund.amount)
    if end is Moved.YES or not whole:
        return part
    there = Money(
        amount=part * arrived(refund.payments) / whole, currency=refund.currency
    )
    return there.percent(100).amount


def audit(
    case: Case,
    facts: dict[str, Any] | None,
    refund: RefundSeen,
    share: Share,
    before: Decimal,
) -> Audit:
    """Compare what of a refund is a case's, and went before it, with the decision."""
    goods = gone_back(refund, share.goods)
    owed = owed_of(case, facts, refund.currency) if refund.complete else None
    return Audit(
        verdict=_NOTHING.get(ending(refund)) or _verdict(case, owed, before + goods),
        refund_id=refund.refund_id,
        goods=goods,
        refunded=before + goods,
        owed=owed,
        currency=refund.currency,
        shipping=gone_back(refund, Decimal(refund.shipping)),
        doubtful=not share.sure,
    )


def _verdict(case: Case, owed: Decimal | None, refunded: Decimal) -> Verdict:
    if case.outcome is Outcome.DECLINE:
        return Verdict.OUTSIDE
    if case.outcome is not Outcome.APPROVE:
        return Verdict.UNDECIDED
    if owed is None:
        return Verdict.UNCLEAR
    return Verdict.WITHIN if refunded <= owed else Verdict.LARGER


def owed_of(case: Case, facts: dict[str, Any] | None, currency: str) -> Decimal | None:
    """Add up the items' prices less the fees; None when one is not known."""
    if case.outcome is Outcome.DECLINE:
        return Decimal(0)
    if case.outcome is not Outcome.APPROVE or facts is None:
        return None
    fees = [fee.amount for item in case.settled for fee in item.fees]
    amounts = [*_approved(case, facts), *(_negative(fee) for fee in fees)]
    total = Decimal(0)
    for money in amounts:
        if money is None or money.currency != currency:
            return None
        total += money.amount
    return total


def _approved(case: Case, facts: dict[str, Any]) -> Iterator[Money | None]:
    """Give the price of every approved item; the oldest cases name none of them."""
    if case.settled and all(item.line_id is not None for item in case.settled):
        return iter([item.price for item in case.settled])
    return _prices(facts)


def _prices(facts: dict[str, Any]) -> Iterator[Money | None]:
    for line in facts["lines"]:
        price = line["price"]
        yield price and Money.of(price["amount"], price["currency"])


def price_of(facts: dict[str, Any] | None, currency: str) -> Decimal | None:
    """Add up what the items cost; None when one price is not known."""
    total = Decimal(0)
    for money in () if facts is None else _prices(facts):
        if money is None or money.currency != currency:
            return None
        total += money.amount
    return None if facts is None else total


def _negative(fee: Money | None) -> Money | None:
    return None if fee is None else Money(amount=-fee.amount, currency=fee.currency)
