"""Facts as a document: only what is known has to be there, the rest is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

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
from plugin.schemas.amounts import DayField
from plugin.schemas.fact_fields import (
    CountryField,
    MomentField,
    RegionField,
    WordsField,
    count,
    flag,
    money,
    share,
    text,
)
from plugin.schemas.proofs import PROOFS
from plugin.schemas.strict import Errors, Strict, WholeNumber, flatten

_MAX_LINES = 250
_MAX_PAST = 10_000


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


class PlaceSchema(Strict):
    """A country and, where known, its region."""

    country = CountryField(required=True)
    region = RegionField(allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Place:
        """Build the value."""
        return Place(**data)


class PastSchema(Strict):
    """One earlier return, or one earlier offer."""

    on = DayField(required=True)
    items = WholeNumber(load_default=1, validate=validate.Range(1))
    value = money()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Past:
        """Build the value."""
        return Past(**data)


def _history() -> fields.List[Any]:
    return fields.List(
        fields.Nested(PastSchema),
        allow_none=True,
        validate=validate.Length(max=_MAX_PAST),
    )


class LineSchema(Strict):
    """One item of a return."""

    id = fields.String(validate=validate.Length(1, 255))
    title = fields.String(load_default="Item", validate=validate.Length(1, 255))
    quantity = WholeNumber(load_default=1, validate=validate.Range(1))
    reason = text()
    note_tells_fault = flag()
    price = money()
    discount_percent = share()
    product_tags = WordsField(allow_none=True)
    product_type = text()
    vendor = text()
    gift_card = flag()
    fulfilled_on = DayField(allow_none=True)
    fulfilled_at = MomentField(allow_none=True)
    delivered_on = DayField(allow_none=True)
    delivered_at = MomentField(allow_none=True)
    possessed_by = DayField(allow_none=True)
    returnable = count()
    asked_before = text()
    repair_days = count()
    condition = WordsField(CONDITIONS, allow_none=True)
    used_percent = share()
    photos = count()
    videos = count()
    receipts = count()
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
    awaiting_delivery = flag()
    promised_on = DayField(allow_none=True)
    informed_on = DayField(allow_none=True)
    order_tags = WordsField(allow_none=True)
    order_cancelled = flag()
    order_total = money()
    channel = text()
    payment_methods = WordsField(allow_none=True)
    business = flag()
    delivery_refused = flag()
    return_method = fields.String(
        allow_none=True, validate=validate.OneOf(sorted(METHODS))
    )
    customer_known = flag()
    customer_tags = WordsField(allow_none=True)
    customer_orders = count()
    customer_returns = count()
    returns_before = _history()
    offers_before = _history()
    shop_offers_today = count()
    dispute_open = flag()
    fraud_suspected = flag()
    opted_out = flag()
    complete = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    practice = WordsField(frozenset(PRACTICE), load_default=frozenset)
    lacking = WordsField(frozenset(PRACTICE), load_default=frozenset)

    @validates_schema
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a request that comes before its order."""
        if data["requested_on"] < data["ordered_on"]:
            why = "the request comes before the order; check both days"
            raise ValidationError({"requested_on": [why]})

    @validates_schema
    def check_lines(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an id that an earlier line has."""
        ids = [line.id for line in _numbered(data["lines"])]
        twice = [n for n, id in enumerate(ids) if id in ids[:n]]
        if twice:
            raise ValidationError(
                {"lines": {n: {"id": [f"`{ids[n]}` is already used"]} for n in twice}}
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Facts:
        """Build the value; lines without an id are numbered."""
        for name in ("lines", "places", "returns_before", "offers_before"):
            if data.get(name) is not None:
                data[name] = tuple(data[name])
        data["lines"] = _numbered(data["lines"])
        return Facts(**data)


def _numbered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Name the lines that have no name by their number."""
    return tuple(
        line if line.id else replace(line, id=f"line-{number}")
        for number, line in enumerate(lines, start=1)
    )
