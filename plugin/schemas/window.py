"""Windows and seasons in a policy document."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from plugin.policy.clauses import ALWAYS, Guard
from plugin.policy.terms import Clock, Season, Window, WindowRule
from plugin.schemas.amounts import DayField, SeasonDayField, one_of_these
from plugin.schemas.condition import ConditionField
from plugin.schemas.names import rule_id
from plugin.schemas.strict import Strict, WholeNumber

_LENGTHS = ("days", "hours", "until")


class WindowSchema(Strict):
    """How long goods are taken back: days, hours, or until a day."""

    days = WholeNumber(validate=validate.Range(0, 3650))
    hours = WholeNumber(validate=validate.Range(1, 8760))
    until = DayField()
    starts = fields.Enum(Clock, by_value=True, load_default=Clock.DELIVERED)

    @validates_schema
    def check_length(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for exactly one length; hours need a moment to start from."""
        if one_of_these(data, *_LENGTHS) == "hours" and data["starts"] is Clock.ORDERED:
            why = "hours run from `delivered` or `fulfilled`; use days from the order"
            raise ValidationError({"starts": [why]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Window | WindowRule:
        """Build the value."""
        return Window(**data)


class WindowRuleSchema(WindowSchema):
    """A window of its own for the items that a condition picks."""

    id = rule_id()
    when = ConditionField(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Window | WindowRule:
        """Build and compile the rule."""
        id, when = data.pop("id"), data.pop("when")
        return WindowRule(id=id, guard=Guard(when), window=Window(**data))


class SeasonSchema(Strict):
    """More time for orders of a season, or for some customers."""

    id = rule_id()
    when = ConditionField()
    ordered_from = SeasonDayField()
    ordered_to = SeasonDayField()
    add_days = WholeNumber(validate=validate.Range(1, 3650))
    until = SeasonDayField()
    starts_on = SeasonDayField()

    @validates_schema
    def check_season(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for both ends of a season, of one kind, and for what it gives."""
        one_of_these(data, "add_days", "until", "starts_on")
        ends = [data[name] for name in ("ordered_from", "ordered_to") if name in data]
        if len(ends) == 1:
            raise ValidationError("give both `ordered_from` and `ordered_to`")
        if len({isinstance(end, tuple) for end in ends}) > 1:
            raise ValidationError('give both ends as dates, or both as "11-01"')
        if ends and not isinstance(ends[0], tuple) and ends[0] > ends[1]:
            raise ValidationError({"ordered_to": ["give a day after `ordered_from`"]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Season:
        """Build and compile the season."""
        when = data.pop("when", None)
        return Season(guard=ALWAYS if when is None else Guard(when), **data)
