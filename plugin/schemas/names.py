"""Names and words in documents: ids of rules, languages, sentences for the customer."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

MAX_TEXT = 160
MAX_NAME = 80

_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
PLACEHOLDERS = ("{window_days}", "{window_start}", "{window_hours}", "{window_end}")
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))


def rule_id(**options: Any) -> fields.String:
    """Name a rule, in kebab-case."""
    return fields.String(
        required=True,
        validate=[
            validate.Length(max=64),
            validate.Regexp(_ID + r"\Z", error="use kebab-case, as `in-time`"),
        ],
        **options,
    )


def texts() -> fields.Dict:
    """One sentence per language."""
    return fields.Dict(
        keys=fields.String(
            validate=validate.Regexp(
                _LANGUAGE + r"\Z",
                error="use the code of a language, such as `en` or `pt-BR`",
            )
        ),
        values=fields.String(validate=check_text),
        load_default=dict,
        validate=validate.Length(max=50),
    )


def check_text(text: str) -> None:
    """Refuse a sentence that is blank, too long, or has an unknown placeholder."""
    # The platform may count either way, so both counts must fit.
    if max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2) > MAX_TEXT:
        raise ValidationError(f"write at most {MAX_TEXT} characters")
    if not any(character.isalnum() for character in text):
        raise ValidationError("write a sentence for the customer")
    # In one pass, so that no placeholder is made of what stood around another.
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        raise ValidationError(f"the placeholders are {', '.join(PLACEHOLDERS)}")
