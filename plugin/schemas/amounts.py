"""Amounts, rates and days in documents: exact, and never a float."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from plugin.policy.money import BadMoney, Money
from plugin.policy.terms import SeasonDay, YearDay
from plugin.schemas.strict import Strict

_LARGEST = Decimal(1_000_000_000)
_PLACES = 4
# Shops that sell at a distance, and far beyond any season.
FIRST_YEAR, LAST_YEAR = 1970, 2200
_FAR = f"give a day from {FIRST_YEAR} to {LAST_YEAR}, such as 2026-01-31"


class AmountField(fields.Field[str]):
    """A decimal number in quotes, so that no reader makes a float of it."""

    def __init__(self, *, free: bool = False, **options: Any) -> None:
        """Take amounts above 0; what is `free` may be 0 too."""
        super().__init__(**options)
        self.free = free

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        number = exact(value)
        if number >= _LARGEST or (number == 0 and not self.free):
            raise ValidationError("give an amount above 0, below a thousand million")
        return str(number)


class MoneySchema(Strict):
    """An amount of one currency."""

    amount = AmountField(required=True)
    currency = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Z]{3}\Z", error="use a code such as EUR"),
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Money:
        """Build the value; more decimals than the currency has are refused."""
        try:
            money = Money.of(data["amount"], data["currency"])
        except BadMoney as error:
            raise ValidationError({"amount": [str(error)]}) from error
        if (
            Money.of(
                str(Decimal(money.minor).scaleb(-money.exponent)), money.currency
            ).amount
            != money.amount
        ):
            why = f"{money.currency} has {money.exponent} decimals"
            raise ValidationError({"amount": [why]})
        return money


class PaidSchema(MoneySchema):
    """What was paid, which may be nothing."""

    amount = AmountField(free=True, required=True)


class PercentField(fields.Field[Decimal]):
    """A rate from 0 to 100, whole or in quotes: 15, or "1.75"."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        number = exact(value)
        if not 0 < number <= 100:
            raise ValidationError("give a percentage above 0, at most 100")
        return number


def exact(value: object) -> Decimal:
    """Read an exact number; `ValidationError` for floats, flags and other text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValidationError('give a number, with decimals in quotes: "5.95"')
    text = str(value)
    if text.startswith("-"):
        raise ValidationError("give an amount without a minus; nothing is below 0")
    digits = text.replace(".", "", 1)
    if not digits.isascii() or not digits.isdigit() or len(text) > 20:
        raise ValidationError('give a number, with decimals in quotes: "5.95"')
    number = Decimal(text)
    if -int(number.as_tuple().exponent) > _PLACES:
        raise ValidationError(f"give at most {_PLACES} decimals")
    return number


class DayField(fields.Field[date]):
    """A date, as YAML reads it or as text: 2026-01-31."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        return _date(value)


class SeasonDayField(fields.Field[SeasonDay]):
    """A date, or a day of every year in quotes: 2026-11-01 or "11-01"."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> SeasonDay:
        if isinstance(value, str) and len(value) == 5 and value[2] == "-":
            # 2000 was a leap year, so that 29 February is a day too.
            day = _date(f"2000-{value}")
            return YearDay(day.month, day.day)
        return _date(value)


def _date(value: object) -> date:
    """Read a date of our time; days far off would run out of the calendar."""
    day = value if type(value) is date else None
    try:
        if isinstance(value, str) and len(value) == 10:
            day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_FAR if day is not None else "give a date as 2026-01-31")
    return day


def one_of_these(data: Mapping[str, Any], *names: str) -> str:
    """Name the one of several keys that is given; `ValidationError` for 0 or more."""
    given = [name for name in names if data.get(name) is not None]
    if len(given) != 1:
        listed = ", ".join(f"`{name}`" for name in names)
        raise ValidationError(f"give exactly one of {listed}")
    return given[0]
