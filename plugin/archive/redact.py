"""Redacting: keys and salts are destroyed, and a tombstone says what was erased."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from plugin.archive.canonical import canonical, sha256
from plugin.archive.entries import TOMBSTONE, append_entries
from plugin.archive.fading import hold_past, unlink
from plugin.archive.keyring import GUEST, KeysMissing
from plugin.archive.requests import REQUEST, Requests
from plugin.archive.seal import Unsealable
from plugin.archive.tables import cases, entries, privacy_requests
from plugin.case import Entry, Status
from plugin.privacy import Erased, Person

BATCH = 200
# A case that is being answered is let finish, within reason.
ANSWERING = timedelta(days=1)
# What waited for a letter that is gone is left to a person.
STRANDED = (Status.DECIDED.value, Status.PROPOSED.value)
_TO_A_PERSON = Entry(
    key=f"outcome:{Status.IN_REVIEW.value}:{TOMBSTONE}",
    kind="outcome",
    body={"status": Status.IN_REVIEW, "platform": None},
)


class Redacting(Requests):
    """The part of a shelf that erases."""

    def erase_person(self, person: Person, request_id: str) -> Erased:
        """Erase whatever is known of a person; again, it erases nothing more.

        Cases that are being answered at this moment are left for the next time, and
        so is the customer's key.
        """
        with self.engine.begin() as db:
            self._lock_shop_writes(db)
            hold_past(db, self._shop)
            # Made where there is none yet: a file that is read later may name them.
            tag = self.keyring.tag(db, self._shop, person.customer_id)
            keys = 0
            still = self._moving(db, tag, person)
            if tag is not None and not still:
                # First: whoever opens a case under this key meanwhile waits, or is met.
                keys = self.keyring.destroy(db, self._shop, [tag])
            about = self._about(db, tag, person)
            found = [row for row in about if row not in still]
            self._drop_files(db, tag, {person.customer_id, *person.order_ids, *about})
            done = self._erase(db, found, request_id, keys)
            unlink(db, self._shop, tag, person.order_ids, self.now())
            self._note_erased(db, request_id, done)
        return Erased(counts=done.counts, sha256=done.sha256, moving=len(still))

    def erase_older(self, before: datetime, why: str) -> int:
        """Erase a batch of cases on which nothing happened since; returns how many."""
        query = self._sealed().where(cases.c.updated_at < before).limit(BATCH)
        with self.engine.begin() as db:
            self._lock_shop_writes(db)
            found = list(db.scalars(query))
            self._erase(db, found, why, 0)
        return len(found)

    def _erase(
        self, db: sa.Connection, found: Sequence[str], why: str, keys: int
    ) -> Erased:
        told = [self._erase_case(db, return_id, why) for return_id in found]
        guests = [GUEST + return_id for return_id in found]
        keys += self.keyring.destroy(db, self._shop, guests)
        counts = {"cases": len(found), "data_keys": keys}
        counts["entries"] = sum(count for count, _ in told)
        return Erased(counts=counts, sha256=sha256(canonical([h for _, h in told])))

    def _erase_case(
        self, db: sa.Connection, return_id: str, why: str
    ) -> tuple[int, str]:
        """Destroy a case's salt and leave a tombstone; returns what it lists."""
        blank = dict.fromkeys(("customer_tag", "subject", "salt", "sealed"))
        change = self._mine(return_id)
        moving = change.where(cases.c.status.in_(STRANDED))
        moved = db.execute(moving.values(status=Status.IN_REVIEW.value)).rowcount
        db.execute(change.values(**blank, has_code=False, erased_at=self.now()))
        listed = self._listed(db, return_id)
        body = {"why": why, "entries": listed}
        tombstone = Entry(key=TOMBSTONE, kind=TOMBSTONE, body=body)
        case = (self._shop, return_id)
        new = (_TO_A_PERSON, tombstone) if moved else (tombstone,)
        append_entries(db, None, case, new, self.now())
        return len(listed), sha256(canonical(listed))

    def _listed(self, db: sa.Connection, return_id: str) -> list[list[object]]:
        """List a case's entries by what stays of them: key, hash, and sealed body's."""
        query = self._entries().where(entries.c.return_id == return_id)
        found = db.execute(query.order_by(entries.c.seq)).mappings()
        return [[row["key"], row["sha256"], sha256(row["body"])] for row in found]

    # -- whom it is about -----------------------------------------------------------

    def _about(self, db: sa.Connection, tag: str | None, person: Person) -> list[str]:
        """Find the cases of a person, by tag and by order."""
        found = [] if tag is None else list(db.scalars(self._tagged(tag)))
        for ids in _chunks(person.order_ids):
            found += db.scalars(self._sealed().where(cases.c.order_id.in_(ids)))
        return list(dict.fromkeys(found))

    def _moving(self, db: sa.Connection, tag: str | None, person: Person) -> set[str]:
        late = self.now() - ANSWERING
        moving = self._sealed().where(
            cases.c.status == Status.DECIDED.value, cases.c.updated_at > late
        )
        return set(self._about(db, tag, person)) & set(db.scalars(moving))

    def _tagged(self, tag: str) -> sa.Select[Any]:
        return self._sealed().where(cases.c.customer_tag == tag)

    def _sealed(self) -> sa.Select[Any]:
        mine = sa.select(cases.c.return_id).where(cases.c.shop == self._shop)
        return mine.where(cases.c.erased_at.is_(None))

    def _drop_files(
        self, db: sa.Connection, tag: str | None, about: set[str | None]
    ) -> None:
        """Drop what was handed out about a person, their orders or their returns."""
        which = (
            privacy_requests.c.shop == self._shop,
            privacy_requests.c.file.is_not(None),
        )
        found = db.execute(self._requests().where(*which)).mappings().all()
        ids = [row["id"] for row in found if self._names(db, row, tag, about)]
        self.keyring.destroy(db, self._shop, [REQUEST + id for id in ids])
        gone = sa.update(privacy_requests).where(*which)
        gone = gone.where(privacy_requests.c.id.in_(ids))
        db.execute(gone.values(file=None, customer_tag=None))

    def _names(
        self, db: sa.Connection, row: Any, tag: str | None, about: set[str | None]
    ) -> bool:
        """Tell whether a data file is about a person; one without a tag says itself."""
        if row["customer_tag"] is not None:
            return bool(row["customer_tag"] == tag)
        try:
            text = self._opened_file(db, row)
        except (KeysMissing, Unsealable):
            text = None
        # Where nobody can tell whose it is, they may ask for it again.
        return text is None or not _named_in(text).isdisjoint(about - {None})

    def _lock_shop_writes(self, db: sa.Connection) -> None:
        """Take SQLite's one lock before anything is read."""
        db.execute(self._mine("").values(erased_at=None))


def _named_in(text: str) -> set[str | None]:
    """Name the customer, the orders and the returns that a data file is about."""
    made = json.loads(text)
    returns = (each["return_id"] for each in made["tables"]["cases"])
    return {made["about"]["customer_id"], *made["about"]["order_ids"], *returns}


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
