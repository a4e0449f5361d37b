"""Folding: one form for all the ways to write the same words, with the way back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

# What belongs to the sign before it: accents, the voicing marks of kana, parts of a
# Korean syllable.
_CLUSTER = re.compile(
    "[\\s\\S][\u0300-\u036f\u3099\u309a\uff9e\uff9f\u1160-\u11ff]*", re.DOTALL
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_QUOTES = str.maketrans("\u2018\u2019\u02bc\u00b4\u201c\u201d\u201e", "''''\"\"\"")
# Letters of other scripts that look like Latin ones; they count as those only in a
# word that also has Latin letters.
_LOOKALIKES = str.maketrans("аеорсухіѕјοανι", "aeopcyxisjoavi")  # noqa: RUF001 - meant
_WORD = re.compile(r"\w+")
_LATIN = re.compile("[a-z]")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEET_WORD = re.compile(r"(?<!\S)[a-z0-9@$!|]*[a-z][a-z0-9@$!|]*[a-z0-9@$]")
_SEPARATOR = "[ .*·_~\u30fb-]"
_SPREAD = re.compile(rf"(?<![^\W_])[^\W\d_](?:{_SEPARATOR}[^\W\d_]){{3,}}(?![^\W_])")
_HANGUL_SPREAD = re.compile(
    rf"(?<!\w)[\uac00-\ud7a3](?:{_SEPARATOR}[\uac00-\ud7a3])+(?!\w)"
)
_HAN = "[\u3040-\u30ff\u3400-\u9fff]"
_HAN_SPREAD = re.compile(rf"(?<={_HAN}){_SEPARATOR}+(?={_HAN})")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where in the written one each sign came from."""

    written: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def slice(self, start: int, end: int) -> str:
        """Give the words as they were written."""
        first, last = self.span(start, end)
        return self.written[first:last]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Say where in the written text a piece of the folded one stands."""
        return self.starts[start], self.ends[end - 1]

    def without(self, places: Iterable[int]) -> Folded:
        """Leave some signs out."""
        dropped = set(places)
        kept = [i for i in range(len(self.text)) if i not in dropped]
        return replace(
            self,
            text="".join(self.text[i] for i in kept),
            starts=tuple(self.starts[i] for i in kept),
            ends=tuple(self.ends[i] for i in kept),
        )


def fold(written: str) -> Folded:
    """Fold case, width, accents, quotes and signs that cannot be seen."""
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(written):
        for sign in _plain(cluster[0]):
            signs.append(sign)
            starts.append(cluster.start())
            ends.append(cluster.end())
    text = _WORD.sub(_in_one_script, "".join(signs))
    return Folded(written, text, tuple(starts), tuple(ends))


def undisguised(folded: Folded, *, joined: bool) -> Folded:
    """Undo spread letters, stretched letters and digits written for letters."""
    text = _LEET_WORD.sub(lambda word: word[0].translate(_LEET), folded.text)
    folded = replace(folded, text=text)
    folded = folded.without(_spread(text, joined=joined))
    return folded.without(
        place
        for run in _STRETCHED.finditer(folded.text)
        for place in range(run.start() + 1, run.end())
    )


def _plain(cluster: str) -> str:
    if len(cluster) == 1 and cluster.isascii():
        return "'" if cluster == "`" else cluster.lower()
    if unicodedata.category(cluster[0]) == "Cf":
        return ""
    composed = unicodedata.normalize("NFKC", cluster.translate(_QUOTES)).casefold()
    apart = unicodedata.normalize("NFD", composed)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def _in_one_script(word: re.Match[str]) -> str:
    return word[0].translate(_LOOKALIKES) if _LATIN.search(word[0]) else word[0]


def _spread(text: str, *, joined: bool) -> Iterable[int]:
    """Find the separators that stand between letters of one word."""
    if joined:
        for gap in _HAN_SPREAD.finditer(text):
            yield from range(gap.start(), gap.end())
    pattern = _HANGUL_SPREAD if joined else _SPREAD
    for run in pattern.finditer(text):
        yield from range(run.start() + 1, run.end(), 2)
