"""Fields of a facts document: each may be null, which says that it is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from babel import Locale
from marshmallow import ValidationError, fields, validate

from plugin.schemas.amounts import FIRST_YEAR, LAST_YEAR, PaidSchema
from plugin.schemas.strict import WholeNumber, unknown_name

_COUNTRIES = frozenset(map(str, Locale("en").territories))


class MomentField(fields.Field[datetime]):
    """A moment with its offset: 2026-11-05T10:00:00Z."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            moment = value if isinstance(value, datetime) else None
            moment = moment or datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValidationError("give a moment as 2026-11-05T10:00:00Z")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            said = f"give a moment from {FIRST_YEAR} to {LAST_YEAR}"
            raise ValidationError(f"{said}, such as 2026-11-05T10:00:00Z")
        return moment.astimezone(UTC)


class WordsField(fields.Field[frozenset[str]]):
    """A list of words, in small letters; of known ones where they are given."""

    def __init__(self, known: frozenset[str] | None = None, **options: Any) -> None:
        """Take these words only, or any."""
        super().__init__(**options)
        self.known = known

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(w, str) for w in value):
            raise ValidationError("give a list of words")
        words = frozenset(word.strip().lower() for word in value)
        odd = sorted(words - self.known) if self.known is not None else []
        if odd:
            raise ValidationError(unknown_name(odd[0], self.known or ()))
        return words


class RegionField(fields.Field[str]):
    """A region's code of up to three letters, whichever they are; kept in capitals."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= 3:
            raise ValidationError("give the code of a region, such as CA")
        return value.strip().upper()


class CountryField(fields.Field[str]):
    """A country's code of ISO 3166-1, in whichever letters; kept in capitals."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        code = value.strip().upper() if isinstance(value, str) else None
        if code not in _COUNTRIES:
            raise ValidationError(f"`{value}` is no country; give a code such as DE")
        return code


def flag() -> fields.Boolean:
    """Take true or false."""
    return fields.Boolean(allow_none=True, truthy={True}, falsy={False})


def count() -> WholeNumber:
    """Take a number from 0 on."""
    return WholeNumber(allow_none=True, validate=validate.Range(0))


def share() -> WholeNumber:
    """Take a part of a hundred."""
    return WholeNumber(allow_none=True, validate=validate.Range(0, 100))


def text(longest: int = 255) -> fields.String:
    """Take a text of up to so many characters."""
    return fields.String(allow_none=True, validate=validate.Length(1, longest))


def money() -> fields.Nested:
    """Take what was paid."""
    return fields.Nested(PaidSchema, allow_none=True)
