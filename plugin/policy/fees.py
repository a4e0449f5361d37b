"""Fees: what the shop keeps back of a return, where the law lets it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from plugin.policy.compiling import Values
from plugin.policy.decision import LineVerdict
from plugin.policy.facts import Line
from plugin.policy.money import Money
from plugin.policy.remedies import Charge
from plugin.policy.terms import Fee, Tier


def charges_for(
    line: Line, fees: tuple[Fee, ...], values: Values
) -> tuple[Charge, ...]:
    """List the fees that apply to a line; one on an unknown fact has no amount."""
    if not fees:
        return ()
    charges = ((fee, _charge(line, fee, values)) for fee in fees)
    return tuple(
        replace(charge, pays_for=fee.pays_for)
        for fee, charge in charges
        if charge is not None
    )


def charged_once(
    lines: tuple[LineVerdict, ...], fees: tuple[Fee, ...]
) -> tuple[LineVerdict, ...]:
    """Leave a fee that is flat on the first line only: it is kept once per return."""
    flat = {fee.id for fee in fees if _is_flat(fee)}
    if len(lines) < 2 or not flat:
        return lines
    seen: set[str] = set()
    return tuple(_without(verdict, flat, seen) for verdict in lines)


def _is_flat(fee: Fee) -> bool:
    return fee.percent is None and all(tier.percent is None for tier in fee.tiers)


def _without(verdict: LineVerdict, flat: set[str], seen: set[str]) -> LineVerdict:
    settlement = verdict.settlement
    if settlement is None or not settlement.charges:
        return verdict
    kept = tuple(charge for charge in settlement.charges if charge.id not in seen)
    seen |= {charge.id for charge in kept} & flat
    return replace(verdict, settlement=replace(settlement, charges=kept))


def _charge(line: Line, fee: Fee, values: Values) -> Charge | None:
    applies = fee.guard.asks(values)
    if applies is False:
        return None
    if applies is None:
        return Charge(id=fee.id, amount=None, why=_unknown(fee.guard.reads, values))
    if fee.by is not None:
        return _tiered(line, fee, fee.by, values)
    return _amount(line, fee, fee.flat, fee.percent)


def _tiered(line: Line, fee: Fee, by: str, values: Values) -> Charge | None:
    number = values[by]
    if not isinstance(number, int):
        return Charge(id=fee.id, amount=None, why=f"not known: {by}")
    tier = _tier(fee.tiers, number)
    return None if tier is None else _amount(line, fee, tier.flat, tier.percent)


def _tier(tiers: tuple[Tier, ...], number: int) -> Tier | None:
    reached = [tier for tier in tiers if tier.at_least <= number]
    return max(reached, key=lambda tier: tier.at_least, default=None)


def _amount(
    line: Line, fee: Fee, flat: Money | None, percent: Decimal | None
) -> Charge | None:
    """Add flat part, share of the price and tax, up to the cap."""
    parts = [] if flat is None else [flat]
    if percent is not None:
        if line.price is None:
            return Charge(id=fee.id, amount=None, why="not known: price")
        parts.append(line.price.percent(percent))
    if len({part.currency for part in (*parts, fee.cap or parts[0])}) > 1:
        return Charge(id=fee.id, amount=None, why="the fee is in another currency")
    return _taxed(fee, sum(parts[1:], start=parts[0]))


def _taxed(fee: Fee, amount: Money) -> Charge | None:
    if fee.tax_percent is not None:
        amount = amount + amount.percent(fee.tax_percent)
    if fee.cap is not None and amount.amount > fee.cap.amount:
        amount = fee.cap
    return Charge(id=fee.id, amount=amount) if amount.amount > 0 else None


def _unknown(names: tuple[str, ...], values: Values) -> str:
    return f"not known: {', '.join(name for name in names if values[name] is None)}"
