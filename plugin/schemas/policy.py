"""The one schema of a policy document, for files, forms, imports and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    post_load,
    validate,
    validates,
    validates_schema,
)

from plugin.policy.clauses import Clause
from plugin.policy.decision import Ground, Outcome
from plugin.policy.terms import Clock, CodeOffer, Policy, Window
from plugin.schemas.condition import ConditionField
from plugin.schemas.strict import Errors, Strict, WholeNumber, flatten

MAX_CLAUSES = 100
MAX_TEXT = 160
MAX_NAME = 80

_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_PLACEHOLDERS = ("{window_days}", "{window_start}")


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
    try:
        loaded = PolicySchema().load(document)
    except ValidationError as error:
        raise BadPolicy(flatten(error.messages)) from error
    return Policy(version=version, **loaded)


def check_text(text: str) -> None:
    """Refuse a sentence that is blank, too long, or has an unknown placeholder."""
    # The platform may count either way, so both counts must fit.
    if max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2) > MAX_TEXT:
        raise ValidationError(f"write at most {MAX_TEXT} characters")
    if not any(character.isalnum() for character in text):
        raise ValidationError("write a sentence for the customer")
    for placeholder in _PLACEHOLDERS:
        text = text.replace(placeholder, "")
    if set("{}") & set(text):
        raise ValidationError(f"the placeholders are {' and '.join(_PLACEHOLDERS)}")


class WindowSchema(Strict):
    """How long goods are taken back."""

    days = WholeNumber(required=True, validate=validate.Range(0, 3650))
    starts = fields.Enum(Clock, by_value=True, load_default=Clock.DELIVERED)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Window:
        """Build the value."""
        return Window(**data)


class CodeSchema(Strict):
    """A discount code that goes with a refusal."""

    percent = WholeNumber(required=True, validate=validate.Range(1, 100))
    expires_after_days = WholeNumber(required=True, validate=validate.Range(1, 365))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CodeOffer:
        """Build the value."""
        return CodeOffer(**data)


class OffersSchema(Strict):
    """The remedies that a policy offers."""

    code = fields.Nested(CodeSchema, load_default=None)


class ClauseSchema(Strict):
    """One named rule."""

    id = fields.String(
        required=True,
        validate=[
            validate.Length(max=64),
            validate.Regexp(_ID + r"\Z", error="use kebab-case, as `in-time`"),
        ],
    )
    text = fields.Dict(
        keys=fields.String(validate=validate.Regexp(_LANGUAGE + r"\Z")),
        values=fields.String(validate=check_text),
        load_default=dict,
        validate=validate.Length(max=50),
    )
    when = ConditionField(required=True)
    then = fields.Enum(Outcome, by_value=True, required=True)
    ground = fields.Enum(Ground, by_value=True)
    offer = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def check_refusal(self, data: dict[str, Any], **_: Any) -> None:
        """Ask a refusal for its words and ground, and anything else for neither."""
        declines = data["then"] is Outcome.DECLINE
        errors: dict[str, Any] = {}
        if declines and "ground" not in data:
            errors["ground"] = ["a refusal needs a ground"]
        if declines and "en" not in data["text"]:
            errors["text"] = {"en": ["a refusal needs its words, in English at least"]}
        for name in () if declines else ("ground", "offer"):
            if name in data:
                errors[name] = [f"only a refusal has `{name}`; leave it out"]
        if errors:
            raise ValidationError(errors)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Clause:
        """Build and compile the clause."""
        return Clause(
            id=data["id"],
            when=data["when"],
            then=data["then"],
            texts=tuple(data["text"].items()),
            ground=data.get("ground"),
            offers=data.get("offer", True),
        )


class PolicySchema(Strict):
    """One version of a shop's return policy."""

    schema = WholeNumber(required=True, validate=validate.Equal(1))
    name = fields.String(required=True, validate=validate.Length(1, MAX_NAME))
    window = fields.Nested(WindowSchema, required=True)
    clauses = fields.List(
        fields.Nested(ClauseSchema),
        required=True,
        validate=validate.Length(max=MAX_CLAUSES),
    )
    offers = fields.Nested(OffersSchema, load_default=dict)
    default = fields.Enum(Outcome, by_value=True, load_default=Outcome.REVIEW)

    @validates("default")
    def check_default(self, value: Outcome, **_: Any) -> None:
        """Refuse a default that refuses: silence is never a no."""
        if value is Outcome.DECLINE:
            raise ValidationError("use `approve` or `review`; silence is never a no")

    @validates_schema
    def check_ids(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an id that an earlier clause has."""
        ids = [clause.id for clause in data["clauses"]]
        twice = {i: id for i, id in enumerate(ids) if id in ids[:i]}
        if twice:
            found = {i: {"id": [f"`{id}` is already used"]} for i, id in twice.items()}
            raise ValidationError({"clauses": found})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Shape the document as the policy's fields."""
        return {
            "name": data["name"],
            "window": data["window"],
            "clauses": tuple(data["clauses"]),
            "default": data["default"],
            "offer": data["offers"].get("code"),
        }
