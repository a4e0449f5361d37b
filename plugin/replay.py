"""Replay: an archived case is decided again and compared with what was decided.

It reads the archive and the law packs of this release, and never the platform.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from plugin.archive.canonical import canonical, sha256
from plugin.archive.entries import Stored
from plugin.archive.keyring import KeysMissing
from plugin.archive.revive import NotRevived, revive
from plugin.archive.store import SqlShelf
from plugin.library import Library
from plugin.packs import BadPolicy
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Terms
from plugin.shop import PolicyVersion

NEEDED = ("facts", "terms", "decision")


class Verdict(Enum):
    """How a replay ended."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One place of the decision that is not what it was."""

    path: str
    was: object
    now: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """One case decided again; `terms` says what binds otherwise now than it did."""

    shop: str
    return_id: str
    verdict: Verdict
    why: str | None = None
    terms: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()


def replay(shelf: SqlShelf, library: Library, shop: str, return_id: str) -> Replay:
    """Decide a case again from its archived facts and terms, and compare each byte."""
    found = Replay(shop=shop, return_id=return_id, verdict=Verdict.UNDECIDED)
    try:
        entries = {entry.key: entry for entry in shelf.entries(return_id)}
    except KeysMissing as error:
        return replace(found, verdict=Verdict.BROKEN, why=str(error))
    if not all(key in entries for key in NEEDED):
        return replace(found, why="the app did not decide this case")
    if any(entries[key].erased for key in NEEDED):
        return replace(found, why="what is personal of this case was erased")
    damaged = next((k for k in NEEDED if not entries[k].whole), None)
    if damaged is not None:
        why = f"the entry `{damaged}` does not fit its hash"
        return replace(found, verdict=Verdict.BROKEN, why=why)
    try:
        return _again(found, shelf, library, entries)
    except (BadPolicy, LookupError, NotRevived) as error:
        return replace(found, verdict=Verdict.BROKEN, why=str(error))


def _again(
    found: Replay, shelf: SqlShelf, library: Library, entries: Mapping[str, Stored]
) -> Replay:
    facts = revive(Facts, entries["facts"].body)
    bound = json.loads(entries["terms"].body)
    version = _version(shelf, bound["policy"])
    terms = library.terms(library.policy(version), facts, bound["contact"])
    changed = tuple(differences(_packs(bound), _packs_now(terms), "terms"))
    now = canonical(decide(facts, terms))
    was = entries["decision"].body
    if now == was:
        return replace(found, verdict=Verdict.SAME, terms=changed)
    told = tuple(differences(json.loads(was), json.loads(now)))
    return replace(found, verdict=Verdict.DIFFERENT, terms=changed, differences=told)


def _version(shelf: SqlShelf, wanted: Mapping[str, Any]) -> PolicyVersion:
    for version in shelf.policies():
        if version.label == wanted["version"]:
            if sha256(version.document) != wanted["sha256"]:
                raise LookupError(f"policy `{version.label}` was changed in place")
            return version
    raise LookupError(f"policy `{wanted['version']}` is not in the archive")


def _packs(bound: Mapping[str, Any]) -> dict[str, Any]:
    return {"packs": bound["packs"], "calendars": bound.get("calendars", [])}


def _packs_now(terms: Terms) -> dict[str, Any]:
    return {
        "packs": [_named(pack) for pack in terms.packs],
        "calendars": [calendar is not None for calendar in terms.calendars],
    }


def _named(pack: LawPack | None) -> str | None:
    return None if pack is None else f"{pack.id} {pack.checked_on}"


def differences(
    was: object, now: object, path: str = "decision"
) -> Iterator[Difference]:
    """Tell every place in which two documents differ, by its path."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted(was.keys() | now.keys()):
            yield from differences(was.get(name), now.get(name), f"{path}.{name}")
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif was != now:
        yield Difference(path=path, was=was, now=now)
