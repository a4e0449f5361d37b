"""The schema of how money goes back, and what a provision owes by it."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from plugin.policy.decision import Sureness
from plugin.policy.remedies import MONEY, FeeRule, Owed, Payer, Remedy
from plugin.schemas.evidence import Levels
from plugin.schemas.law_fields import (
    DAY_TYPES,
    DAYS,
    PERCENT,
    MoneySchema,
    count,
    one_of,
    sentence,
)
from plugin.schemas.strict import Strict

GOOD = MONEY | {Remedy.REPAIR, Remedy.REPLACEMENT}

_FEES = ("forbidden", "allowed", "unclear", "capped")
_OUTBOUND = {"standard_rate": True, "full": True}
# The events that many laws count from; others are said in the pack's own words.
_CLOCKS = {
    "notice": "the notice",
    "goods_back": "the day the goods came back",
    "goods_received": "the day the goods came back",
    "goods_or_proof": "the day the goods came back or were proven to be sent",
}
_FREIGHT = {
    "consumer": Payer.CONSUMER,
    "each_own": Payer.CONSUMER,
    "consumer_if_told": Payer.TRADER,
    "trader": Payer.TRADER,
}


class RefundSchema(Strict):
    """How money goes back."""

    days = count(DAYS)
    day_type = one_of(*DAY_TYPES)
    clock = sentence()
    withhold_until = one_of("goods_or_proof")
    outbound_freight = one_of("standard_rate", "full", "unclear")
    method = sentence()
    store_credit = one_of("opt_in", "buyer_option", "unclear")
    fee = one_of(*_FEES)
    fee_percent = count(PERCENT)
    fee_amount = fields.Nested(MoneySchema, allow_none=True, load_default=None)

    @validates_schema
    def check_cap(self, data: dict[str, Any], **_: Any) -> None:
        """Ask a capped fee for its cap, and no other fee for one."""
        capped = data["fee"] == "capped"
        given = data["fee_percent"] is not None or data["fee_amount"] is not None
        if capped is not given:
            why = "a capped fee, and no other, has `fee_percent` or `fee_amount`"
            raise ValidationError({"fee": [why]})


def by_method(provision: dict[str, Any]) -> frozenset[Remedy]:
    """Say in which ways money may go back: the way it came, where the law says so."""
    original = (provision["refund"] or {}).get("method") == "original"
    return frozenset({Remedy.ORIGINAL_PAYMENT}) if original else MONEY


def owed(
    provision: dict[str, Any],
    levels: Levels,
    path: str,
    remedies: frozenset[Remedy] = MONEY,
) -> Owed:
    """Build the least that a provision gives; what takes from it has to be proven."""
    refund = provision["refund"] or {}
    freight = _FREIGHT.get(provision["return_freight"] or "", Payer.UNCLEAR)
    remembered = levels.of(f"{path}.return_freight") is Sureness.MEMORY
    if freight is Payer.CONSUMER and remembered:
        freight = Payer.UNCLEAR
    return Owed(
        remedies=remedies,
        fee=_fee(refund, levels, path),
        fee_percent=refund.get("fee_percent"),
        fee_amount=refund.get("fee_amount"),
        outbound=_OUTBOUND.get(refund.get("outbound_freight") or ""),
        return_freight=freight,
        send_back_days=provision.get("send_back_days"),
        refund_days=refund.get("days"),
        refund_from=_CLOCKS.get(refund.get("clock") or "", refund.get("clock")),
    )


def _fee(refund: dict[str, Any], levels: Levels, path: str) -> FeeRule:
    rule = FeeRule(refund.get("fee") or "unclear")
    remembered = levels.of(f"{path}.refund.fee") is Sureness.MEMORY
    return rule if rule is FeeRule.FORBIDDEN or not remembered else FeeRule.UNCLEAR
