"""Fees: what the shop keeps back of a return, where the law lets it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from plugin.policy.compiling import Values
from plugin.policy.decision import LineVerdict
from plugin.policy.facts import Facts, Line
from plugin.policy.money import Money
from plugin.policy.remedies import Charge, FeeCap, PaysFor, Strike
from plugin.policy.terms import Fee, Tier

# What one line surely owes stands before what another may owe.
_UNKNOWN = Decimal(-1)


def charges_for(
    line: Line, fees: tuple[Fee, ...], values: Values
) -> tuple[Charge, ...]:
    """List the fees that apply to a line; one on an unknown fact has no amount."""
    charges = ((fee, _charge(line, fee, values)) for fee in fees)
    return tuple(
        replace(charge, pays_for=fee.pays_for)
        for fee, charge in charges
        if charge is not None
    )


def fitted(lines: tuple[LineVerdict, ...], facts: Facts) -> tuple[LineVerdict, ...]:
    """Fit the lines' fees into one return, whatever the order of the lines.

    What is flat is kept once, at its largest; all fees together are no more than the
    law's cap for a return, nor than what was paid.
    """
    charged = [v for v in lines if v.settlement and v.settlement.charges]
    if not charged:
        return lines
    lines = _kept_once(lines, charged) if len(charged) > 1 else lines
    caps = [v.settlement.fees_at_most for v in lines if v.settlement]
    for cap in caps:
        if cap is not None:
            lines = _within(lines, cap.amount, law=cap)
    paid = _paid(lines, facts)
    return lines if paid is None else _within(lines, paid)


def _kept_once(
    lines: tuple[LineVerdict, ...], charged: list[LineVerdict]
) -> tuple[LineVerdict, ...]:
    """Leave each flat fee on the line where it is largest, the first of several."""
    largest: dict[str, tuple[Decimal, str]] = {}
    for verdict in charged:
        for charge in verdict.settlement.charges if verdict.settlement else ():
            if charge.once:
                size = _UNKNOWN if charge.amount is None else charge.amount.amount
                if charge.id not in largest or size > largest[charge.id][0]:
                    largest[charge.id] = (size, verdict.line_id)

    def stays(charge: Charge, line_id: str) -> bool:
        return not charge.once or largest[charge.id][1] == line_id

    return tuple(
        _with_charges(v, [c for c in _charges(v) if stays(c, v.line_id)]) for v in lines
    )


def _within(
    lines: tuple[LineVerdict, ...], most: Money, *, law: FeeCap | None = None
) -> tuple[LineVerdict, ...]:
    """Cut fees down to an amount, the last ones first; unknown ones stay unknown.

    A law's cap is on handling alone; the way back is its own matter.
    """
    left, fitted = most, []
    for verdict in lines:
        kept = []
        for charge in _charges(verdict):
            if law is None or charge.pays_for is PaysFor.HANDLING:
                charge, left = _cut(charge, left)
            if charge.amount is None or charge.amount.amount > 0:
                kept.append(charge)
        fitted.append(_with_charges(verdict, kept, law))
    return tuple(fitted)


def _cut(charge: Charge, left: Money) -> tuple[Charge, Money]:
    amount = charge.amount
    if amount is None or amount.currency != left.currency:
        return charge, left
    kept = min(amount, left, key=lambda money: money.amount)
    rest = Money(amount=left.amount - kept.amount, currency=left.currency)
    return replace(charge, amount=kept), rest


def _paid(lines: tuple[LineVerdict, ...], facts: Facts) -> Money | None:
    """Add up what was paid for the lines that are made good; None if not known."""
    taken = {verdict.line_id for verdict in lines if verdict.settlement is not None}
    prices = [line.price for line in facts.lines if line.id in taken]
    known = [price for price in prices if price is not None]
    if len(known) < len(prices) or len({price.currency for price in known}) != 1:
        return None
    return sum(known[1:], start=known[0])


def _charges(verdict: LineVerdict) -> tuple[Charge, ...]:
    return verdict.settlement.charges if verdict.settlement else ()


def _with_charges(
    verdict: LineVerdict, charges: list[Charge], law: FeeCap | None = None
) -> LineVerdict:
    """Put other charges on a line; what a law cut is noted as struck."""
    settlement = verdict.settlement
    if settlement is None or settlement.charges == tuple(charges):
        return verdict
    struck = settlement.struck
    if law is not None:
        struck = tuple(dict.fromkeys((*struck, Strike(what="fees", cites=law.cites))))
    fitted = replace(settlement, charges=tuple(charges), struck=struck)
    return replace(verdict, settlement=fitted)


def _charge(line: Line, fee: Fee, values: Values) -> Charge | None:
    applies = fee.guard.asks(values)
    if applies is False:
        return None
    if applies is None:
        return _not_known(fee, _unknown(fee.guard.reads, values))
    if fee.by is not None:
        return _tiered(line, fee, fee.by, values)
    return _amount(line, fee, fee.flat, fee.percent)


def _tiered(line: Line, fee: Fee, by: str, values: Values) -> Charge | None:
    number = values[by]
    if not isinstance(number, int):
        return _not_known(fee, f"not known: {by}")
    tier = _tier(fee.tiers, number)
    return None if tier is None else _amount(line, fee, tier.flat, tier.percent)


def _tier(tiers: tuple[Tier, ...], number: int) -> Tier | None:
    reached = [tier for tier in tiers if tier.at_least <= number]
    return max(reached, key=lambda tier: tier.at_least, default=None)


def _amount(
    line: Line, fee: Fee, flat: Money | None, percent: Decimal | None
) -> Charge | None:
    """Take the flat amount or the share of the price, with tax, up to the cap."""
    if percent is not None and line.price is None:
        return _not_known(fee, "not known: price")
    amount = flat
    if percent is not None and line.price is not None:
        amount = line.price.percent(percent)
    if amount is None:
        return None
    others = [one for one in (fee.cap, line.price) if one is not None]
    if any(one.currency != amount.currency for one in others):
        return _not_known(fee, "the fee is in another currency")
    if fee.tax_percent is not None:
        amount = amount + amount.percent(fee.tax_percent)
    if fee.cap is not None:
        amount = min(amount, fee.cap, key=lambda money: money.amount)
    once = percent is None
    return Charge(id=fee.id, amount=amount, once=once) if amount.amount > 0 else None


def _not_known(fee: Fee, why: str) -> Charge:
    flat = fee.percent is None and all(tier.percent is None for tier in fee.tiers)
    return Charge(id=fee.id, amount=None, why=why, once=flat)


def _unknown(names: tuple[str, ...], values: Values) -> str:
    return f"not known: {', '.join(name for name in names if values[name] is None)}"
