"""The floor of the law: whether a settlement gives all that is owed."""

from __future__ import annotations

from plugin.policy.decision import LineVerdict, Outcome, Says
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
        not owed.remedies.isdisjoint(settlement.remedies)
        and not (handling and owed.fee in (FeeRule.FORBIDDEN, FeeRule.UNCLEAR))
        and not (label and owed.return_freight is not Payer.CONSUMER)
        and (not trader or settlement.return_freight is Payer.TRADER)
        and (not owed.outbound or settlement.outbound is True)
        and (None in (back, owed_back) or back >= owed_back)  # type: ignore[operator]
        and (owed_paid is None or (paid is not None and paid <= owed_paid))
    )


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
