"""The one schema of a policy document, for files, forms, imports and the API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    post_load,
    validate,
    validates,
    validates_schema,
)

from plugin.policy.decision import Outcome
from plugin.policy.remedies import PLAIN_REFUND
from plugin.policy.terms import Policy
from plugin.schemas.clause import ClauseSchema, LimitSchema
from plugin.schemas.names import MAX_NAME
from plugin.schemas.offer import OfferSchema
from plugin.schemas.settling import FeeSchema, RefundTermsSchema
from plugin.schemas.size import check_size
from plugin.schemas.strict import Errors, Strict, WholeNumber, flatten
from plugin.schemas.upgrade import VERSION, upgraded
from plugin.schemas.window import SeasonSchema, WindowRuleSchema, WindowSchema
from plugin.schemas.wording import WordingField

MAX_CLAUSES = 100
MAX_RULES = 50

# Every list of rules with ids; one id means one rule in the whole document.
_RULES = ("limits", "clauses", "windows", "seasons", "fees", "offers")


class BadPolicy(ValueError):
    """A policy document that cannot be used; `errors` names each path and why."""

    code = "bad_policy"

    def __init__(self, errors: Errors) -> None:
        """Keep the errors by path; the message lists them all."""
        self.errors = errors
        listed = "; ".join(f"{path}: {', '.join(why)}" for path, why in errors.items())
        super().__init__(f"the policy cannot be used: {listed}")


def parse_policy(document: Mapping[str, Any], *, version: str) -> Policy:
    """Read a policy document; raises `BadPolicy` with every fault by its path."""
    # What is no mapping at all is for the schema to refuse.
    current = upgraded(document) if isinstance(document, Mapping) else document
    try:
        check_size(current)
        loaded = _schema().load(current)
    except ValidationError as error:
        raise BadPolicy(flatten(error.messages)) from error
    return Policy(version=version, **loaded)


@cache
def _schema() -> PolicySchema:
    """Make it once: to bind its fields takes longer than to read a document."""
    return PolicySchema()


def _rules(
    schema: type[Strict], most: int = MAX_RULES, **options: Any
) -> fields.List[Any]:
    return fields.List(
        fields.Nested(schema), validate=validate.Length(max=most), **options
    )


class PolicySchema(Strict):
    """One version of a shop's return policy."""

    schema = WholeNumber(required=True, validate=validate.Equal(VERSION))
    name = fields.String(required=True, validate=validate.Length(1, MAX_NAME))
    window = fields.Nested(WindowSchema, required=True)
    windows = _rules(WindowRuleSchema, load_default=list)
    seasons = _rules(SeasonSchema, load_default=list)
    limits = _rules(LimitSchema, load_default=list)
    clauses = _rules(ClauseSchema, MAX_CLAUSES, required=True)
    fees = _rules(FeeSchema, load_default=list)
    refund = fields.Nested(RefundTermsSchema, load_default=PLAIN_REFUND)
    offers = _rules(OfferSchema, load_default=list)
    words = WordingField(load_default=dict)
    default = fields.Enum(Outcome, by_value=True, load_default=Outcome.REVIEW)

    @validates("default")
    def check_default(self, value: Outcome, **_: Any) -> None:
        """Refuse a default that refuses: silence is never a no."""
        if value is Outcome.DECLINE:
            raise ValidationError("use `approve` or `review`; silence is never a no")

    @validates_schema
    def check_ids(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an id that an earlier rule has."""
        used: set[str] = set()
        errors: dict[str, Any] = {}
        for name in _RULES:
            for position, rule in enumerate(data[name]):
                if rule.id in used:
                    why = {"id": [f"`{rule.id}` is already used"]}
                    errors.setdefault(name, {})[position] = why
                used.add(rule.id)
        if errors:
            raise ValidationError(errors)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Shape the document as the policy's fields."""
        del data["schema"]
        return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
