"""Words: one language's sentences, dates and amounts, read from a file of messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from plugin.documents import OwnLoader
from plugin.policy.money import Money

FALLBACK = "en"

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# Line breaks, control characters, marks that turn the direction of writing, and halves
# of characters.
_UNFIT = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)


class BadMessages(ValueError):
    """A file of words that cannot be used; the message says which and what to do."""

    code = "bad_messages"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language's sentences by dotted name, with its way to write days and rates."""

    language: str
    locale: Locale
    sentences: Mapping[str, str]

    def say(self, name: str, **values: str) -> str:
        """Fill the named sentence."""
        return fill(self.sentences[name], values)

    def day(self, day: date) -> str:
        """Write a day out."""
        written = format_date(day, format="long", locale=self.locale)
        # French counts the first of a month, which the locale data leaves out.
        first = self.locale.language == "fr" and day.day == 1
        return written.replace("1 ", "1er ", 1) if first else written

    def percent(self, percent: int) -> str:
        """Write a rate."""
        return format_percent(Decimal(percent) / 100, locale=self.locale)

    def money(self, money: Money) -> str:
        """Write an amount, with as many decimals as its currency is paid in."""
        pattern = copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (money.exponent, money.exponent)
        return format_currency(
            money.amount,
            money.currency,
            format=pattern,
            locale=self.locale,
            currency_digits=False,
        )


def read_words(folder: Path) -> dict[str, Words]:
    """Read a folder of messages; `BadMessages` where a language lacks a sentence."""
    words = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    if FALLBACK not in words:
        raise BadMessages(
            f"`{FALLBACK}.yaml` is missing; every language falls back on it"
        )
    for language, own in words.items():
        odd = sorted(set(own.sentences) ^ set(words[FALLBACK].sentences))
        if odd:
            raise BadMessages(
                f"`{language}.yaml` and `{FALLBACK}.yaml` must have the same sentences;"
                f" they differ in {', '.join(odd)}"
            )
    return words


def fill(sentence: str, values: Mapping[str, str]) -> str:
    """Replace the given `{name}` marks in one pass; every other mark stays as it is."""
    return _PLACEHOLDER.sub(lambda mark: values.get(mark[1], mark[0]), sentence)


def clean(text: str) -> str:
    """Make foreign text one line of plain text."""
    return _UNFIT.sub(" ", text).strip()


def length(text: str) -> int:
    """Measure a text, in characters or in UTF-16 units, whichever is more."""
    return max(len(text), len(text.encode("utf-16-le")) // 2)


def shortened(text: str, longest: int) -> str:
    """Cut a text to a length and mark the cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _read(path: Path) -> Words:
    document = yaml.load(path.read_text("utf-8"), Loader=OwnLoader)
    try:
        locale = Locale.parse(document.pop("locale"))
    except (AttributeError, KeyError, ValueError, UnknownLocaleError) as error:
        raise BadMessages(f"`{path.name}` needs a `locale`, as `locale: de`") from error
    return Words(language=path.stem, locale=locale, sentences=dict(_flat(document)))


def _flat(document: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in document.items():
        name = f"{path}.{key}".lstrip(".")
        found += _flat(value, name) if isinstance(value, dict) else [(name, value)]
    return found
