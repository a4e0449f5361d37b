"""Fitting: the parts of a refusal, and what of them is left out to fit the limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from plugin.letters.voice import Sentence, Voice
from plugin.ports import Refused
from plugin.words import length, shortened

# The platform's limit for the note of a refusal.
LIMIT = 500

_SHORT_TITLE = 24
_SHORT_NAME = 20
_SHORT_VERSION = 14
# A reason cut shorter than this tells nothing.
_SHORTEST_REASON = 40
# The number of a version without its digest.
_SHORTEST_VERSION = 8


class LetterTooLong(Refused):
    """More reasons than the platform takes beside code and contact; a person writes."""

    code = "letter_too_long"


# The merchant's words, to be quoted, or a sentence of our own.
Reasons = tuple[str | Sentence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The parts of a refusal; `offers` are those that come without a code."""

    lead: Sentence
    reasons: Reasons
    version: str
    titles: tuple[str, ...]
    fact: Sentence | None
    coded: Sentence | None
    offers: tuple[Sentence, ...]
    contact: str
    return_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """One way to write a draft: what is said, in order."""

    thanks: Sentence | None
    items: Sentence | None
    lead: Sentence
    quotes: tuple[Sentence, ...]
    fact: Sentence | None
    coded: Sentence | None
    offers: tuple[Sentence, ...]
    human: Sentence

    def said(self, voice: Voice) -> str:
        before = (self.thanks, self.items, self.lead)
        after = (self.fact, self.coded, *self.offers, self.human)
        said = (voice.say(one) for one in (*before, *self.quotes, *after) if one)
        return voice.words.sentences["between"].join(said)


def fitted(draft: Draft, voice: Voice) -> str:
    """Give the fullest form that fits; reasons, code and way to a person always stay.

    Before anything is left out, the merchant's sentences give way to shorter ones.
    """
    brief = replace(voice, brief=True)
    form = _full(draft, voice)
    for change in ({}, *_cuts(draft, voice)):
        form = replace(form, **change)
        for text in (form.said(voice), form.said(brief)):
            if length(text) <= LIMIT:
                return text
    raise LetterTooLong(
        "the reasons do not fit into one letter; say them in fewer words, and shorten"
        " the contact to at most 120 characters"
    )


def fitted_by_hand(
    lead: Sentence, words: str, contact: str, return_name: str, voice: Voice
) -> str:
    """Give the fullest form that fits around a person's own words."""
    name = shortened(return_name, _SHORT_NAME)
    human = Sentence("human", {"contact": contact, "return_name": name})
    short = Sentence("human_short", {"contact": contact})
    between = voice.words.sentences["between"]
    thanks = Sentence("thanks")
    forms: tuple[tuple[tuple[Sentence, ...], Sentence], ...] = (
        ((thanks, lead), human),
        ((lead,), human),
        ((lead,), short),
        ((), short),
    )
    for before, after in forms:
        said = [*(voice.say(one) for one in before), words, voice.say(after)]
        text = between.join(said)
        if length(text) <= LIMIT:
            return text
    raise LetterTooLong("the words do not fit into one letter; say it in fewer words")


def _full(draft: Draft, voice: Voice) -> _Form:
    longest = max(len(title) for title in draft.titles)
    name = shortened(draft.return_name, _SHORT_NAME)
    return _Form(
        thanks=Sentence("thanks"),
        items=_items(draft, longest, voice),
        lead=draft.lead,
        quotes=_quotes(draft, draft.reasons),
        fact=draft.fact,
        coded=draft.coded,
        offers=draft.offers,
        human=Sentence("human", {"contact": draft.contact, "return_name": name}),
    )


def _cuts(draft: Draft, voice: Voice) -> Iterator[dict[str, Any]]:
    """Say step by step what changes, least needed first."""
    yield {"thanks": None}
    yield {"items": _items(draft, _SHORT_TITLE, voice)}
    yield {"items": None}
    yield {"offers": draft.offers[: 0 if draft.coded else 1]}
    yield {"fact": None}
    yield {"lead": Sentence("declined")}
    yield {"human": Sentence("human_short", {"contact": draft.contact})}
    if draft.coded is not None:
        name = f"{draft.coded.name}_short"
        yield {"coded": Sentence(name, draft.coded.values)}
    yield {"offers": ()}
    yield {"quotes": _quotes(draft, draft.reasons, _SHORTEST_VERSION)}
    for reasons in _evenly_shortened(draft.reasons):
        yield {"quotes": _quotes(draft, reasons, _SHORTEST_VERSION)}


def _evenly_shortened(reasons: Reasons) -> Iterator[Reasons]:
    """Cut the longest quotes first, as long as each still tells something else."""
    quoted = [len(reason) for reason in reasons if isinstance(reason, str)]
    for most in range(max(quoted, default=0) - 1, _SHORTEST_REASON - 1, -1):
        cut = tuple(
            shortened(reason, most) if isinstance(reason, str) else reason
            for reason in reasons
        )
        if len(set(map(str, cut))) < len(reasons):
            return
        yield cut


def _quotes(
    draft: Draft, reasons: Reasons, longest: int = _SHORT_VERSION
) -> tuple[Sentence, ...]:
    version = draft.version
    if longest < len(version):
        version = shortened(version.partition("-")[0] or version, longest)
    return tuple(
        Sentence("quote", {"text": reason, "version": version})
        if isinstance(reason, str)
        else Sentence(reason.name, {"version": version})
        for reason in reasons
    )


def _items(draft: Draft, longest: int, voice: Voice) -> Sentence | None:
    if len(draft.titles) < 2:
        return None
    titles = (shortened(title, longest) for title in draft.titles)
    comma = voice.words.sentences["comma"]
    return Sentence("items", {"items": comma.join(titles)})
