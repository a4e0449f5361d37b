"""Letters: a decision in the words that the customer reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plugin.case import Letter
from plugin.policy.catalogue import window_start
from plugin.policy.decision import Decision, Ground, LineVerdict
from plugin.policy.facts import Facts, Line
from plugin.policy.offers import Offer, Remedy
from plugin.policy.terms import Terms
from plugin.words import FALLBACK, Words, clean, fill, length, read_words, shortened

# The platform's limit for the note of a refusal.
LIMIT = 500

_SHORT_TITLE = 24
_SHORT_NAME = 20
_SHORT_VERSION = 14
# What a clause read that may be said; tags and past returns stay with the shop.
_TOLD = (
    "days_since_delivery",
    "days_since_fulfillment",
    "days_since_order",
    "product_type",
    "vendor",
    "country",
)


class LetterTooLong(ValueError):
    """A code and contact that leave no room for a reason."""

    code = "letter_too_long"


class Letters:
    """The words of every language, ready to write."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        """Keep the words by language."""
        self._words = dict(words)

    @classmethod
    def load(cls, folder: Path) -> Letters:
        """Read every language; raises `BadMessages` when one lacks a sentence."""
        return cls(read_words(folder))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be written."""
        return tuple(sorted(self._words))

    def language_for(self, locale: str | None) -> str:
        """Pick the language for a customer's locale; English where there is none."""
        language, *rest = (locale or "").replace("_", "-").lower().split("-")
        if language == "zh":
            # Traditional script has no words of its own yet.
            traditional = {"hant", "tw", "hk", "mo"} & set(rest) and "hans" not in rest
            language = FALLBACK if traditional else "zh-CN"
        return language if language in self._words else FALLBACK

    def decline(
        self,
        decision: Decision,
        facts: Facts,
        terms: Terms,
        offers: tuple[Offer, ...],
        code: str | None,
        *,
        locale: str | None,
        return_name: str,
    ) -> Letter:
        """Write a refusal that fits the limit: reason, code and a way to a person.

        What does not fit is left out, least needed first; raises `LetterTooLong`
        when code and contact leave no room for a reason.
        """
        words = self._words[self.language_for(locale)]
        draft = _Draft(
            words=words,
            lead=words.sentences[f"grounds.{(decision.ground or Ground.OTHER).value}"],
            reasons=self._reasons(decision, terms, words.language),
            version=shortened(clean(decision.policy_version), _SHORT_VERSION),
            titles=tuple(clean(verdict.title) for verdict in decision.lines),
            fact=_shared_fact(decision, facts, terms, words),
            offer=_offer(offers, code, words),
            human=_human(terms.contact, return_name, words),
        )
        return Letter(language=words.language, text=draft.fitted())

    def _reasons(
        self, decision: Decision, terms: Terms, language: str
    ) -> tuple[str, ...]:
        """Quote each deciding clause once, in the customer's language if it can."""
        chosen = (_in_language(dict(v.texts), language) for v in decision.lines)
        filled = (clean(self._filled(text, own, terms)) for own, text in chosen)
        return tuple(dict.fromkeys(text.rstrip(".。") for text in filled))

    def _filled(self, text: str, language: str, terms: Terms) -> str:
        """Fill the window into a clause's words, in the language they are in."""
        window = terms.policy.window
        words = self._words.get(language, self._words[FALLBACK])
        start = words.sentences[f"starts.{window.starts.value}"]
        return fill(text, {"window_days": str(window.days), "window_start": start})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    """The parts of a refusal before they are made to fit."""

    words: Words
    lead: str
    reasons: tuple[str, ...]
    version: str
    titles: tuple[str, ...]
    fact: str
    offer: str
    human: str

    def fitted(self) -> str:
        """Give the fullest form that fits; code and way to a person always stay."""
        for form in self._forms():
            if length(form) <= LIMIT:
                return form
        raise LetterTooLong("shorten the contact to at most 120 characters")

    def _forms(self) -> Iterator[str]:
        lead, fact, reasons = self.lead, self.fact, self.reasons
        thanks, plain = self.words.sentences["thanks"], self.words.sentences["declined"]
        items = self._items(max(len(title) for title in self.titles))
        yield self._form(thanks, items, lead, reasons, fact)
        yield self._form("", items, lead, reasons, fact)
        yield self._form("", self._items(_SHORT_TITLE), lead, reasons, fact)
        yield self._form("", "", lead, reasons, fact)
        yield self._form("", "", lead, reasons, "")
        for count in range(len(reasons), 0, -1):
            yield self._form("", "", plain, reasons[:count], "")
        # A reason within its limit is never cut; one that is longer still speaks.
        for cut in range(len(reasons[0]) - 1, _SHORT_TITLE, -1):
            yield self._form("", "", plain, (shortened(reasons[0], cut),), "")

    def _form(
        self, thanks: str, items: str, lead: str, reasons: tuple[str, ...], fact: str
    ) -> str:
        quotes = [self._quote(reason) for reason in reasons]
        parts = [thanks, items, lead, *quotes, fact, self.offer, self.human]
        return self.words.sentences["between"].join(part for part in parts if part)

    def _quote(self, reason: str) -> str:
        return self.words.say("quote", text=reason, version=self.version)

    def _items(self, longest: int) -> str:
        if len(self.titles) < 2:
            return ""
        titles = self.words.sentences["comma"].join(
            shortened(title, longest) for title in self.titles
        )
        return self.words.say("items", items=titles)


def _in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Pick a clause's words with the language they are in."""
    for wanted in (language, FALLBACK):
        if texts.get(wanted):
            return wanted, texts[wanted]
    return next(iter(texts.items()))


def _shared_fact(decision: Decision, facts: Facts, terms: Terms, words: Words) -> str:
    """Say the fact that decided, where it is the same for all lines."""
    lines = {line.id: line for line in facts.lines}
    said = {
        _fact(verdict, lines[verdict.line_id], facts, terms, words)
        for verdict in decision.lines
    }
    return said.pop() if len(said) == 1 else ""


def _fact(
    verdict: LineVerdict, line: Line, facts: Facts, terms: Terms, words: Words
) -> str:
    read = {name: value for name, value in verdict.decided_by.read if value is not None}
    start = window_start(facts, line, terms.policy.window)
    if verdict.law.exception is not None:
        return words.say("facts.exception", cites=clean(verdict.law.cites or ""))
    if "days_past_window" in read and start is not None:
        name = f"facts.period_{terms.policy.window.starts.value}"
        asked = words.day(facts.requested_on)
        return words.say(name, start=words.day(start), asked=asked)
    if verdict.ground is Ground.FINAL_SALE and "product_tags" in read:
        return words.sentences["facts.final_sale"]
    if read.get("gift_card") is True:
        return words.sentences["facts.gift_card"]
    told = next((name for name in _TOLD if name in read), None)
    if told is None:
        return ""
    # As the shop writes it, not in the small letters of the comparison.
    value = clean(str(getattr(line, told, None) or read[told]))
    if told == "country":
        value = words.locale.territories.get(value, value)
    return words.say(f"facts.{told}", value=value)


def _offer(offers: tuple[Offer, ...], code: str | None, words: Words) -> str:
    offer = next((offer for offer in offers if offer.remedy is Remedy.CODE), None)
    if offer is None or code is None:
        return ""
    percent, day = words.percent(offer.percent), words.day(offer.ends_on)
    return words.say("offers.code", code=clean(code), percent=percent, day=day)


def _human(contact: str, return_name: str, words: Words) -> str:
    name = shortened(clean(return_name), _SHORT_NAME)
    return words.say("human", contact=clean(contact), return_name=name)
