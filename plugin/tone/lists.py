"""Lists: one language's words, read from a file and made ready to be matched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from plugin.documents import OwnLoader
from plugin.tone.folding import fold
from plugin.tone.phrases import compiled, term_names

FOUND = ("insult", "threat", "blame", "cold", "absolute")
WANTED = ("thanks", "reason", "next_step")
_OTHER = ("unexplained", "harmless", "loud")
_WORDS = ("separate", "joined")


class BadTone(ValueError):
    """A word list that cannot be used; the message says which and what to do."""

    code = "bad_tone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """One language's lists, compiled."""

    joined: bool
    patterns: Mapping[str, re.Pattern[str]]
    loud: frozenset[str]
    insults: str

    def masked_insult(self, word: str) -> bool:
        """Tell whether a word with hidden letters can be read as an insult."""
        hidden = re.sub(r"[*#]", r"[^\\W\\d_]", word)
        return re.search(rf"^{hidden}$", self.insults, re.MULTILINE) is not None


class ListsByLanguage(Mapping[str, Lists]):
    """The lists of a folder by language, each read when it is first asked for.

    Raises `BadTone` for a folder without any, and for a file that is not sound.
    """

    def __init__(self, folder: Path) -> None:
        """See which languages there are."""
        self._paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        self._read: dict[str, Lists] = {}
        if not self._paths:
            why = f"no *.yaml files in `{folder}`; point to the folder of lists"
            raise BadTone(why)

    def __getitem__(self, language: str) -> Lists:
        """Give one language's lists."""
        if language not in self._read:
            self._read[language] = _lists(self._paths[language])
        return self._read[language]

    def __iter__(self) -> Iterator[str]:
        """Name the languages."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Count the languages."""
        return len(self._paths)


def _lists(path: Path) -> Lists:
    document = _read(path)
    terms = document.get("terms", {})
    joined = document["words"] == "joined"
    names = (*FOUND, *WANTED, "unexplained", "harmless")
    return Lists(
        joined=joined,
        patterns={
            name: compiled(document.get(name, ()), terms, joined=joined)
            for name in names
        },
        loud=frozenset(fold(word).text for word in document.get("loud", ())),
        insults="\n".join(_single(document["insult"])),
    )


def _single(entries: list[str]) -> list[str]:
    """Keep the insults of one word, without the star for endings."""
    return [fold(entry).text.strip("*") for entry in entries if entry.isascii()]


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=OwnLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTone(f"`{path.name}` is not readable YAML; fix: {error}") from error
    fault = next(_faults(document), None)
    if fault is not None:
        raise BadTone(f"`{path.name}` cannot be used; {fault}")
    return dict(document)


def _faults(document: object) -> Iterator[str]:
    """Say what is wrong with a file, first things first."""
    if not isinstance(document, dict):
        yield "make it a mapping that starts with `words: separate`"
        return
    if document.get("words") not in _WORDS:
        yield f"give `words`: one of {', '.join(_WORDS)}"
    known = ("words", "terms", *FOUND, *WANTED, *_OTHER)
    yield from (f"remove the unknown `{k}`" for k in document if k not in known)
    for name in (*FOUND, *WANTED):
        if not document.get(name):
            yield f"give `{name}` at least one entry"
    terms = document.get("terms", {})
    if not isinstance(terms, dict):
        yield "make `terms` a mapping of lists"
        return
    for name in (*FOUND, *WANTED, *_OTHER):
        yield from _entry_faults(name, document.get(name, []), terms)
    for name, entries in terms.items():
        yield from _entry_faults(f"terms.{name}", entries, {})


def _entry_faults(name: str, entries: object, terms: dict[str, Any]) -> Iterator[str]:
    if not isinstance(entries, list):
        yield f"make `{name}` a list"
        return
    seen: set[str] = set()
    for entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            yield f"quote words as `true` and `12` in `{name}`; `{entry}` is no text"
            return
        unknown = [term for term in term_names(entry) if term not in terms]
        if unknown:
            yield f"add `{unknown[0]}` to `terms`, or correct `{entry}` in `{name}`"
        if fold(entry).text in seen:
            yield f"remove the second `{entry}` from `{name}`"
        seen.add(fold(entry).text)
