"""The schema of a law pack; what the engine does not read is checked all the same."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates

from plugin.policy.terms import LawPack
from plugin.schemas.provision import ChangeOfMindSchema, FaultSchema, sentence
from plugin.schemas.strict import Strict, WholeNumber

_REGION = r"[A-Z0-9]{1,3}\Z"


class Day(fields.Field[date]):
    """A date as YAML reads it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if type(value) is not date:
            raise ValidationError("give a date as 2026-01-31")
        return value


def _texts() -> fields.List[str]:
    return fields.List(sentence(), load_default=list)


class InForceSchema(Strict):
    """From when the pack speaks, and its latest known change."""

    since = Day(required=True)
    latest = sentence(required=True)


class ScopeSchema(Strict):
    """Which sales the pack is about."""

    b2c_only = fields.Boolean(required=True)
    channel = fields.String(validate=validate.OneOf(("distance", "any")))
    min_order = WholeNumber(validate=validate.Range(0), allow_none=True)


class SourceSchema(Strict):
    """Where the law was read."""

    id = sentence(required=True)
    what = sentence(required=True)
    url = fields.Url(required=True, schemes={"https", "http"})


class EvidenceSchema(Strict):
    """How well each value is known; what is in no list is from memory."""

    text = _texts()
    page = _texts()
    secondary = _texts()


class LawSchema(Strict):
    """One jurisdiction's pack."""

    schema = WholeNumber(required=True, validate=validate.Equal(1))
    id = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z", error="use ISO 3166"),
    )
    name = sentence(required=True)
    inherits = sentence(allow_none=True)
    applies_to = _texts()
    regions_for_a_person = fields.List(
        fields.String(
            validate=validate.Regexp(_REGION, error="give an ISO 3166-2 part")
        ),
        load_default=list,
    )
    checked = Day(required=True)
    in_force = fields.Nested(InForceSchema, required=True)
    scope = fields.Nested(ScopeSchema, required=True)
    change_of_mind = fields.Nested(ChangeOfMindSchema, required=True)
    fault = fields.Nested(FaultSchema, required=True)
    late_delivery = sentence()
    penalty = sentence()
    final_sale = sentence()
    sources = fields.List(
        fields.Nested(SourceSchema), required=True, validate=validate.Length(min=1)
    )
    evidence = fields.Nested(EvidenceSchema, required=True)
    notes = _texts()

    @validates("applies_to")
    def check_countries(self, value: list[str], **_: Any) -> None:
        """Ask for country codes, so that a bare NO read as false is noticed."""
        if any(len(code) != 2 or not code.isupper() for code in value):
            raise ValidationError("use ISO 3166-1 codes, each in quotes")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LawPack:
        """Build the value."""
        return LawPack(
            id=data["id"],
            name=data["name"],
            checked_on=data["checked"],
            since=data["in_force"]["since"],
            change_of_mind=data["change_of_mind"],
            fault=data["fault"],
            regions_for_a_person=frozenset(data["regions_for_a_person"]),
            notes=tuple(data["notes"]),
        )
