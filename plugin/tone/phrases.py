"""Phrases: entries of a word list made into one pattern, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from plugin.tone.folding import fold

Terms = Mapping[str, Sequence[str]]

# Between the words of a phrase: blanks, hyphens, a comma; never a sentence's end.
_BETWEEN = r"[^\w.!?;:…]{1,3}"
_GAP = rf"(?:\w[\w']*{_BETWEEN}){{0,3}}"
_JOINED_GAP = r"[^.!?。;:…\n]{0,8}"
_NOTHING = re.compile(r"(?!)")


def compiled(entries: Iterable[str], terms: Terms, *, joined: bool) -> re.Pattern[str]:
    """Make one pattern of many entries, the longest first."""
    listed = sorted(set(entries), key=lambda entry: (-len(entry), entry))
    if not listed:
        return _NOTHING
    if joined:
        return re.compile("|".join(_joined(entry, terms) for entry in listed))
    # One boundary before all, so that most places of a text are passed by at once.
    every = "|".join(_separate(entry, terms) for entry in listed)
    return re.compile(rf"(?<!\w)(?:{every})(?!\w)")


def term_names(entry: str) -> list[str]:
    """Name the terms an entry refers to."""
    return re.findall(r"<(\w+)>", entry)


def _separate(entry: str, terms: Terms) -> str:
    pattern = ""
    for word in _words(entry):
        if word == "...":
            pattern += _GAP
        else:
            pattern += _word(word, terms) + _BETWEEN
    return pattern.removesuffix(_BETWEEN)


def _word(word: str, terms: Terms) -> str:
    names = term_names(word)
    if names:
        inner = (_separate(entry, terms) for entry in terms[names[0]])
        return f"(?:{'|'.join(inner)})"
    return re.escape(word).replace(r"\*", r"\w*")


def _joined(entry: str, terms: Terms) -> str:
    """Match anywhere; a blank in an entry is a blank or none in the text."""
    pieces = []
    for word in _words(entry):
        names = term_names(word)
        if word == "...":
            pieces.append(_JOINED_GAP)
        elif names:
            inner = (_joined(own, terms) for own in terms[names[0]])
            pieces.append(f"(?:{'|'.join(inner)})")
        else:
            pieces.append(_bounded(re.escape(word)))
    return r"\s?".join(pieces)


def _bounded(piece: str) -> str:
    """Keep Latin letters among joined ones whole words."""
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", piece) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", piece) else ""
    return before + piece + after


def _words(entry: str) -> list[str]:
    # A hyphen in an entry stands for what may stand between two words.
    return fold(entry).text.replace("-", " ").split()
