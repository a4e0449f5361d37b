"""The schema of a law pack; what the engine does not read is checked all the same."""

from __future__ import annotations

from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    validate,
    validates,
    validates_schema,
)

from plugin.schemas.fault import FaultSchema, LateDeliverySchema
from plugin.schemas.law_fields import Day, MoneySchema, sentence, texts
from plugin.schemas.provision import ChangeOfMindSchema
from plugin.schemas.strict import Strict, WholeNumber

_REGION = validate.Regexp(r"[A-Z0-9]{1,3}\Z", error="give an ISO 3166-2 part")


class InForceSchema(Strict):
    """From when the pack speaks (null: for every day), and its latest change."""

    since = Day(required=True, allow_none=True)
    latest = sentence(required=True)


class ScopeSchema(Strict):
    """Which sales the pack is about."""

    b2c_only = fields.Boolean(required=True)
    channel = fields.String(validate=validate.OneOf(("distance", "any")))
    # Orders of no more than this are outside the right to change one's mind.
    min_order = fields.Nested(MoneySchema, allow_none=True, load_default=None)


class SourceSchema(Strict):
    """Where the law was read."""

    id = sentence(required=True)
    what = sentence(required=True)
    url = fields.Url(required=True, schemes={"https", "http"})


class EvidenceSchema(Strict):
    """How well each value is known; what is in no list is from memory."""

    text = texts()
    page = texts()
    secondary = texts()


class RegionRuleSchema(Strict):
    """A region whose own rule was not read, and what is thought of it."""

    code = fields.String(required=True, validate=_REGION)
    name = sentence(required=True)
    why = sentence(required=True)


class LawSchema(Strict):
    """One jurisdiction's pack, merged with what it inherits."""

    schema = WholeNumber(required=True, validate=validate.Equal(1))
    id = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z", error="use ISO 3166"),
    )
    name = sentence(required=True)
    inherits = sentence(allow_none=True)
    applies_to = texts()
    regions = fields.List(fields.String(validate=_REGION), load_default=list)
    regions_for_a_person = fields.List(
        fields.Nested(RegionRuleSchema), load_default=list
    )
    checked = Day(required=True)
    in_force = fields.Nested(InForceSchema, required=True)
    # Read by the layers, before the pack is merged.
    earlier = fields.List(fields.Raw())
    scope = fields.Nested(ScopeSchema, required=True)
    change_of_mind = fields.Nested(ChangeOfMindSchema, required=True)
    fault = fields.Nested(FaultSchema, required=True)
    late_delivery = fields.Nested(
        LateDeliverySchema, allow_none=True, load_default=None
    )
    penalty = sentence()
    final_sale = sentence()
    sources = fields.List(fields.Nested(SourceSchema), required=True)
    evidence = fields.Nested(EvidenceSchema, required=True)
    notes = texts()

    @validates("applies_to")
    def check_countries(self, value: list[str], **_: Any) -> None:
        """Ask for country codes, so that a bare NO read as false is noticed."""
        if any(len(code) != 2 or not code.isupper() for code in value):
            raise ValidationError("use ISO 3166-1 codes, each in quotes")

    @validates_schema
    def check_sources(self, data: dict[str, Any], **_: Any) -> None:
        """Ask whoever claims evidence where it was found."""
        if any(data["evidence"].values()) and not data["sources"]:
            raise ValidationError({"sources": ["name where the evidence was read"]})
