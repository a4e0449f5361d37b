"""Offers in a policy document: a remedy, for whom, how long and how often."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from plugin.policy.clauses import ALWAYS, Guard
from plugin.policy.decision import Outcome
from plugin.policy.remedies import Remedy
from plugin.policy.terms import Cap, OfferTerms
from plugin.schemas.amounts import MoneySchema
from plugin.schemas.condition import ConditionField
from plugin.schemas.names import rule_id
from plugin.schemas.strict import Strict, WholeNumber

# What can be offered, and whether its value is a share or an amount.
OFFERED = {
    Remedy.CODE: True,
    Remedy.FREE_SHIPPING: False,
    Remedy.STORE_CREDIT: True,
    Remedy.EXCHANGE: False,
    Remedy.KEEP_ITEM: True,
}
_OUTCOMES = ("approve", "decline")


class CapSchema(Strict):
    """At most so many within so many days."""

    at_most = WholeNumber(required=True, validate=validate.Range(1, 1000))
    within_days = WholeNumber(required=True, validate=validate.Range(1, 3650))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Cap:
        """Build the value."""
        return Cap(**data)


class OfferSchema(Strict):
    """One remedy that goes with some decisions; it always expires."""

    id = rule_id()
    remedy = fields.String(
        required=True, validate=validate.OneOf([one.value for one in OFFERED])
    )
    when = ConditionField(load_default=None)
    on = fields.List(
        fields.String(validate=validate.OneOf(_OUTCOMES)),
        load_default=lambda: ["decline"],
        validate=validate.Length(1, 2),
    )
    percent = WholeNumber(load_default=0, validate=validate.Range(1, 100))
    amount = fields.Nested(MoneySchema, load_default=None)
    bonus_percent = WholeNumber(load_default=0, validate=validate.Range(1, 100))
    expires_after_days = WholeNumber(required=True, validate=validate.Range(1, 365))
    per_customer = fields.Nested(CapSchema, load_default=None)
    per_shop_day = WholeNumber(load_default=None, validate=validate.Range(1, 100_000))

    @validates_schema
    def check_value(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for one value where the remedy has one, and for none elsewhere."""
        remedy = Remedy(data["remedy"])
        given = [name for name in ("percent", "amount") if data[name]]
        if OFFERED[remedy] and len(given) != 1:
            raise ValidationError("give either `percent` or `amount`")
        if not OFFERED[remedy] and given:
            raise ValidationError({given[0]: [f"`{remedy.value}` has no value"]})
        if data["bonus_percent"] and remedy is not Remedy.STORE_CREDIT:
            raise ValidationError({"bonus_percent": ["only store credit has a bonus"]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OfferTerms:
        """Build and compile the offer."""
        when = data.pop("when")
        outcomes = frozenset(map(Outcome, data.pop("on")))
        data["remedy"] = Remedy(data["remedy"])
        guard = ALWAYS if when is None else Guard(when)
        return OfferTerms(guard=guard, outcomes=outcomes, **data)
