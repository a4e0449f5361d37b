"""Wording: sentences of the letters that a merchant puts in other words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

from plugin.schemas.strict import unknown_name

Read = TypeVar("Read")
Wording = dict[str, dict[str, str]]

MAX_SENTENCE = 200

_EUROPEAN = ("de", "en", "es", "fr", "it", "nl", "pt-BR")
LANGUAGES = (*_EUROPEAN, "ja", "ko", "zh-CN", "zh-TW")

# The placeholders of the built-in sentences, and the sentences that have them. Parts of
# sentences are not listed: they fill a clause, and it must not grow by them.
_BY_MARKS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((), ("thanks", "declined")),
    ((), ("grounds.FINAL_SALE", "grounds.RETURN_PERIOD_ENDED", "grounds.OTHER")),
    ((), ("facts.final_sale", "facts.gift_card", "facts.item_condition")),
    (("items",), ("items",)),
    (("text", "version"), ("quote",)),
    (("version",), ("reasons.FINAL_SALE", "reasons.RETURN_PERIOD_ENDED")),
    (("start", "asked"), ("facts.period_delivered", "facts.period_fulfilled")),
    (("start", "asked"), ("facts.period_ordered",)),
    (("end", "asked"), ("facts.period_until",)),
    (("cites",), ("facts.exception",)),
    (("value",), ("facts.days_since_delivery", "facts.hours_since_delivery")),
    (("value",), ("facts.days_since_fulfillment", "facts.hours_since_fulfillment")),
    (("value",), ("facts.days_since_order", "facts.product_type", "facts.vendor")),
    (("value",), ("facts.country", "facts.channel", "facts.price")),
    (("value",), ("facts.discount_percent",)),
    (("percent", "code", "day"), ("offers.code", "offers.code_short")),
    (("amount", "code", "day"), ("offers.code_amount", "offers.code_amount_short")),
    (("code", "day"), ("offers.free_shipping", "offers.free_shipping_short")),
    (("day", "value"), ("offers.store_credit", "offers.keep_item")),
    (("day", "value", "percent"), ("offers.store_credit_bonus",)),
    (("day",), ("offers.exchange",)),
    (("contact", "return_name"), ("human",)),
    (("contact",), ("human_short",)),
)
MARKS = {name: marks for marks, names in _BY_MARKS for name in names}

# A letter without these would hide its reason, its code or the way to a person.
_NEEDED = frozenset({"text", "code", "contact"})
# Of an offer nothing may be hidden: what it gives, by which code, until which day.
_OFFERS = "offers."

_MARK = re.compile(r"\{([a-z_]+)\}")
# Marks that turn the direction of writing, and kinds of characters that print nothing.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})


class WordingField(fields.Field[Wording]):
    """The merchant's sentences by language and name; each with its own placeholders."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Wording:
        return _each(value, LANGUAGES, _read_language)


def check_sentence(name: str, text: object) -> str:
    """Refuse a sentence that cannot stand in a letter; `ValidationError` says why."""
    if not isinstance(text, str) or not any(c.isalnum() for c in text):
        raise ValidationError("write a sentence for the customer")
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    # The platform may count either way, so both counts must fit.
    if max(len(text), units) > MAX_SENTENCE:
        raise ValidationError(f"write at most {MAX_SENTENCE} characters")
    if any(c in _TURNS or unicodedata.category(c) in _UNPRINTED for c in text):
        raise ValidationError("write one line, without control characters")
    _check_marks(MARKS[name], _needed(name), text)
    return text


def _needed(name: str) -> frozenset[str]:
    marks = frozenset(MARKS[name])
    return marks if name.startswith(_OFFERS) else marks & _NEEDED


def _check_marks(marks: tuple[str, ...], needed: frozenset[str], text: str) -> None:
    rest = _MARK.sub(lambda mark: "" if mark[1] in marks else mark[0], text)
    if set("{}") & set(rest):
        listed = ", ".join(f"{{{mark}}}" for mark in marks) or "none; leave braces out"
        raise ValidationError(f"the placeholders of this sentence are {listed}")
    kept = {mark[1] for mark in _MARK.finditer(text)}
    missing = [f"{{{mark}}}" for mark in marks if mark in needed - kept]
    if missing:
        raise ValidationError(f"keep {' and '.join(missing)} in this sentence")


def _read_language(_language: str, value: object) -> dict[str, str]:
    return _each(value, MARKS, check_sentence)


def _each(
    value: object, known: Collection[str], read: Callable[[str, object], Read]
) -> dict[str, Read]:
    """Read a mapping of known names; every fault is told by its name."""
    if not isinstance(value, dict):
        raise ValidationError("give a mapping of names")
    found: dict[str, Read] = {}
    errors: dict[str, Any] = {}
    for name, inner in value.items():
        try:
            if name not in known:
                raise ValidationError(unknown_name(name, known))
            found[name] = read(name, inner)
        except ValidationError as error:
            errors[str(name)] = error.messages
    if errors:
        raise ValidationError(errors)
    return found
