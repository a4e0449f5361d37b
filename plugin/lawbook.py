"""The law book: packs as pages for lawyers, with the evidence of each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from textwrap import wrap
from typing import Any

from plugin.law_terms import EXCEPTIONS, LEVELS
from plugin.law_words import (
    change_of_mind_words,
    fault_words,
    late_delivery_words,
    scope_words,
)
from plugin.packs import Edition, Packs
from plugin.policy.decision import Sureness
from plugin.schemas.evidence import values

WIDTH = 88
ADVICE = "Not legal advice. What is ambiguous goes to a person."

# Parts of a pack that explain its values, and are none.
_WORDS = ("cite", "text", "extend")
_HEADINGS = {
    "change_of_mind": "Change of mind",
    "fault": "Faults",
    "late_delivery": "Late delivery",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value of a pack, and how well it is known."""

    path: str
    value: str
    level: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place where law was read, and the packs that lean on it."""

    what: str
    url: str
    packs: tuple[str, ...]
    checked_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How well a pack's values are known, by level."""

    id: str
    checked_on: date
    counts: dict[str, int]


def known_values(edition: Edition) -> list[Value]:
    """List every value that a pack states, with its level."""
    levels = edition.layer.levels
    return [
        Value(path=path, value=_plain(value), level=levels.of(path).value)
        for path, value in values(edition.layer.document).items()
        if path.rpartition(".")[2] not in _WORDS
    ]


def rules(edition: Edition) -> dict[str, list[str]]:
    """Say a pack's rules in words, by heading."""
    pack = edition.pack
    late = pack.late_delivery
    return {
        "Scope": list(scope_words(pack)),
        _HEADINGS["change_of_mind"]: list(change_of_mind_words(pack.change_of_mind)),
        _HEADINGS["fault"]: list(fault_words(pack.fault)),
        _HEADINGS["late_delivery"]: list(late_delivery_words(late)) if late else [],
    }


def page(edition: Edition, others: Iterable[Edition]) -> str:
    """Write one pack as a page of text."""
    return "\n".join(_page(edition, list(others))) + "\n"


def _page(edition: Edition, others: list[Edition]) -> Iterator[str]:
    pack, document = edition.pack, edition.layer.document
    yield f"{pack.name} ({pack.id})"
    yield "=" * len(f"{pack.name} ({pack.id})")
    yield f"For orders {_when(edition)}; checked on {pack.checked_on}."
    if document.get("inherits"):
        yield f"Laid over {document['inherits']}."
    different = [other for other in others if other is not edition]
    if different:
        orders = "; ".join(_when(other) for other in different)
        yield from wrap(f"Different for orders {orders}: see --on DATE.", WIDTH)
    yield ADVICE
    for heading, sentences in rules(edition).items():
        yield from _list_under(heading, sentences)
    yield from _list_under("Cites", _cites(edition))
    yield from _values(known_values(edition))
    yield from _list_under("Notes", pack.notes)
    sources = [f"{s['id']}: {s['what']} <{s['url']}>" for s in document["sources"]]
    yield from _list_under("Sources", sources)


def _when(edition: Edition) -> str:
    since, until = edition.pack.since, edition.pack.until
    begins = f"since {since}" if since else ""
    ends = f"before {until}" if until else ""
    return " and ".join(part for part in (begins, ends) if part) or "of every day"


def _cites(edition: Edition) -> list[str]:
    found = values(edition.layer.document)
    cited = {k: v for k, v in found.items() if k.rpartition(".")[2] in _WORDS}
    return [f"{path}: {_plain(value)}" for path, value in cited.items()]


def _list_under(heading: str, sentences: Iterable[str]) -> Iterator[str]:
    listed = list(sentences)
    if listed:
        yield from ("", heading, "-" * len(heading))
    for sentence in listed:
        yield from wrap(
            f"- {sentence}",
            WIDTH,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _values(found: list[Value]) -> Iterator[str]:
    yield from ("", "Values, and how well each is known", "-" * 34)
    used = {value.level for value in found}
    levels = [level for level in Sureness if level.value in used]
    yield from (f"{level.value:<9}  {LEVELS[level]}" for level in levels)
    yield ""
    wide = max(len(value.path) for value in found)
    for value in found:
        first, *more = wrap(value.value, max(WIDTH - wide - 13, 20)) or [""]
        yield f"{value.level:<9}  {value.path:<{wide}}  {first}".rstrip()
        yield from (" " * (wide + 13) + line for line in more)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return _exception(value) if "code" in value else str(value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "none"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return value.value if isinstance(value, Enum) else str(value)


def _exception(value: dict[str, Any]) -> str:
    needs, cite = " and ".join(value["needs"]), value.get("cite", "")
    return f"{EXCEPTIONS[value['code']]}: needs {needs} ({cite})"


def as_data(edition: Edition) -> dict[str, Any]:
    """Give one pack's page as plain data."""
    pack = edition.pack
    return {
        "id": pack.id,
        "name": pack.name,
        "checked_on": str(pack.checked_on),
        "since": pack.since and str(pack.since),
        "until": pack.until and str(pack.until),
        "inherits": edition.layer.document.get("inherits"),
        "rules": rules(edition),
        "levels": {level.value: LEVELS[level] for level in Sureness},
        "values": [asdict(value) for value in known_values(edition)],
        "notes": list(pack.notes),
        "sources": edition.layer.document["sources"],
    }


def all_sources(packs: Packs) -> list[Source]:
    """List every source with the packs that name it and the last day it was checked."""
    found: dict[str, list[tuple[str, str, date]]] = {}
    for id in sorted(packs.editions):
        edition = packs.edition(id)
        for source in edition.layer.document["sources"]:
            used = (source["what"], id, edition.pack.checked_on)
            found.setdefault(source["url"], []).append(used)
    return [
        Source(
            what=uses[0][0],
            url=url,
            packs=tuple(id for _, id, _ in uses),
            checked_on=max(day for _, _, day in uses),
        )
        for url, uses in sorted(found.items(), key=lambda item: item[1][0][1])
    ]


def standings(packs: Packs) -> list[Standing]:
    """Count for every pack how many of its values are known how well."""
    return [_standing(packs.edition(id)) for id in sorted(packs.editions)]


def _standing(edition: Edition) -> Standing:
    counted = Counter(value.level for value in known_values(edition))
    counts = {level.value: counted[level.value] for level in Sureness}
    pack = edition.pack
    return Standing(id=pack.id, checked_on=pack.checked_on, counts=counts)
