"""Facts as a document: only what is known has to be there, the rest is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from babel import Locale
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from plugin.policy.facts import (
    CONDITIONS,
    METHODS,
    PRACTICE,
    Facts,
    Line,
    Past,
    Place,
)
from plugin.schemas.amounts import FIRST_YEAR, LAST_YEAR, DayField, PaidSchema
from plugin.schemas.proofs import PROOFS
from plugin.schemas.strict import Errors, Strict, WholeNumber, flatten, unknown_name

_COUNT = validate.Range(0)
_SHARE = validate.Range(0, 100)
_MAX_LINES = 250
_COUNTRIES = frozenset(map(str, Locale("en").territories))


class BadFacts(ValueError):
    """A facts document that cannot be used; `errors` names each path and why."""

    code = "bad_facts"

    def __init__(self, errors: Errors) -> None:
        """Keep the errors by path; the message lists them all."""
        self.errors = errors
        listed = "; ".join(f"{path}: {', '.join(why)}" for path, why in errors.items())
        super().__init__(f"the facts cannot be used: {listed}")


def parse_facts(document: Mapping[str, Any]) -> Facts:
    """Read a facts document; raises `BadFacts` with every fault by its path."""
    try:
        facts: Facts = FactsSchema().load(document)
    except ValidationError as error:
        raise BadFacts(flatten(error.messages)) from error
    return facts


class MomentField(fields.Field[datetime]):
    """A moment with its offset: 2026-11-05T10:00:00Z."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            moment = value if isinstance(value, datetime) else None
            moment = moment or datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not _of_our_time(moment):
            raise ValidationError("give a moment as 2026-11-05T10:00:00Z")
        return moment.astimezone(UTC)


def _of_our_time(moment: datetime) -> bool:
    return FIRST_YEAR <= moment.year <= LAST_YEAR


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


def _flag() -> fields.Boolean:
    return fields.Boolean(allow_none=True, truthy={True}, falsy={False})


def _count() -> WholeNumber:
    return WholeNumber(allow_none=True, validate=_COUNT)


def _share() -> WholeNumber:
    return WholeNumber(allow_none=True, validate=_SHARE)


def _text(longest: int = 255) -> fields.String:
    return fields.String(allow_none=True, validate=validate.Length(1, longest))


def _money() -> fields.Nested:
    return fields.Nested(PaidSchema, allow_none=True)


class PlaceSchema(Strict):
    """A country and, where known, its region."""

    country = fields.String(required=True)
    region = _text(3)

    @validates_schema
    def check_country(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for a code of ISO 3166-1."""
        if data["country"] not in _COUNTRIES:
            why = f"`{data['country']}` is no country; give a code such as DE"
            raise ValidationError({"country": [why]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Place:
        """Build the value."""
        return Place(**data)


class PastSchema(Strict):
    """One earlier return, or one earlier offer."""

    on = DayField(required=True)
    items = WholeNumber(load_default=1, validate=validate.Range(1))
    value = _money()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Past:
        """Build the value."""
        return Past(**data)


class LineSchema(Strict):
    """One item of a return."""

    id = fields.String(validate=validate.Length(1, 255))
    title = fields.String(load_default="Item", validate=validate.Length(1, 255))
    quantity = WholeNumber(load_default=1, validate=validate.Range(1))
    reason = _text()
    note_tells_fault = _flag()
    price = _money()
    discount_percent = _share()
    product_tags = WordsField(allow_none=True)
    product_type = _text()
    vendor = _text()
    gift_card = _flag()
    fulfilled_on = DayField(allow_none=True)
    fulfilled_at = MomentField(allow_none=True)
    delivered_on = DayField(allow_none=True)
    delivered_at = MomentField(allow_none=True)
    possessed_by = DayField(allow_none=True)
    returnable = _count()
    asked_before = _text()
    repair_days = _count()
    condition = WordsField(CONDITIONS, allow_none=True)
    used_percent = _share()
    photos = _count()
    videos = _count()
    receipts = _count()
    proven = WordsField(PROOFS, load_default=frozenset)
    disproven = WordsField(PROOFS, load_default=frozenset)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Line:
        """Build the value; a moment tells its day where no day is given."""
        for event in ("fulfilled", "delivered"):
            moment = data.get(f"{event}_at")
            if moment is not None:
                data.setdefault(f"{event}_on", moment.date())
        return Line(id=data.pop("id", ""), **data)


class FactsSchema(Strict):
    """One request, as far as it is known."""

    requested_on = DayField(required=True)
    requested_at = MomentField(allow_none=True)
    decided_on = DayField(allow_none=True)
    ordered_on = DayField(required=True)
    ordered_at = MomentField(allow_none=True)
    lines = fields.List(
        fields.Nested(LineSchema),
        required=True,
        validate=validate.Length(1, _MAX_LINES),
    )
    places = fields.List(
        fields.Nested(PlaceSchema), load_default=list, validate=validate.Length(max=4)
    )
    last_delivered_on = DayField(allow_none=True)
    awaiting_delivery = _flag()
    promised_on = DayField(allow_none=True)
    informed_on = DayField(allow_none=True)
    order_tags = WordsField(allow_none=True)
    order_cancelled = _flag()
    order_total = _money()
    channel = _text()
    payment_methods = WordsField(allow_none=True)
    business = _flag()
    delivery_refused = _flag()
    return_method = fields.String(
        allow_none=True, validate=validate.OneOf(sorted(METHODS))
    )
    customer_known = _flag()
    customer_tags = WordsField(allow_none=True)
    customer_orders = _count()
    customer_returns = _count()
    returns_before = fields.List(fields.Nested(PastSchema), allow_none=True)
    offers_before = fields.List(fields.Nested(PastSchema), allow_none=True)
    shop_offers_today = _count()
    dispute_open = _flag()
    fraud_suspected = _flag()
    opted_out = _flag()
    complete = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    practice = WordsField(frozenset(PRACTICE), load_default=frozenset)
    lacking = WordsField(frozenset(PRACTICE), load_default=frozenset)

    @validates_schema
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a request that comes before its order."""
        if data["requested_on"] < data["ordered_on"]:
            why = "the request comes before the order; check both days"
            raise ValidationError({"requested_on": [why]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Facts:
        """Build the value; lines without an id are numbered."""
        for name in ("lines", "places", "returns_before", "offers_before"):
            if data.get(name) is not None:
                data[name] = tuple(data[name])
        data["lines"] = tuple(
            line if line.id else replace(line, id=f"line-{number}")
            for number, line in enumerate(data["lines"], start=1)
        )
        return Facts(**data)
