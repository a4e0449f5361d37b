"""Settling: what an approved line is worth by the policy, never less than by law."""

from __future__ import annotations

from dataclasses import replace

from plugin.policy.catalogue import CATALOGUE
from plugin.policy.clauses import Clause
from plugin.policy.compiling import Values
from plugin.policy.decision import CANNOT_TELL, SPEAKS, Finding
from plugin.policy.facts import Facts, Line
from plugin.policy.fees import charges_for
from plugin.policy.money import Money
from plugin.policy.remedies import (
    MONEY,
    Charge,
    FeeCap,
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

_CONSUMER, _TRADER, _UNCLEAR = Payer.CONSUMER, Payer.TRADER, Payer.UNCLEAR
_CAPPED = FeeRule.CAPPED


def settle(
    facts: Facts,
    line: Line,
    policy: Policy,
    clause: Clause | None,
    values: Values,
    laws: tuple[Finding, ...],
) -> tuple[Settlement, Doubt]:
    """Work out how an approved line is made good, and why a person should look.

    What the law gives is raised to its floor and noted as struck. Where the law may
    forbid what the policy keeps back, but nobody can tell, the doubt says so; where it
    may only move a cost or a day, that is left open in the settlement.
    """
    promised = _promised(line, policy, clause, values)
    for law in laws:
        if law.says is SPEAKS and law.owed is not None:
            promised = _raised(promised, law.owed, law.cites, facts, line)
    for law in laws:
        if law.says is CANNOT_TELL:
            promised = _left_open(promised, law.cites)
    return promised, _doubt(promised, laws)


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
        pays=own.pays,
    )


def _doubt(promised: Settlement, laws: tuple[Finding, ...]) -> Doubt:
    """Say what is doubtful where the law is not clear and the policy gives less."""
    no_money = MONEY.isdisjoint(promised.remedies)
    for law in laws:
        if law.says is CANNOT_TELL and (no_money or promised.charges):
            what = "that no money is given back" if no_money else "a fee"
            return f"the law may forbid {what}: {law.id}"
        if law.owed is not None and _fee_unclear(promised.charges, law.owed):
            return f"the law may forbid a fee: {law.id}"
    return None


def _fee_unclear(charges: tuple[Charge, ...], owed: Owed) -> bool:
    """Tell whether a law that speaks leaves open if a fee may be kept."""
    for charge in charges:
        if charge.pays_for is PaysFor.HANDLING:
            unclear = owed.fee is FeeRule.UNCLEAR
        else:
            # The customer bears what the way back costs, which no share of a price is.
            unclear = owed.return_freight is _UNCLEAR or not charge.once
        if unclear:
            return True
    return False


def _left_open(promised: Settlement, cites: str | None) -> Settlement:
    """Leave to a person what the law may give beyond the policy, cost by cost."""
    open_ends: list[Strike] = []
    if promised.return_freight is _CONSUMER:
        open_ends.append(Strike(what="return_shipping", cites=cites))
    if promised.outbound is False:
        open_ends.append(Strike(what="outbound_shipping", cites=cites))
    if promised.send_back_days is not None:
        open_ends.append(Strike(what="send_back_days", cites=cites))
    if not open_ends:
        return promised
    return replace(
        promised,
        return_freight=_or_open(promised.return_freight),
        outbound=promised.outbound or None,
        send_back_days=None,
        doubtful=(*promised.doubtful, *open_ends),
    )


def _or_open(payer: Payer) -> Payer:
    return _UNCLEAR if payer is _CONSUMER else payer


def _raised(
    promised: Settlement, owed: Owed, cites: str | None, facts: Facts, line: Line
) -> Settlement:
    """Raise a promise to what is owed, and note each term that did not stand."""
    raised = replace(
        promised,
        remedies=_remedies(promised.remedies, owed),
        charges=_allowed(promised.charges, owed, line.price),
        outbound=_outbound(promised.outbound, owed, facts, line),
        return_freight=_payer(promised.return_freight, owed),
        send_back_days=_longer(promised.send_back_days, owed.send_back_days),
        refund_days=_shorter(promised.refund_days, owed.refund_days),
        refund_from=_refund_from(promised, owed),
        fees_at_most=_lower(promised.fees_at_most, _cap_of(owed, cites)),
    )
    struck, doubtful = _differences(promised, raised)
    if not struck and not doubtful:
        return raised
    return replace(
        raised,
        struck=(*promised.struck, *(Strike(what=what, cites=cites) for what in struck)),
        doubtful=(
            *promised.doubtful,
            *(Strike(what=what, cites=cites) for what in doubtful),
        ),
    )


