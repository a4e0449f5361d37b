"""The schemas of a pack's two provisions: change of mind, and fault."""

from __future__ import annotations

from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from plugin.policy.days import CountFrom, EndRoll, Span
from plugin.policy.facts import PRACTICE
from plugin.policy.terms import (
    ChangeOfMind,
    Extension,
    Fault,
    Right,
    Start,
    StatutoryException,
)
from plugin.schemas.proofs import PROOFS
from plugin.schemas.strict import Strict, WholeNumber

_DAYS = validate.Range(0, 400)
_MONTHS = validate.Range(1, 120)
_WITH_PERIOD = (Right.STATUTORY, Right.IF_NOT_POSTED)
_PROTECTIVE = ("end_roll", "before_delivery", "not_informed")
_FACT = validate.Regexp(r"[a-z0-9]+(_[a-z0-9]+)*\Z", error="use snake_case")
_TEXT = validate.Length(min=1)
_DAY_TYPES = ("calendar", "business")
_PAYERS = ("consumer", "consumer_if_told", "trader", "each_own", "unclear")
_CREDIT = ("opt_in", "buyer_option", "unclear")


def sentence(**options: Any) -> fields.String:
    """A text that is not empty."""
    return fields.String(validate=_TEXT, **options)


def _one_of(*choices: str) -> fields.String:
    return fields.String(validate=validate.OneOf(choices), allow_none=True)


def _needed(right: Right) -> tuple[str, ...]:
    """Name what a right must say for itself beside its length."""
    if right is Right.STATUTORY:
        return _PROTECTIVE
    return _PROTECTIVE[:1] if right is Right.IF_NOT_POSTED else ()


def _count(limit: validate.Range) -> WholeNumber:
    return WholeNumber(validate=limit, allow_none=True, load_default=None)


class RefundSchema(Strict):
    """How money goes back; kept for people, not read by the engine yet."""

    days = _count(_DAYS)
    day_type = _one_of(*_DAY_TYPES)
    clock = sentence()
    withhold_until = _one_of("goods_or_proof")
    outbound_freight = _one_of("standard_rate", "full", "unclear")
    method = sentence()
    store_credit = _one_of(*_CREDIT)
    fee = _one_of("forbidden", "allowed", "unclear")


class ExceptionSchema(Strict):
    """A case that a right does not cover, and what must be proven for it."""

    code = fields.String(required=True, validate=_FACT)
    needs = fields.List(
        fields.String(validate=validate.OneOf(sorted(PROOFS))),
        required=True,
        validate=validate.Length(min=1),
    )
    cite = sentence(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> StatutoryException:
        """Build the value."""
        needs = frozenset(data["needs"])
        return StatutoryException(code=data["code"], needs=needs, cites=data["cite"])


class ExtensionSchema(Strict):
    """A longer period where the shop cannot prove that it informed."""

    needs = fields.List(
        fields.String(validate=validate.OneOf(PRACTICE)),
        required=True,
        validate=validate.Length(min=1),
    )
    months = _count(_MONTHS)
    extend = sentence(required=True)
    days_max = _count(_DAYS)
    cite = sentence(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Extension:
        """Build the value."""
        needs = frozenset(data["needs"])
        return Extension(needs=needs, months=data["months"], cites=data["cite"])


class ChangeOfMindSchema(Strict):
    """The right to send goods back without a reason."""

    right = fields.Enum(Right, by_value=True, required=True)
    cite = sentence(required=True)
    days = _count(_DAYS)
    day_type = _one_of(*_DAY_TYPES)
    starts = fields.Enum(Start, by_value=True)
    count_from = fields.Enum(CountFrom, by_value=True)
    end_roll = fields.Enum(EndRoll, by_value=True, load_default=EndRoll.NONE)
    act = _one_of("notice_sent", "notice_received", "goods_returned")
    before_delivery = fields.Boolean(load_default=False)
    not_informed = fields.Nested(ExtensionSchema, load_default=None, allow_none=True)
    goods_condition = _one_of(
        "deduct_value_loss",
        "unused",
        "intact",
        "original_state",
        "original_package",
        "none",
    )
    exceptions = fields.List(fields.Nested(ExceptionSchema), load_default=list)
    contract_out = _one_of("void", "by_displayed_term", "by_consumer_confirmation")
    posting_rule = sentence()
    return_freight = _one_of(*_PAYERS)
    send_back_days = _count(_DAYS)
    refund = fields.Nested(RefundSchema)

    @validates_schema(pass_original=True)
    def check_period(
        self, data: dict[str, Any], original: dict[str, Any], **_: Any
    ) -> None:
        """Ask a right that has a period for all of it, and no right for none.

        What protects the customer must be written down, `null` where the statute has
        none: a key that was forgotten would make the law look harsher than it is.
        """
        empty = [n for n in ("days", "starts", "count_from") if not data.get(n)]
        empty = empty if data["right"] in _WITH_PERIOD else []
        forgotten = [name for name in _needed(data["right"]) if name not in original]
        if empty or forgotten:
            why = "a right with a period needs it; give it from the statute"
            raise ValidationError({name: [why] for name in (*empty, *forgotten)})
        if data["right"] is Right.NONE and data["days"] is not None:
            raise ValidationError({"days": ["there is no right to have a period"]})
        # The engine counts calendar days only; business days would be too short.
        if data.get("day_type") == "business":
            raise ValidationError(
                {"day_type": ["business days cannot be counted yet; use `doubtful`"]}
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ChangeOfMind:
        """Build the value."""
        return ChangeOfMind(
            right=data["right"],
            cites=data["cite"],
            span=_span(data),
            starts=data.get("starts", Start.LAST_ITEM_DELIVERED),
            before_delivery=data["before_delivery"],
            exceptions=tuple(data["exceptions"]),
            not_informed=data["not_informed"],
        )


def _span(data: dict[str, Any]) -> Span | None:
    if data["days"] is None or "count_from" not in data:
        return None
    return Span(
        days=data["days"], count_from=data["count_from"], end_roll=data["end_roll"]
    )


class FaultSchema(Strict):
    """What is owed for goods that are faulty or not what was ordered."""

    right = fields.Enum(Right, by_value=True, required=True)
    cite = sentence(required=True)
    guarantee_months = _count(_MONTHS)
    guarantee_may_be_longer = fields.Boolean(load_default=False)
    burden_on_trader_months = _count(_MONTHS)
    reject_days = _count(_DAYS)
    prompt_days = _count(_DAYS)
    repair_deadline_days = _count(_DAYS)
    extension_after_repair_months = _count(_MONTHS)
    first_remedy = _one_of(
        "repair_or_replace", "consumer_choice", "trader_choice_if_minor", "refund"
    )
    refund_when = sentence()
    return_freight = _one_of(*_PAYERS)
    refund = fields.Nested(RefundSchema)
    final_sale_defeats = fields.String(
        required=True, validate=validate.OneOf(("never", "needs_human"))
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Fault:
        """Build the value; a guarantee whose end is open has no months."""
        open_end = data["guarantee_may_be_longer"]
        return Fault(
            right=data["right"],
            cites=data["cite"],
            guarantee_months=None if open_end else data["guarantee_months"],
            burden_on_trader_months=data["burden_on_trader_months"],
            reject_days=data["reject_days"],
            prompt_days=data["prompt_days"],
            final_sale_needs_person=data["final_sale_defeats"] == "needs_human",
        )
