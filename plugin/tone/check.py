"""Tone: reads a text as its customer would and says what not to send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from plugin.tone.folding import Folded, fold, undisguised
from plugin.tone.lists import FOUND, WANTED, Lists, ListsByLanguage
from plugin.tone.remark import Remark, remark
from plugin.tone.shouting import Span, loud_capitals, loud_marks

_Found = tuple[Span, str]

# Not the merchant's words: placeholders, addresses.
_FOREIGN = re.compile(
    r"\{[a-z_]+\}|https?://[!-~]+"
    r"|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    re.IGNORECASE | re.ASCII,
)
_PERSON_OR_OFFER = re.compile(r"\{(?:contact|code)\}|https?://\S|\S@\S")
_QUOTED_REASON = re.compile(r"\{text\}")
_MASKED = re.compile(
    r"(?<![\w*#])[^\W\d_]+(?:[*#]+[^\W\d_][\w*#]*|[*#]{2,}\w+)",
)
_TITLE_MARKS = re.compile(r"《[^》]{1,40}》|『[^』]{1,40}』")
_QUOTATION = re.compile(r"[\"“„«「]\s?([^\"“”„«»「」\n]{1,60}?)\s?[\"”“»」]")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_TITLE = 6


class Tone:
    """The word lists of all languages, ready to be asked."""

    def __init__(self, lists: Mapping[str, Lists]) -> None:
        """Keep the lists by language."""
        self._lists = lists

    @classmethod
    def load(cls, folder: Path) -> Tone:
        """Read a folder of lists; raises `BadTone` on the first that is not sound."""
        return cls(dict(ListsByLanguage(folder)))

    @classmethod
    def open(cls, folder: Path) -> Tone:
        """Have each list of a folder read when a text first needs it.

        They are long: read at a start, they would hold it up for a second.
        """
        return cls(ListsByLanguage(folder))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages with a list of their own."""
        return tuple(sorted(self._lists))

    def remarks(
        self, text: str, language: str, *, letter: bool = False
    ) -> tuple[Remark, ...]:
        """Say what is amiss in a text; a whole letter must also be complete."""
        lists = self._lists.get(language)
        own = _FOREIGN.sub(lambda mark: " " * len(mark[0]), text)
        folded = fold(own)
        found = [*_shouting(folded, lists)]
        missing: list[Remark] = []
        if lists is not None:
            found += _listed(folded, lists)
            missing += _missing(text, lists) if letter else ()
        return (*_once(text, found), *missing)


def _shouting(folded: Folded, lists: Lists | None) -> Iterator[_Found]:
    for span in loud_marks(folded):
        yield span, "shouting"
    # Where words are joined, capitals are names and codes of another language.
    if lists is not None and lists.joined:
        return
    loud = lists.loud if lists else frozenset()
    calm = _harmless(folded, lists) if lists else ()
    for span in loud_capitals(folded.written, loud, calm):
        yield span, "shouting"


def _listed(folded: Folded, lists: Lists) -> Iterator[_Found]:
    titles = tuple(_titles(folded.written))
    for view, kinds in _views(folded, lists):
        harmless = _harmless(view, lists)
        for kind in kinds:
            calm = (*harmless, *titles) if kind == "insult" else harmless
            for span in _spans(view, lists.patterns[kind]):
                if not _overlaps(span, calm):
                    yield span, kind
    for word in _MASKED.finditer(folded.text):
        if lists.masked_insult(word[0]):
            yield folded.span(*word.span()), "insult"
    yield from _unexplained(folded, lists)


def _views(folded: Folded, lists: Lists) -> Iterator[tuple[Folded, tuple[str, ...]]]:
    yield folded, FOUND
    plain = undisguised(folded, joined=lists.joined)
    if plain.text != folded.text:
        yield plain, ("insult",)


def _unexplained(folded: Folded, lists: Lists) -> Iterator[_Found]:
    """Find the appeals to a policy in a text that gives no reason and no quotation."""
    text = folded.text
    if lists.patterns["reason"].search(text) is None and text.rstrip()[-1:] != ":":
        for span in _spans(folded, lists.patterns["unexplained"]):
            yield span, "cold"


def _missing(text: str, lists: Lists) -> Iterator[Remark]:
    folded = fold(text).text
    there = {name for name in WANTED if lists.patterns[name].search(folded)}
    if _PERSON_OR_OFFER.search(text):
        there.add("next_step")
    if _QUOTED_REASON.search(text):
        there.add("reason")
    return (remark(f"no_{name}") for name in WANTED if name not in there)


def _once(text: str, found: list[_Found]) -> list[Remark]:
    """Say each thing once, in the order of the text."""
    told: dict[tuple[str, str], Remark] = {}
    for (start, end), kind in sorted(found):
        words = text[start:end]
        told.setdefault((kind, words.casefold()), remark(kind, words))
    return list(told.values())


def _harmless(folded: Folded, lists: Lists) -> tuple[Span, ...]:
    return tuple(_spans(folded, lists.patterns["harmless"]))


def _spans(folded: Folded, pattern: re.Pattern[str]) -> Iterator[Span]:
    return (folded.span(*hit.span()) for hit in pattern.finditer(folded.text))


def _titles(written: str) -> Iterator[Span]:
    """Find what is written as the name of a work or a product."""
    for title in _TITLE_MARKS.finditer(written):
        yield title.span()
    for quotation in _QUOTATION.finditer(written):
        words = _WORD.findall(quotation[1])
        named = all(word[0].isupper() for word in words if len(word) > 3)
        if 1 < len(words) <= _LONGEST_TITLE and named and words[0][0].isupper():
            yield quotation.span()


def _overlaps(span: Span, others: tuple[Span, ...]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
