"""The schema of the right to change one's mind."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from plugin.policy.days import CountFrom, EndRoll
from plugin.policy.facts import PRACTICE
from plugin.policy.provisions import Act, Right, Start
from plugin.schemas.law_fields import (
    DAY_TYPES,
    DAYS,
    MONTHS,
    PAYERS,
    count,
    names,
    one_of,
    sentence,
)
from plugin.schemas.proofs import CODES, PROOFS
from plugin.schemas.refund import RefundSchema
from plugin.schemas.strict import Strict, WholeNumber

# The practice that takes a right away, by the kind of right it is said of.
UNLESS = {
    Right.STATUTORY_WAIVABLE: "waived_by",
    Right.IF_NOT_POSTED: "posted_by",
    Right.IF_DISCLOSURE_FAILED: "disclosed_by",
}

_WITH_PERIOD = (Right.STATUTORY, Right.STATUTORY_WAIVABLE, Right.IF_NOT_POSTED)
_PROTECTIVE = ("end_roll", "before_delivery", "not_informed")


class ExceptionSchema(Strict):
    """A case that a right does not cover, and what must be proven for it."""

    code = fields.String(required=True, validate=validate.OneOf(CODES))
    needs = names((*sorted(PROOFS), *PRACTICE), required=True)
    cite = sentence(required=True)


class LateCopySchema(Strict):
    """The days from the order for a customer whose copy of the contract came late."""

    after_days = WholeNumber(required=True, validate=DAYS)
    days = WholeNumber(required=True, validate=DAYS)


class ExtensionSchema(Strict):
    """A longer period where the shop cannot prove that it informed."""

    needs = names(PRACTICE, required=True)
    months = count(MONTHS)
    days = count(DAYS)
    restart_days = count(DAYS)
    endless = fields.Boolean(load_default=False)
    extend = sentence(required=True)
    days_max = count(DAYS)
    late_copy = fields.Nested(LateCopySchema, load_default=None, allow_none=True)
    cite = sentence(required=True)

    @validates_schema
    def check_end(self, data: dict[str, Any], **_: Any) -> None:
        """Ask for one end at most; with none, nobody knows it."""
        ends = (data["months"], data["days"], data["endless"] or None)
        if sum(end is not None for end in ends) > 1:
            why = "give one of `months`, `days` and `endless`"
            raise ValidationError({"months": [why]})


class ChangeOfMindSchema(Strict):
    """The right to send goods back without a reason."""

    right = fields.Enum(Right, by_value=True, required=True)
    cite = sentence(required=True)
    days = count(DAYS)
    day_type = one_of(*DAY_TYPES)
    starts = fields.Enum(Start, by_value=True, load_default=Start.LAST_ITEM_DELIVERED)
    count_from = fields.Enum(CountFrom, by_value=True, load_default=None)
    end_roll = fields.Enum(EndRoll, by_value=True, load_default=EndRoll.NONE)
    # Reg 1182/71 art 3(5) and its like: so many working days at least.
    working_days = count(DAYS)
    act = fields.Enum(Act, by_value=True, allow_none=True, load_default=None)
    before_delivery = fields.Boolean(load_default=False)
    not_informed = fields.Nested(ExtensionSchema, load_default=None, allow_none=True)
    goods_condition = one_of(
        "deduct_value_loss",
        "unused",
        "intact",
        "original_state",
        "original_package",
        "none",
    )
    exceptions = fields.List(fields.Nested(ExceptionSchema), load_default=list)
    contract_out = one_of("void", "by_displayed_term", "by_consumer_confirmation")
    posting_rule = sentence()
    waived_by = names(PRACTICE)
    posted_by = names(PRACTICE)
    disclosed_by = names(PRACTICE)
    web_shops = one_of("named", "unclear")
    return_freight = one_of(*PAYERS)
    send_back_days = count(DAYS)
    refund = fields.Nested(RefundSchema, allow_none=True, load_default=None)

    @validates_schema(pass_original=True)
    def check_period(
        self, data: dict[str, Any], original: dict[str, Any], **_: Any
    ) -> None:
        """Ask a right that has a period for all of it, and no right for none.

        What protects the customer must be written down, `null` where the statute has
        none: a key that was forgotten would make the law look harsher than it is.
        """
        right, days = data["right"], data["days"]
        needed = right in _WITH_PERIOD or days is not None
        names = ("days", "starts", "count_from") if needed else ()
        empty = [name for name in names if not original.get(name)]
        forgotten = [name for name in _needed(right) if name not in original]
        if right is Right.NONE and days is not None:
            raise ValidationError({"days": ["there is no right to have a period"]})
        if empty or forgotten:
            why = "a right with a period needs it; give it from the statute"
            raise ValidationError({name: [why] for name in (*empty, *forgotten)})

    @validates_schema
    def check_practice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse practice that this kind of right does not hang on."""
        other = [n for kind, n in UNLESS.items() if kind is not data["right"]]
        wrong = [name for name in other if name in data]
        if data["web_shops"] and data["right"] is not Right.IF_NOT_POSTED:
            wrong.append("web_shops")
        if wrong:
            why = f"`{data['right'].value}` does not hang on it; leave it out"
            raise ValidationError({name: [why] for name in wrong})

    @validates_schema
    def check_codes(self, data: dict[str, Any], **_: Any) -> None:
        """Ask each exception for a name of its own."""
        codes = [exception["code"] for exception in data["exceptions"]]
        if len(set(codes)) < len(codes):
            raise ValidationError({"exceptions": ["give each code once"]})


def _needed(right: Right) -> tuple[str, ...]:
    """Name what a right must say for itself beside its length."""
    if right in (Right.STATUTORY, Right.STATUTORY_WAIVABLE):
        return _PROTECTIVE
    return _PROTECTIVE[:1] if right is Right.IF_NOT_POSTED else ()