def _cap_of(owed: Owed, cites: str | None) -> FeeCap | None:
    if owed.fee is not _CAPPED or owed.fee_amount is None:
        return None
    return FeeCap(amount=owed.fee_amount, cites=cites)


def _lower(one: FeeCap | None, other: FeeCap | None) -> FeeCap | None:
    """Keep the lower of two caps; of two currencies the first, as the fee's own."""
    if one is None or other is None:
        return one or other
    if one.amount.currency != other.amount.currency:
        return one
    return min(one, other, key=lambda cap: cap.amount.amount)


def _differences(
    promised: Settlement, raised: Settlement
) -> tuple[list[str], list[str]]:
    """Name the policy's terms that were taken out, and those that were left open."""
    struck: list[str] = []
    doubtful: list[str] = []
    if raised.remedies != promised.remedies:
        struck.append("remedies")
    if raised.charges != promised.charges:
        struck.append("fees")
    if promised.outbound is False and raised.outbound is not False:
        (struck if raised.outbound else doubtful).append("outbound_shipping")
    if promised.return_freight is _CONSUMER is not raised.return_freight:
        trader = raised.return_freight is _TRADER
        (struck if trader else doubtful).append("return_shipping")
    if raised.send_back_days != promised.send_back_days:
        struck.append("send_back_days")
    return struck, doubtful


def _remedies(promised: tuple[Remedy, ...], owed: Owed) -> tuple[Remedy, ...]:
    """Open what is owed, first in the list, where the policy does not."""
    if not owed.remedies.isdisjoint(promised):
        return promised
    if not owed.picks:
        return (_first(owed.remedies), *promised)
    missing = sorted(owed.picks - set(promised), key=lambda remedy: remedy.value)
    return (*missing, *promised)


def _outbound(
    promised: bool | None, owed: Owed, facts: Facts, line: Line
) -> bool | None:
    """Give back the way there with the whole order; of a part, nobody can tell."""
    if not owed.outbound:
        return promised
    kept = CATALOGUE["kept_value"].reads(facts, line)
    part = isinstance(kept, int) and kept > 0
    return (promised or None) if part else True


def _payer(promised: Payer, owed: Owed) -> Payer:
    if owed.return_freight is _TRADER:
        return _TRADER
    unclear = owed.return_freight is _UNCLEAR
    return _or_open(promised) if unclear else promised


def _first(remedies: frozenset[Remedy]) -> Remedy:
    if Remedy.ORIGINAL_PAYMENT in remedies:
        return Remedy.ORIGINAL_PAYMENT
    return min(remedies, key=lambda remedy: remedy.value)


def _allowed(
    charges: tuple[Charge, ...], owed: Owed, price: Money | None
) -> tuple[Charge, ...]:
    """Keep what the law lets stand; the way back is its own matter, not a fee."""
    left = _cap(owed, price) if owed.fee is _CAPPED else None
    kept: list[Charge] = []
    for charge in charges:
        if charge.pays_for is PaysFor.RETURN_SHIPPING:
            kept += [] if owed.return_freight is _TRADER else [charge]
        elif owed.fee is _CAPPED:
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


def _refund_from(promised: Settlement, owed: Owed) -> str | None:
    """Name the event that the days of whichever is shorter run from."""
    days = _shorter(promised.refund_days, owed.refund_days)
    of_law = owed.refund_days is not None and days == owed.refund_days
    return owed.refund_from if of_law else promised.refund_from


def _shorter(promised: int | None, owed: int | None) -> int | None:
    known = [days for days in (promised, owed) if days is not None]
    return min(known) if known else None
