"""Reckoning: what an approval comes to in money, or why a person has to work it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from plugin.case import Case, Settled
from plugin.policy.explaining.settlement_terms import REMEDY_SAID
from plugin.policy.money import Money
from plugin.policy.remedies import Charge, Pays, Remedy
from plugin.ports import LineOutlook, Outlook, Share

GIVABLE = frozenset({Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT})


class ForAPerson(Exception):
    """The app cannot give the money; `why` is a plain sentence's end for staff."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What is to be given back of one approval: the goods less the fees.

    `outbound` tells whether the way there comes back too; None where nobody said.
    """

    pays: Pays | None
    lines: dict[str, int]
    goods: Money
    fees: Money
    credit: bool
    outbound: bool | None
    bonus_percent: int
    expires_after_days: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """An amount in its parts: for the goods less the fees, and for the way there."""

    goods: Money
    shipping: Money

    @property
    def whole(self) -> Money:
        """All of it together."""
        return self.goods + self.shipping


def pays(case: Case) -> Pays | None:
    """Tell when money goes back by itself; None where the policy does not say."""
    return next((item.pays for item in case.settled if item.pays is not None), None)


def due(case: Case) -> Due:
    """Add an approval up; raises `ForAPerson` where anything is left to choose."""
    when = _same((item.pays for item in case.settled), "when the money goes back")
    remedies = {item.remedies for item in case.settled}
    if len(remedies) != 1 or len(next(iter(remedies))) != 1:
        raise ForAPerson("the customer may choose what they get")
    [remedy] = next(iter(remedies))
    if remedy not in GIVABLE:
        raise ForAPerson(f"{REMEDY_SAID[remedy]} is not for Evenhand to give")
    if any(item.line_id is None for item in case.settled):
        raise ForAPerson("the decision does not say enough")
    if any(item.doubtful for item in case.settled):
        raise ForAPerson("the law may give more than the policy")
    goods = _sum((item.price for item in case.settled), "the price of an item")
    fees = [fee for item in case.settled for fee in item.fees]
    return Due(
        pays=when,
        lines={str(item.line_id): item.quantity for item in case.settled},
        goods=goods,
        fees=_fees(fees, goods),
        credit=remedy is Remedy.STORE_CREDIT,
        outbound=_outbound(case.settled),
        bonus_percent=max(item.bonus_percent for item in case.settled),
        expires_after_days=_longest(case.settled),
    )


def promised(case: Case) -> dict[str, str] | None:
    """Say what an approval comes to in the shop's currency; None where nobody can."""
    try:
        goods = _sum((item.price for item in case.settled), "the price of an item")
        fees = _fees([fee for item in case.settled for fee in item.fees], goods)
    except ForAPerson:
        return None
    owes = {"amount": f"{goods.amount - fees.amount:f}", "currency": goods.currency}
    return {**owes, "shipping": "all"} if gives_shipping(case) else owes


def gives_shipping(case: Case) -> bool:
    """Tell whether an approval gives the way there back."""
    return _outbound(case.settled) is True


def covers(given: Parts, owed: Parts) -> bool:
    """Tell whether what was given is all that was promised, goods beside goods.

    What was converted may be a unit less.
    """
    if given.goods.currency != owed.goods.currency or given.goods.amount <= 0:
        return False
    short = given.shipping.minor < owed.shipping.minor - 1
    return given.goods.minor >= owed.goods.minor - 1 and not short


def in_paid(owed: Due, outlook: Outlook) -> Parts | None:
    """Say what was promised in what the customer paid with; None where nobody can."""
    currency = outlook.goods.currency
    promise, rate = owed.goods.amount - owed.fees.amount, Decimal(1)
    if currency != owed.goods.currency:
        if not outlook.goods_in_shop.amount:
            return None
        rate = outlook.goods.amount / outlook.goods_in_shop.amount
    if not outlook.taxes_included and outlook.goods_in_shop != owed.goods:
        # Nor does the store say, then, what tax comes to the goods.
        return None
    added = Decimal(0) if outlook.taxes_included else outlook.tax.amount
    # What the store gives no more was given, or never paid.
    ships = owed.outbound is True and outlook.shipping.amount > 0
    shipping = outlook.shipping_paid.amount if ships else Decimal(0)
    return Parts(
        goods=Money(amount=promise * rate + added, currency=currency),
        shipping=Money(amount=shipping, currency=currency),
    )


