"""Fields that the schemas of a law pack share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from plugin.policy.money import Money
from plugin.schemas.strict import Strict, WholeNumber

DAYS = validate.Range(0, 400)
MONTHS = validate.Range(1, 120)
PERCENT = validate.Range(0, 100)
DAY_TYPES = ("calendar", "business")
PAYERS = ("consumer", "consumer_if_told", "trader", "each_own", "unclear")

_TEXT = validate.Length(min=1)
_AMOUNT = r"\d{1,9}(\.\d{1,3})?\Z"


class Day(fields.Field[date]):
    """A date as YAML reads it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if type(value) is not date:
            raise ValidationError("give a date as 2026-01-31")
        return value


class MoneySchema(Strict):
    """An amount in one currency; the amount in quotes, so that it stays exact."""

    amount = fields.String(required=True, validate=validate.Regexp(_AMOUNT))
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Money:
        """Build the value."""
        return Money(amount=Decimal(data["amount"]), currency=data["currency"])


def sentence(**options: Any) -> fields.String:
    """A text that is not empty."""
    return fields.String(validate=_TEXT, **options)


def texts() -> fields.List[str]:
    """A list of texts, none of them empty."""
    return fields.List(sentence(), load_default=list)


def one_of(*choices: str) -> fields.String:
    """One of a few words, or null."""
    return fields.String(
        validate=validate.OneOf(choices), allow_none=True, load_default=None
    )


def count(limit: validate.Range) -> WholeNumber:
    """A whole number within a limit, or null."""
    return WholeNumber(validate=limit, allow_none=True, load_default=None)


def names(choices: tuple[str, ...], **options: Any) -> fields.List[str]:
    """A list of at least one of the names."""
    return fields.List(
        fields.String(validate=validate.OneOf(choices)),
        validate=validate.Length(min=1),
        **options,
    )
