"""How a policy makes good what it takes back: remedies and fees in a document."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from plugin.policy.catalogue import known
from plugin.policy.clauses import ALWAYS, Guard
from plugin.policy.known import Kind
from plugin.policy.remedies import Payer, Pays, PaysFor, RefundTerms, Remedy
from plugin.policy.terms import Fee, Tier
from plugin.schemas.amounts import MoneySchema, PercentField
from plugin.schemas.condition import ConditionField, FactField, number_for
from plugin.schemas.names import rule_id, texts
from plugin.schemas.strict import Strict, WholeNumber

# What a return can be made good with; a code or free shipping is only ever an offer.
SETTLING = tuple(
    remedy.value
    for remedy in Remedy
    if remedy not in (Remedy.CODE, Remedy.FREE_SHIPPING)
)


class CreditSchema(Strict):
    """Store credit: what is put on top, and how long it lasts."""

    bonus_percent = WholeNumber(load_default=0, validate=validate.Range(0, 100))
    expires_after_days = WholeNumber(
        load_default=None, validate=validate.Range(1, 3650)
    )


class RefundTermsSchema(Strict):
    """The remedies the customer may pick, and what comes with them."""

    remedies = fields.List(
        fields.String(validate=validate.OneOf(SETTLING)),
        load_default=lambda: [Remedy.ORIGINAL_PAYMENT.value],
        validate=validate.Length(1, len(SETTLING)),
    )
    outbound_shipping = fields.Boolean(load_default=None, truthy={True}, falsy={False})
    return_shipping = fields.Enum(Payer, by_value=True, load_default=Payer.UNCLEAR)
    send_back_days = WholeNumber(load_default=None, validate=validate.Range(1, 365))
    refund_days = WholeNumber(load_default=None, validate=validate.Range(0, 365))
    credit = fields.Nested(CreditSchema, load_default=None)
    pays = fields.Enum(Pays, by_value=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RefundTerms:
        """Build the value."""
        credit = data["credit"] or {}
        return RefundTerms(
            remedies=tuple(dict.fromkeys(map(Remedy, data["remedies"]))),
            outbound=data["outbound_shipping"],
            return_freight=data["return_shipping"],
            send_back_days=data["send_back_days"],
            refund_days=data["refund_days"],
            bonus_percent=credit.get("bonus_percent", 0),
            credit_expires_after_days=credit.get("expires_after_days"),
            pays=data["pays"],
        )


class TierSchema(Strict):
    """What a fee is from a number on; neither flat nor percent is free."""

    at_least = WholeNumber(required=True, validate=validate.Range(0))
    flat = fields.Nested(MoneySchema, load_default=None)
    percent = PercentField(load_default=None)

    @validates_schema
    def check_tier(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a tier that is flat and a share at once."""
        if data["flat"] is not None and data["percent"] is not None:
            raise ValidationError("give `flat` or `percent`, not both")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Tier:
        """Build the value."""
        return Tier(**data)


class FeeSchema(Strict):
    """What the shop keeps back of a return."""

    id = rule_id()
    text = texts()
    pays_for = fields.Enum(PaysFor, by_value=True, load_default=PaysFor.HANDLING)
    when = ConditionField(load_default=None)
    flat = fields.Nested(MoneySchema, load_default=None)
    percent = PercentField(load_default=None)
    tax_percent = PercentField(load_default=None)
    cap = fields.Nested(MoneySchema, load_default=None)
    by = FactField(Kind.NUMBER, load_default=None)
    tiers = fields.List(
        fields.Nested(TierSchema), load_default=list, validate=validate.Length(max=20)
    )

    @validates_schema
    def check_amount(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for an amount of one currency, or for tiers with what they count by."""
        tiers = data["tiers"]
        if bool(tiers) != (data["by"] is not None):
            raise ValidationError("give `tiers` and `by` together")
        given = [name for name in ("flat", "percent") if data[name] is not None]
        if len(given) + bool(tiers) != 1:
            raise ValidationError("give `flat`, or `percent`, or `tiers` with `by`")
        money = [data["flat"], data["cap"], *(tier.flat for tier in tiers)]
        if len({one.currency for one in money if one is not None}) > 1:
            raise ValidationError("give all amounts of a fee in one currency")

    @validates_schema
    def check_tiers(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse tiers from numbers that what they count by never has."""
        errors: dict[int, Any] = {}
        for position, tier in enumerate(data["tiers"] if data["by"] else ()):
            try:
                number_for(known(data["by"]), tier.at_least)
            except ValidationError as error:
                errors[position] = {"at_least": error.messages}
        if errors:
            raise ValidationError({"tiers": errors})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Fee:
        """Build and compile the fee."""
        when = data.pop("when")
        texts = tuple(data.pop("text").items())
        tiers = tuple(data.pop("tiers"))
        guard = ALWAYS if when is None else Guard(when)
        return Fee(guard=guard, texts=texts, tiers=tiers, **data)
