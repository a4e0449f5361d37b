"""Shouting: capitals and runs of marks, which need no word list."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from plugin.tone.folding import Folded, fold

Span = tuple[int, int]

_MARKS = re.compile(r"[!?](?: *[!?])+|[¡]{2,}")
_TOKEN = re.compile(r"[^\W_](?:[\w'\u2019-]*[^\W_])?")
_FEWEST_WORDS = 4
_FEWEST_LETTERS = 16
_SHORT_TEXT_WORDS = 3
_SHORT_TEXT_LETTERS = 10


def loud_marks(folded: Folded) -> Iterator[Span]:
    """Find runs of exclamation and question marks."""
    return (folded.span(*run.span()) for run in _MARKS.finditer(folded.text))


def loud_capitals(
    text: str, loud: Container[str], calm: Iterable[Span]
) -> Iterator[Span]:
    """Find capitals that shout: a loud word, or many words on end.

    Codes, acronyms and names are capitals too, so a lone word shouts only when the
    language lists it, and what lies in a calm span does not count.
    """
    spans = tuple(calm)
    tokens = [t for t in _TOKEN.finditer(text) if not _inside(t.span(), spans)]
    every = all(_capital(t[0]) for t in tokens)
    for run in _runs(text, tokens):
        if _shouts(run, loud) or (every and _fills(run)):
            yield run[0].start(), run[-1].end()


def _runs(text: str, tokens: Iterable[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Group the capital words that only blanks and apostrophes keep apart."""
    run: list[re.Match[str]] = []
    for token in tokens:
        if run and text[run[-1].end() : token.start()].strip(" '\u2019"):
            yield run
            run = []
        if _capital(token[0]):
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _shouts(run: list[re.Match[str]], loud: Container[str]) -> bool:
    words = [t[0] for t in run if len(t[0]) > 1]
    if len(words) >= _FEWEST_WORDS and _letters(words) >= _FEWEST_LETTERS:
        return True
    if len(words) == 1 and len(words[0]) == len("EU"):
        return False
    return any(fold(word).text in loud for word in words)


def _fills(run: list[re.Match[str]]) -> bool:
    words = [t[0] for t in run]
    return len(words) >= _SHORT_TEXT_WORDS and _letters(words) >= _SHORT_TEXT_LETTERS


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))


def _capital(word: str) -> bool:
    # Digits and underscores are of codes.
    return word.isupper() and not any(sign.isdigit() or sign == "_" for sign in word)


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)