def total(amounts: Iterable[Money]) -> Money:
    """Add amounts of one currency up; there is at least one."""
    first, *others = amounts
    return sum(others, first)


def amount_of(owed: Due, outlook: Outlook) -> Money:
    """Work out what goes back, in the customer's currency; never more than is left.

    Raises `ForAPerson` where the platform's own count differs from the decision's.
    """
    if outlook.goods_in_shop != owed.goods:
        raise ForAPerson("the store counts the items otherwise than the decision")
    if owed.outbound is None and outlook.shipping_paid.amount > 0:
        raise ForAPerson("nobody said whether the shipping there is paid back")
    added = Decimal(0) if outlook.taxes_included else outlook.tax.amount
    whole = outlook.goods.amount + added + outlook.shipping.amount
    currency = outlook.goods.currency
    # Converted parts may add up to a unit more or less than their converted sum.
    slack = int(currency != owed.goods.currency)
    counted = outlook.amount
    if counted is None or abs(counted.minor - _minor(whole, currency)) > slack:
        raise ForAPerson("the store itself counts another amount for this return")
    whole = min(whole, counted.amount)
    if owed.fees.amount and owed.fees.currency != currency:
        raise ForAPerson("the customer paid in another currency than the fees are in")
    left = Money(amount=whole - owed.fees.amount, currency=currency)
    # Down to what can be paid, so that many parts never add up to more than the whole.
    amount = left.percent(100)
    if amount.amount <= 0:
        raise ForAPerson("the fees leave nothing to give back")
    if amount.amount > outlook.most.amount:
        raise ForAPerson("less than that is left on the order")
    return amount


def lines_of(owed: Due, outlook: Outlook) -> tuple[LineOutlook, ...]:
    """Find the lines that are paid back; raises `ForAPerson` where they changed."""
    # What was taken out of a return may still be listed, with nothing of it left.
    found = {line.line_id: line for line in outlook.lines if line.quantity}
    if not outlook.complete:
        raise ForAPerson("the order shows more than can be read at once")
    if found.keys() != owed.lines.keys():
        raise ForAPerson("the return was changed since it was decided")
    for line_id, quantity in owed.lines.items():
        line = found[line_id]
        if line.quantity != quantity or line.item_id is None:
            raise ForAPerson("the return was changed since it was decided")
        if line.refundable != quantity:
            raise ForAPerson("some of the items were refunded already")
    return tuple(found[line_id] for line_id in owed.lines)


def shares_of(amount: Money, outlook: Outlook) -> tuple[Share, ...]:
    """Divide an amount over the payments it may go back to, in the store's order."""
    shares, left = [], amount.amount
    for share in outlook.shares:
        part = min(left, share.amount.amount)
        if part > 0:
            money = Money(amount=part, currency=amount.currency)
            shares.append(
                Share(parent_id=share.parent_id, gateway=share.gateway, amount=money)
            )
            left -= part
    if left > 0:
        raise ForAPerson("the payments of the order do not take that much back")
    return tuple(shares)


def _minor(amount: Decimal, currency: str) -> int:
    return Money(amount=amount, currency=currency).minor


def _same(values: Iterable[Pays | None], what: str) -> Pays | None:
    found = set(values)
    if len(found) != 1:
        raise ForAPerson(f"the items differ in {what}")
    return found.pop()


def _sum(amounts: Iterable[Money | None], what: str) -> Money:
    total: Money | None = None
    for money in amounts:
        if money is None or (total is not None and money.currency != total.currency):
            raise ForAPerson(f"{what} is not known")
        total = money if total is None else total + money
    if total is None:
        raise ForAPerson("there is no item")
    return total


def _fees(fees: list[Charge], goods: Money) -> Money:
    nothing = Money(amount=Decimal(0), currency=goods.currency)
    return _sum([nothing, *(fee.amount for fee in fees)], "the amount of a fee")


def _outbound(items: tuple[Settled, ...]) -> bool | None:
    """Give the way there back if any item does; all have to say that it is not."""
    said = {item.outbound for item in items}
    if True in said:
        return True
    return None if None in said else False


def _longest(items: tuple[Settled, ...]) -> int | None:
    """Let credit last as long as the item's does that lasts longest."""
    ends = [item.credit_expires_after_days for item in items]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
