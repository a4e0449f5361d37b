"""Settling: what an approved line is worth by the policy, never less than by law."""

from __future__ import annotations

from dataclasses import replace

from plugin.policy.clauses import Clause
from plugin.policy.compiling import Values
from plugin.policy.decision import Finding, Says
from plugin.policy.facts import Line
from plugin.policy.fees import charges_for
from plugin.policy.money import Money
from plugin.policy.remedies import (
    MONEY,
    Charge,
    FeeRule,
    Owed,
    Payer,
    PaysFor,
    Remedy,
    Settlement,
    Strike,
)
from plugin.policy.terms import Policy

Doubt = str | None


def settle(
    line: Line,
    policy: Policy,
    clause: Clause | None,
    values: Values,
    laws: tuple[Finding, ...],
    charged: frozenset[str] = frozenset(),
) -> tuple[Settlement, Doubt]:
    """Work out how an approved line is made good, and why a person should look.

    What the law gives is raised to its floor and noted as struck. Where the law may
    forbid what the policy keeps back, but nobody can tell, the doubt says so.
    """
    promised = _promised(line, policy, clause, values)
    # Of all fees, whatever an earlier line was charged: the order of lines is chance.
    doubt = _doubt(promised, laws)
    if charged:
        left = charges_for(line, policy.fees, values, charged)
        promised = replace(promised, charges=left)
    for law in laws:
        if law.says is Says.SPEAKS and law.owed is not None:
            promised = _raised(promised, law.owed, law.cites, line.price)
    return promised, doubt


def _promised(
    line: Line,
    policy: Policy,
    clause: Clause | None,
    values: Values,
) -> Settlement:
    """Take what the clause promises, or the policy where the clause names nothing."""
    own = clause.refund if clause is not None and clause.refund else policy.refund
    return Settlement(
        remedies=own.remedies,
        charges=charges_for(line, policy.fees, values),
        outbound=own.outbound,
        return_freight=own.return_freight,
        send_back_days=own.send_back_days,
        refund_days=own.refund_days,
        bonus_percent=own.bonus_percent,
        credit_expires_after_days=own.credit_expires_after_days,
    )


def _doubt(promised: Settlement, laws: tuple[Finding, ...]) -> Doubt:
    """Say what is doubtful where the law is not clear and the policy gives less."""
    no_money = MONEY.isdisjoint(promised.remedies)
    if not no_money and not promised.charges:
        return None
    what = "that no money is given back" if no_money else "a fee"
    for law in laws:
        unclear = law.says is Says.CANNOT_TELL
        if unclear or (law.owed and _fee_unclear(promised.charges, law.owed)):
            return f"the law may forbid {what}: {law.id}"
    return None


def _fee_unclear(charges: tuple[Charge, ...], owed: Owed) -> bool:
    unclear = set[PaysFor]()
    if owed.fee is FeeRule.UNCLEAR:
        unclear.add(PaysFor.HANDLING)
    if owed.return_freight is Payer.UNCLEAR:
        unclear.add(PaysFor.RETURN_SHIPPING)
    return any(charge.pays_for in unclear for charge in charges)


def _raised(
    promised: Settlement, owed: Owed, cites: str | None, price: Money | None
) -> Settlement:
    """Raise a promise to what is owed, and note each term that did not stand."""
    struck: list[Strike] = []

    def strike(what: str) -> None:
        struck.append(Strike(what=what, cites=cites))

    remedies = promised.remedies
    if owed.remedies.isdisjoint(remedies):
        strike("remedies")
        remedies = (_first(owed), *remedies)
    charges = _allowed(promised.charges, owed, price)
    if charges != promised.charges:
        strike("fees")
    if owed.outbound and promised.outbound is False:
        strike("outbound_shipping")
    trader = owed.return_freight is Payer.TRADER
    if trader and promised.return_freight is Payer.CONSUMER:
        strike("return_shipping")
    send_back = _longer(promised.send_back_days, owed.send_back_days)
    if send_back != promised.send_back_days:
        strike("send_back_days")
    return replace(
        promised,
        remedies=remedies,
        charges=charges,
        outbound=owed.outbound or promised.outbound,
        return_freight=Payer.TRADER if trader else promised.return_freight,
        send_back_days=send_back,
        refund_days=_shorter(promised.refund_days, owed.refund_days),
        struck=(*promised.struck, *struck),
    )


def _first(owed: Owed) -> Remedy:
    if Remedy.ORIGINAL_PAYMENT in owed.remedies:
        return Remedy.ORIGINAL_PAYMENT
    return min(owed.remedies, key=lambda remedy: remedy.value)


def _allowed(
    charges: tuple[Charge, ...], owed: Owed, price: Money | None
) -> tuple[Charge, ...]:
    """Keep what the law lets stand; the way back is its own matter, not a fee."""
    left = _cap(owed, price) if owed.fee is FeeRule.CAPPED else None
    kept: list[Charge] = []
    for charge in charges:
        if charge.pays_for is PaysFor.RETURN_SHIPPING:
            kept += [] if owed.return_freight is Payer.TRADER else [charge]
        elif owed.fee is FeeRule.CAPPED:
            charge, left = _capped(charge, left)
            kept.append(charge)
        elif owed.fee is not FeeRule.FORBIDDEN:
            kept.append(charge)
    return tuple(kept)


def _capped(charge: Charge, left: Money | None) -> tuple[Charge, Money | None]:
    """Keep a charge within what is left of the cap, and say what is left after it."""
    amount = charge.amount
    if left is None or amount is None or amount.currency != left.currency:
        return replace(charge, amount=None, why="the law caps this fee"), left
    kept = min(amount, left, key=lambda money: money.amount)
    rest = Money(amount=left.amount - kept.amount, currency=left.currency)
    return replace(charge, amount=kept), rest


def _cap(owed: Owed, price: Money | None) -> Money | None:
    """Find the lower of the law's two caps; None where an amount is not known."""
    if price is None:
        return None
    share = price if owed.fee_percent is None else price.percent(owed.fee_percent)
    if owed.fee_amount is None:
        return share
    if owed.fee_amount.currency != price.currency:
        return None
    return min(share, owed.fee_amount, key=lambda money: money.amount)


def _longer(promised: int | None, owed: int | None) -> int | None:
    return promised if promised is None or owed is None else max(promised, owed)


def _shorter(promised: int | None, owed: int | None) -> int | None:
    known = [days for days in (promised, owed) if days is not None]
    return min(known) if known else None
