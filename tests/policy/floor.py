"""The floor of the law: whether a settlement gives all that is owed."""

from __future__ import annotations

from plugin.policy.decision import Decision, LineVerdict, Outcome, Says
from plugin.policy.remedies import FeeRule, Owed, Payer, PaysFor, Settlement

DECLINE = Outcome.DECLINE


def meets(settlement: Settlement, owed: Owed) -> bool:
    """Tell whether a settlement gives all that is owed."""
    handling = [c for c in settlement.charges if c.pays_for is PaysFor.HANDLING]
    label = len(settlement.charges) > len(handling)
    trader = owed.return_freight is Payer.TRADER
    back, owed_back = settlement.send_back_days, owed.send_back_days
    paid, owed_paid = settlement.refund_days, owed.refund_days
    return (
        _has_remedies(settlement, owed)
        and not (handling and owed.fee in (FeeRule.FORBIDDEN, FeeRule.UNCLEAR))
        and not (label and owed.return_freight is not Payer.CONSUMER)
        and (not trader or settlement.return_freight is Payer.TRADER)
        and (not owed.outbound or settlement.outbound is not False)
        and (None in (back, owed_back) or back >= owed_back)  # type: ignore[operator]
        and (owed_paid is None or (paid is not None and paid <= owed_paid))
    )


def _has_remedies(settlement: Settlement, owed: Owed) -> bool:
    picks = bool(owed.picks) and owed.picks <= set(settlement.remedies)
    return picks or not owed.remedies.isdisjoint(settlement.remedies)


def keeps_the_caps(decision: Decision) -> bool:
    """Tell whether the fees for handling stay within every law's cap on a return."""
    caps = {
        finding.owed.fee_amount.amount
        for verdict in decision.lines
        for finding in verdict.findings
        if finding.owed and finding.owed.fee is FeeRule.CAPPED
        if verdict.settlement and finding.owed.fee_amount
    }
    kept = [
        charge.amount.amount
        for verdict in decision.lines
        for charge in (verdict.settlement.charges if verdict.settlement else ())
        if charge.amount and charge.pays_for is PaysFor.HANDLING
    ]
    return all(sum(kept) <= cap for cap in caps)


def keeps_the_floor(verdict: LineVerdict) -> bool:
    """Tell whether a line's verdict takes nothing that the law gives."""
    given_by = [f for f in verdict.findings if f.owed and f.says is Says.SPEAKS]
    if not given_by:
        return True
    settlement = verdict.settlement
    met = settlement is None or all(
        meets(settlement, f.owed) for f in given_by if f.owed
    )
    return verdict.outcome is not DECLINE and met
