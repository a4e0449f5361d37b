"""Clauses and limits in a policy document."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from plugin.policy.clauses import Clause, Evidence
from plugin.policy.conditions import All, Condition, Operator, Test
from plugin.policy.decision import Ground, Outcome
from plugin.schemas.condition import ConditionField
from plugin.schemas.names import rule_id, texts
from plugin.schemas.settling import RefundTermsSchema
from plugin.schemas.strict import Strict, WholeNumber

# What a clause may ask the customer to show, and the fact that counts it.
KINDS = {"photo": "photos", "video": "videos", "receipt": "receipts"}


class EvidenceSchema(Strict):
    """What the customer has to show before the clause speaks."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    at_least = WholeNumber(load_default=1, validate=validate.Range(1, 20))
    within_days = WholeNumber(load_default=None, validate=validate.Range(1, 365))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Evidence:
        """Build the value."""
        return Evidence(
            fact=KINDS[data["kind"]],
            at_least=data["at_least"],
            within_days=data["within_days"],
        )


class RuleSchema(Strict):
    """What clauses and limits share: an outcome with its words."""

    id = rule_id()
    text = texts()
    then = fields.Enum(Outcome, by_value=True, required=True)
    ground = fields.Enum(Ground, by_value=True)
    offer = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def check_refusal(self, data: dict[str, Any], **_: Any) -> None:
        """Ask a refusal for its words and ground, and anything else for neither."""
        declines = data["then"] is Outcome.DECLINE
        errors: dict[str, Any] = {}
        if declines and "ground" not in data:
            errors["ground"] = ["a refusal needs a ground"]
        if declines and "en" not in data["text"]:
            errors["text"] = {"en": ["a refusal needs its words, in English at least"]}
        if not declines and "ground" in data:
            errors["ground"] = ["only a refusal has `ground`; leave it out"]
        if data["then"] is Outcome.REVIEW and "offer" in data:
            errors["offer"] = ["a review has no `offer`; leave it out"]
        if errors:
            raise ValidationError(errors)


class ClauseSchema(RuleSchema):
    """One named rule."""

    when = ConditionField(required=True)
    evidence = fields.List(
        fields.Nested(EvidenceSchema),
        load_default=list,
        validate=validate.Length(max=5),
    )
    refund = fields.Nested(RefundTermsSchema)

    @validates_schema
    def check_approval(self, data: dict[str, Any], **_: Any) -> None:
        """Keep evidence and refund for clauses that approve."""
        if data["then"] is Outcome.APPROVE:
            return
        given = [name for name in ("evidence", "refund") if data.get(name)]
        if given:
            why = "only a clause that approves has it; leave it out"
            raise ValidationError({name: [why] for name in given})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Clause:
        """Build and compile the clause."""
        return _clause(data, data["when"])


class LimitSchema(RuleSchema):
    """How much one customer may send back, or be given, within some days."""

    counts = fields.String(
        required=True, validate=validate.OneOf(("returns", "items", "offers"))
    )
    within_days = WholeNumber(required=True, validate=validate.Range(1, 3650))
    at_most = WholeNumber(required=True, validate=validate.Range(0, 10_000))
    when = ConditionField(load_default=None)

    @validates_schema
    def check_limit(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a limit that approves: what is within it, the clauses decide."""
        if data["then"] is Outcome.APPROVE:
            raise ValidationError({"then": ["a limit ends in `review` or `decline`"]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Clause:
        """Build the clause that speaks once the limit was reached before."""
        fact = f"customer_{data['counts']}_in_{data['within_days']}_days"
        reached = Test(fact=fact, operator=Operator.AT_LEAST, value=data["at_most"])
        when: Condition = reached
        if data["when"] is not None:
            when = All((data["when"], reached))
        return _clause(data, when)


def _clause(data: dict[str, Any], when: Condition) -> Clause:
    return Clause(
        id=data["id"],
        when=when,
        then=data["then"],
        texts=tuple(data["text"].items()),
        ground=data.get("ground"),
        offers=data.get("offer", True),
        evidence=tuple(data.get("evidence", ())),
        refund=data.get("refund"),
    )
