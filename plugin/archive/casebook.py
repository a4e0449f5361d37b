"""The casebook: one shop's cases with their entries, sealed case by case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive import rows
from plugin.archive.entries import Stored, append_entries, stored
from plugin.archive.keyring import Keyring, KeysMissing, subject_of
from plugin.archive.offers import count_offers
from plugin.archive.promises import waiting
from plugin.archive.rows import Personal
from plugin.archive.seal import Seal, Unsealable, is_sealed, new_key, seal_of
from plugin.archive.tables import cases, data_keys, entries, shops
from plugin.case import Case, Entry, Status
from plugin.ports import OffersMade, StaleCase

Row = Mapping[Any, Any]
# What stays open of a case that was erased.
LASTING = ("status", "mode", "outcome", "ground", "decided_by")


# Told of every case that was written, with its new entries, in the same transaction.
Tell = Callable[[sa.Connection, Case, tuple[Entry, ...]], None]


def untold(_db: sa.Connection, _case: Case, _new: tuple[Entry, ...]) -> None:
    """Tell nobody."""


class Casebook:
    """The part of a shelf that keeps cases."""

    engine: sa.Engine
    now: Callable[[], datetime]
    keyring: Keyring
    _shop: str
    _tell: Tell

    @property
    def domain(self) -> str:
        """The shop whose shelf it is."""
        return self._shop

    # -- reading --------------------------------------------------------------------

    def find(self, return_id: str) -> Case | None:
        """Find a case."""
        row = self._row(return_id)
        return None if row is None else self._case(row)

    def seen(self, return_id: str) -> Case | None:
        """Find a case to be shown; one that no key opens is `locked`."""
        row = self._row(return_id)
        return None if row is None else self._shown(row)

    def _row(self, return_id: str) -> Row | None:
        with self.engine.connect() as db:
            found = db.execute(_CASE, self._named(return_id))
            return found.mappings().one_or_none()

    def cases(self, *, limit: int = 100) -> list[tuple[Case, datetime]]:
        """List cases to be shown, with their opening moment, newest first.

        One that no key opens is `locked`, and hides no other.
        """
        return self._newest(limit)

    def waiting(self, *, limit: int = 100) -> list[tuple[Case, datetime]]:
        """List what waits for a person, to be shown, the newest first."""
        return self._newest(limit, waiting())

    def watched(self, *, limit: int = 100) -> list[tuple[Case, datetime]]:
        """List what was only watched and nobody's answer is known to, newest first."""
        return self._newest(limit, cases.c.status == Status.OBSERVED.value)

    def _newest(
        self, limit: int, *which: sa.ColumnElement[bool]
    ) -> list[tuple[Case, datetime]]:
        query = self._cases().where(*which).order_by(cases.c.opened_at.desc())
        with self.engine.connect() as db:
            found = db.execute(query.limit(limit)).mappings().all()
        return [(self._shown(row), row["opened_at"]) for row in found]

    def entries(self, return_id: str) -> list[Stored]:
        """List a case's entries in order."""
        query = self._entries().where(entries.c.return_id == return_id)
        with self.engine.connect() as db:
            seal = self._seal(db, return_id)
            found = db.execute(query.order_by(entries.c.seq)).mappings().all()
        return [stored(row, seal) for row in found]

    def offers_made(self, customer_id: str | None, *, shop_too: bool) -> OffersMade:
        """Count the goodwill offers that went out, or still may, by now."""
        with self.engine.connect() as db:
            return self._offers_of(db, customer_id, self.now() if shop_too else None)

    def _offers_of(
        self, db: sa.Connection, customer_id: str | None, today: datetime | None
    ) -> OffersMade:
        tag = self.keyring.known_tag(db, self._shop, customer_id)
        return count_offers(db, self._shop, tag, today)

    # -- writing --------------------------------------------------------------------

    def open(self, case: Case, *new: Entry, counted: OffersMade | None = None) -> bool:
        """Write a new case with its first entries; False when it was there before.

        Raises `StaleCase` when the offers made are no longer those that were counted.
        """
        now = self.now()
        values = {**rows.of_case(case), "opened_at": now, "updated_at": now}
        try:
            with self.engine.begin() as db:
                if counted is not None:
                    self._check_count(db, case, counted)
                seal, locked = self._new_seal(db, case)
                values |= {**locked, "shop": self._shop}
                db.execute(sa.insert(cases).values(values))
                append_entries(db, seal, (self._shop, case.return_id), new, now)
                self._tell(db, replace(case, shop=self._shop), new)
        except sa.exc.IntegrityError:
            return False
        return True

    def _new_seal(
        self, db: sa.Connection, case: Case
    ) -> tuple[Seal, dict[str, object]]:
        """Seal a new case under its customer's data key, or a guest's own."""
        tag = self.keyring.tag(db, self._shop, case.customer_id)
        subject = subject_of(tag, case.return_id)
        salt = new_key()
        seal = seal_of(self.keyring.make(db, self._shop, subject), salt)
        sealed = seal.close(rows.personal_of(case), self._place(case.return_id))
        named = {"customer_tag": tag, "subject": subject}
        return seal, {**named, "salt": salt, "sealed": sealed}

    def _check_count(self, db: sa.Connection, case: Case, counted: OffersMade) -> None:
        # The shop is locked first, so that no two cases spend the same last offer.
        lock = sa.update(shops).where(shops.c.shop == self._shop)
        db.execute(lock.values(shop=self._shop))
        at = None if counted.shop_today is None else self.now()
        if self._offers_of(db, case.customer_id, at) != counted:
            raise StaleCase(f"offers were made while `{case.return_id}` was decided")

    def keep(self, case: Case, *new: Entry, was: Status) -> None:
        """Write a changed case with entries; `StaleCase` when it stood elsewhere."""
        with self.engine.begin() as db:
            if not self._lock(db, case.return_id, cases.c.status == was.value):
                raise StaleCase(f"case `{case.return_id}` is not `{was.value}` now")
            self._write(db, case, new)

    def amend(
        self, return_id: str, change: Callable[[Case], Case | None], *new: Entry
    ) -> Case:
        """Change a case as it is by now, with entries; what others wrote stays.

        A change that comes to None writes nothing, the entries neither. Raises
        `StaleCase` when it is not there.
        """
        with self.engine.begin() as db:
            if not self._lock(db, return_id):
                raise StaleCase(f"case `{return_id}` is not there")
            changed = change(self._there(db, return_id))
            if changed is not None:
                self._write(db, changed, new)
            return self._there(db, return_id)

    def _write(self, db: sa.Connection, case: Case, new: tuple[Entry, ...]) -> None:
        seal = self._seal(db, case.return_id)
        change = self._mine(case.return_id).values(self._changed(case, seal))
        db.execute(change)
        append_entries(db, seal, (self._shop, case.return_id), new, self.now())
        self._tell(db, replace(case, shop=self._shop), new)

    def _there(self, db: sa.Connection, return_id: str) -> Case:
        return self._case(db.execute(_CASE, self._named(return_id)).mappings().one())

    def _changed(self, case: Case, seal: Seal | None) -> dict[str, object]:
        """Write what may change; of an erased case nothing personal comes back."""
        values = rows.of_case(case)
        if seal is None:
            return {name: values[name] for name in LASTING}
        sealed = seal.close(rows.personal_of(case), self._place(case.return_id))
        return {**values, "sealed": sealed}

    def append(self, return_id: str, *new: Entry) -> bool:
        """Append entries to a case, and tell whether all were new.

        An entry whose key is there is left alone.
        """
        with self.engine.begin() as db:
            # The case row is locked first, so that two writers never share a seq.
            self._lock(db, return_id)
            seal = self._seal(db, return_id)
            mine = (self._shop, return_id)
            return append_entries(db, seal, mine, new, self.now())

    def _lock(
        self, db: sa.Connection, return_id: str, *which: sa.ColumnElement[bool]
    ) -> bool:
        """Lock a case by marking it changed; False when there is none such."""
        change = _TOUCH.where(*which) if which else _TOUCH
        touched = db.execute(change, {**self._named(return_id), "now": self.now()})
        return touched.rowcount == 1

    def closed(self, return_id: str, words: str) -> str:
        """Seal words about a case, for where nothing personal may lie open."""
        with self.engine.connect() as db:
            seal = self._seal(db, return_id) or seal_of(new_key(), new_key())
        return seal.close(words, self._words(return_id))

    def opened(self, return_id: str, words: str) -> str:
        """Read words that were sealed; nothing once the case is erased."""
        if not is_sealed(words):
            return words
        with self.engine.connect() as db:
            seal = self._seal(db, return_id)
        try:
            return seal.open(words, self._words(return_id)) if seal else ""
        except Unsealable:
            return ""

    def _words(self, return_id: str) -> str:
        return f"words:{self._place(return_id)}"

    # -- sealed and opened; every statement carries the shop --------------------------

    def _seal(self, db: sa.Connection, return_id: str) -> Seal | None:
        """Find the seal of a case; None when it was erased, or is not there."""
        row = db.execute(_SEAL, self._named(return_id)).mappings().one_or_none()
        return None if row is None else self._seal_in(row)

    def _seal_in(self, row: Row) -> Seal | None:
        if row["salt"] is None or row["wrapped"] is None:
            return None
        return seal_of(self.keyring.unwrap(row["wrapped"]), row["salt"])

    def _case(self, row: Row) -> Case:
        seal = self._seal_in(row)
        if seal is None:
            return rows.case(row, None)
        text = seal.open(row["sealed"], self._place(row["return_id"]))
        return rows.case(row, rows.personal(text))

    def _shown(self, row: Row) -> Case:
        try:
            return self._case(row)
        except (KeysMissing, Unsealable):
            return replace(rows.case(row, Personal()), locked=True)

    def _place(self, return_id: str) -> str:
        return f"case:{len(self._shop)}:{self._shop}{return_id}"

    def _mine(self, return_id: str) -> sa.Update:
        mine = (cases.c.shop == self._shop, cases.c.return_id == return_id)
        return sa.update(cases).where(*mine)

    def _cases(self) -> sa.Select[Any]:
        return _CASES.where(cases.c.shop == self._shop)

    def _named(self, return_id: str) -> dict[str, object]:
        """Say whose case it is to the statements that are made once."""
        return {"of_shop": self._shop, "of_return": return_id}

    def _entries(self) -> sa.Select[Any]:
        return sa.select(entries).where(entries.c.shop == self._shop)


_WITH_KEYS = cases.outerjoin(
    data_keys,
    sa.and_(data_keys.c.shop == cases.c.shop, data_keys.c.subject == cases.c.subject),
)
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_MINE = (
    cases.c.shop == sa.bindparam("of_shop"),
    cases.c.return_id == sa.bindparam("of_return"),
)
_CASES = sa.select(cases, data_keys.c.wrapped).select_from(_WITH_KEYS)
_CASE = _CASES.where(*_MINE)
_SEAL = sa.select(cases.c.salt, data_keys.c.wrapped).select_from(_WITH_KEYS)
_SEAL = _SEAL.where(*_MINE)
_TOUCH = sa.update(cases).where(*_MINE).values(updated_at=sa.bindparam("now"))
