"""The schemas of what is owed for faults, and for goods that come late."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from plugin.policy.provisions import Right
from plugin.schemas.law_fields import (
    DAYS,
    MONTHS,
    PAYERS,
    count,
    names,
    one_of,
    sentence,
)
from plugin.schemas.proofs import PROOFS
from plugin.schemas.refund import RefundSchema
from plugin.schemas.strict import Strict


class FaultSchema(Strict):
    """What is owed for goods that are faulty or not what was ordered."""

    right = fields.Enum(Right, by_value=True, required=True)
    cite = sentence(required=True)
    guarantee_months = count(MONTHS)
    guarantee_may_be_longer = fields.Boolean(load_default=False)
    burden_on_trader_months = count(MONTHS)
    reject_days = count(DAYS)
    prompt_days = count(DAYS)
    repair_deadline_days = count(DAYS)
    extension_after_repair_months = count(MONTHS)
    severe = names(tuple(sorted(PROOFS)), load_default=tuple)
    # Goods for which `reject_days` may be fewer.
    rejected_sooner = names(tuple(sorted(PROOFS)), load_default=tuple)
    first_remedy = one_of(
        "repair_or_replace", "consumer_choice", "trader_choice_if_minor", "refund"
    )
    refund_when = sentence()
    return_freight = one_of(*PAYERS)
    refund = fields.Nested(RefundSchema, allow_none=True, load_default=None)
    final_sale_defeats = fields.String(
        required=True, validate=validate.OneOf(("never", "needs_human"))
    )


class LateDeliverySchema(Strict):
    """What is owed for goods that come late; a text alone is for people only."""

    right = fields.String(
        validate=validate.OneOf(("statutory", "none", "doubtful")), load_default=None
    )
    after_days = count(DAYS)
    ground_alone = fields.Boolean(load_default=False)
    cite = sentence()
    text = sentence(required=True)

    @pre_load
    def read_text(self, data: Any, **_: Any) -> Any:
        """Read the plain form, in which nothing but the text is said."""
        return {"text": data} if isinstance(data, str) else data
