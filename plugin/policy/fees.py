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

_NOTHING = frozenset[str]()


def charges_for(
    line: Line,
    fees: tuple[Fee, ...],
    values: Values,
    charged: frozenset[str] = frozenset(),
) -> tuple[Charge, ...]:
    """List the fees that apply to a line; one on an unknown fact has no amount.

    What is flat of a fee that an earlier line was `charged` is not kept again.
    """
    if not fees:
        return ()
    due = [_without_flat(fee) if fee.id in charged else fee for fee in fees]
    charges = ((fee, _charge(line, fee, values)) for fee in due)
    return tuple(
        replace(charge, pays_for=fee.pays_for)
        for fee, charge in charges
        if charge is not None
    )


def charged_to(verdict: LineVerdict) -> frozenset[str]:
    """Name the fees of which something is kept from a line."""
    settlement = verdict.settlement
    return frozenset(one.id for one in settlement.charges) if settlement else _NOTHING


def _without_flat(fee: Fee) -> Fee:
    tiers = tuple(replace(tier, flat=None) for tier in fee.tiers)
    return replace(fee, flat=None, tiers=tiers)


def _charge(line: Line, fee: Fee, values: Values) -> Charge | None:
    applies = fee.guard.asks(values)
    if applies is False or not _costs(fee):
        return None
    if applies is None:
        return Charge(id=fee.id, amount=None, why=_unknown(fee.guard.reads, values))
    if fee.by is not None:
        return _tiered(line, fee, fee.by, values)
    return _amount(line, fee, fee.flat, fee.percent)


def _costs(fee: Fee) -> bool:
    parts: tuple[Fee | Tier, ...] = (fee, *fee.tiers)
    return any(part.flat or part.percent for part in parts)


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
    if not parts:
        return None
    amounts = (*parts, fee.cap, line.price)
    if len({one.currency for one in amounts if one is not None}) > 1:
        return Charge(id=fee.id, amount=None, why="the fee is in another currency")
    return _taxed(fee, sum(parts[1:], start=parts[0]))


def _taxed(fee: Fee, amount: Money) -> Charge | None:
    if fee.tax_percent is not None:
        amount = amount + amount.percent(fee.tax_percent)
    if fee.cap is not None:
        amount = min(amount, fee.cap, key=lambda money: money.amount)
    return Charge(id=fee.id, amount=amount) if amount.amount > 0 else None


def _unknown(names: tuple[str, ...], values: Values) -> str:
    return f"not known: {', '.join(name for name in names if values[name] is None)}"
