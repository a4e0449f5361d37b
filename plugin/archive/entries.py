"""Entries: what happened to a case, appended and never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from plugin.archive.canonical import canonical, sha256
from plugin.archive.tables import entries
from plugin.case import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """An entry as it lies in the archive; `body` is canonical JSON."""

    seq: int
    key: str
    kind: str
    at: datetime
    body: str
    sha256: str

    @property
    def data(self) -> object:
        """The body as data."""
        return json.loads(self.body)


def append_entries(
    db: sa.Connection,
    shop: str,
    return_id: str,
    new: tuple[Entry, ...],
    at: datetime,
) -> None:
    """Append to one case; an entry whose key is there is left alone."""
    case = (entries.c.shop == shop, entries.c.return_id == return_id)
    found = db.execute(sa.select(entries.c.key, entries.c.seq).where(*case))
    there = {row.key: row.seq for row in found}
    seq = max(there.values(), default=0)
    for entry in new:
        if entry.key in there:
            continue
        seq = there[entry.key] = seq + 1
        body = canonical(entry.body)
        values = {"shop": shop, "return_id": return_id, "key": entry.key, "seq": seq}
        values |= {"kind": entry.kind, "at": at, "body": body, "sha256": sha256(body)}
        db.execute(sa.insert(entries).values(values))
