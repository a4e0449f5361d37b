"""Entries: what happened to a case, appended and never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive.canonical import as_data, text_of
from plugin.archive.gist import gist_of
from plugin.archive.promises import last_word, says
from plugin.archive.seal import (
    ERASED,
    Seal,
    Unsealable,
    commitment,
    is_sealed,
    new_key,
    seal_of,
)
from plugin.archive.tables import cases, entries
from plugin.case import Entry

# The kind of the entry that says what was erased; it holds nothing of a person.
TOMBSTONE = "tombstone"
# What is not sealed is bound without a secret.
NO_SALT = b""


# Made once: SQLAlchemy takes longer to make a statement than to run it.
_THERE = sa.select(entries.c.key, entries.c.seq).where(
    entries.c.shop == sa.bindparam("shop"),
    entries.c.return_id == sa.bindparam("return_id"),
)
_APPEND = sa.insert(entries)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """An entry as it lies in the archive; `body` is canonical JSON.

    `sha256` binds the body to its place under the salt. What was erased, or what no
    key opens, has no body.
    """

    seq: int
    key: str
    kind: str
    at: datetime
    body: str
    sha256: str
    place: str
    salt: bytes
    erased: bool

    @property
    def data(self) -> object:
        """The body as data; None when there is none."""
        return None if self.body == ERASED else json.loads(self.body)

    @property
    def whole(self) -> bool:
        """Tell whether it is what was written; of what was erased nobody can tell."""
        found = commitment(self.salt, self.place, self.body)
        return self.erased or found == self.sha256


def append_entries(
    db: sa.Connection,
    seal: Seal | None,
    case: tuple[str, str],
    new: tuple[Entry, ...],
    at: datetime,
) -> bool:
    """Append to one case (its shop and id); an entry whose key is there is left alone.

    Tells whether every entry was new. Without a seal, since the case was erased, only
    that it happened is kept.
    """
    mine = {"shop": case[0], "return_id": case[1]}
    there = {row.key: row.seq for row in db.execute(_THERE, mine)}
    seq = max(there.values(), default=0)
    seal = seal or seal_of(new_key(), new_key())  # which is thrown away
    rows: list[dict[str, Any]] = []
    for entry in new:
        if entry.key in there:
            continue
        seq = there[entry.key] = seq + 1
        values = {**mine, "key": entry.key, "seq": seq, "kind": entry.kind, "at": at}
        rows.append(values | _sealed(seal, entry, place_of(values)))
    if rows:
        db.execute(_APPEND, rows)
    if any(says(row["key"]) for row in rows):
        word = last_word(sorted(there, key=there.__getitem__))
        about = (cases.c.shop == case[0], cases.c.return_id == case[1])
        db.execute(sa.update(cases).where(*about).values(money=word))
    return len(rows) == len(new)


def _sealed(seal: Seal, entry: Entry, place: str) -> dict[str, str | None]:
    data = as_data(entry.body)
    body = text_of(data)
    if entry.kind == TOMBSTONE:
        bound = commitment(NO_SALT, place, body)
        return {"gist": None, "body": body, "sha256": bound}
    return {
        "gist": gist_of(entry.kind, data),
        "body": seal.close(body, place),
        "sha256": commitment(seal.salt(place), place, body),
    }


def place_of(row: Mapping[Any, Any]) -> str:
    """Name an entry's place: whose it is, which, of what kind, and when."""
    names = ("shop", "return_id", "key", "seq", "kind")
    moment = row["at"].astimezone(UTC).isoformat()
    return text_of([*(row[name] for name in names), moment])


def stored(row: Mapping[Any, Any], seal: Seal | None) -> Stored:
    """Read an entry, as far as there is a key to it."""
    place = place_of(row)
    body, salt, sealed = row["body"], NO_SALT, is_sealed(row["body"])
    if sealed:
        body = _opened(seal, body, place)
        salt = NO_SALT if seal is None else seal.salt(place)
    names = ("seq", "key", "kind", "at", "sha256")
    return Stored(
        **{name: row[name] for name in names},
        body=body,
        place=place,
        salt=salt,
        erased=sealed and seal is None,
    )


def _opened(seal: Seal | None, body: str, place: str) -> str:
    if seal is None:
        return ERASED
    try:
        return seal.open(body, place)
    except Unsealable:
        # Altered: without a body it does not fit its hash.
        return ERASED
