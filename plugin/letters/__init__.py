"""Letters: a decision in the words that the customer reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from plugin.case import Letter
from plugin.letters.facts import deciding_fact
from plugin.letters.fitting import (
    LIMIT,
    Draft,
    LetterTooLong,
    Reasons,
    fitted,
    fitted_by_hand,
)
from plugin.letters.offers import said_offers
from plugin.letters.voice import Sentence, Voice
from plugin.letters.windows import window_marks
from plugin.policy.decision import Decision, Ground
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer
from plugin.policy.terms import Terms
from plugin.words import FALLBACK, Words, clean, fill, read_words

__all__ = ["LIMIT", "LetterTooLong", "Letters"]

# What tells that Chinese is written in traditional characters.
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


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
            traditional = _TRADITIONAL & set(rest) and "hans" not in rest
            language = "zh-TW" if traditional else "zh-CN"
        if language == "pt":
            language = "pt-BR"
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

        The merchant's own sentences come first. What does not fit is left out, least
        needed first and never a reason; raises `LetterTooLong` when code and contact
        leave no room for all of them.
        """
        words = self._words[self.language_for(locale)]
        own = terms.policy.words.get(words.language, {})
        reasons = _each_once(self._reasons(decision, facts, terms, words))
        coded, others = said_offers(offers, code, words)
        draft = Draft(
            lead=_lead(decision, reasons),
            reasons=reasons,
            version=clean(decision.policy_version),
            titles=tuple(clean(verdict.title) for verdict in decision.lines),
            fact=deciding_fact(decision, facts, terms.policy, words),
            coded=coded,
            offers=others,
            contact=clean(terms.contact),
            return_name=clean(return_name),
        )
        text = fitted(draft, Voice(words=words, own=own))
        return Letter(language=words.language, text=text)

    def by_hand(
        self,
        words: str,
        ground: Ground,
        contact: str,
        *,
        locale: str | None,
        return_name: str,
    ) -> Letter:
        """Put a person's words for a refusal between ours, within the same limit.

        The way to a person always stays; raises `LetterTooLong` when it does not fit.
        """
        own = self._words[self.language_for(locale)]
        named = Sentence(f"grounds.{ground.value}")
        # The other ground's sentence quotes the policy, which a person does not.
        lead = Sentence("declined") if ground is Ground.OTHER else named
        text = fitted_by_hand(
            lead,
            clean(words),
            clean(contact),
            clean(return_name),
            Voice(words=own, own={}),
        )
        return Letter(language=own.language, text=text)

    def _reasons(
        self, decision: Decision, facts: Facts, terms: Terms, words: Words
    ) -> Iterator[str | Sentence]:
        """Quote each deciding clause; one without the language is said in our words.

        Where only the merchant's words tell the reason, they are quoted as they are.
        """
        lines = {line.id: line for line in facts.lines}
        for verdict in decision.lines:
            language, text = _in_language(dict(verdict.texts), words.language)
            ours = f"reasons.{(verdict.ground or Ground.OTHER).value}"
            if language != words.language and ours in words.sentences:
                yield Sentence(ours)
                continue
            # The window is written in the language of the clause around it.
            own = self._words.get(language, self._words[FALLBACK])
            marks = window_marks(facts, lines[verdict.line_id], terms.policy, own)
            yield clean(fill(text, marks)).rstrip(".。")


def _each_once(reasons: Iterator[str | Sentence]) -> Reasons:
    """Leave out a reason that was given already."""
    return tuple({str(reason): reason for reason in reasons}.values())


def _lead(decision: Decision, reasons: Reasons) -> Sentence:
    """Begin with the ground, unless our own sentences say it after that."""
    if any(isinstance(reason, str) for reason in reasons):
        return Sentence(f"grounds.{(decision.ground or Ground.OTHER).value}")
    return Sentence("declined")


def _in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Pick a clause's words with the language they are in."""
    for wanted in (language, FALLBACK):
        if texts.get(wanted):
            return wanted, texts[wanted]
    return next(iter(texts.items()))
