"""Shops and their policies on shelves, one shelf a shop; cases lie there too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import sqlalchemy as sa

from plugin.archive import rows
from plugin.archive.canonical import sha256
from plugin.archive.casebook import Tell, untold
from plugin.archive.database import Lock, exclusive
from plugin.archive.entries import Stored
from plugin.archive.handing import Handing
from plugin.archive.keyring import Keyring
from plugin.archive.looking import Looking
from plugin.archive.opening import Opening
from plugin.archive.past import Remembering
from plugin.archive.refusals import Refusals
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.scrub import scrub
from plugin.archive.tables import installs, policies, shops, tokens
from plugin.archive.vault import wiped
from plugin.shop import PolicyVersion, Preferences, Profile, Shop

__all__ = ["SqlArchive", "SqlShelf", "Stored", "askable_shops", "installed_shops"]

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
INSTALL = "install"
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_SHOP = sa.select(shops).where(shops.c.shop == sa.bindparam("of_shop"))


class SqlArchive:
    """The memory of every shop, in one database."""

    def __init__(
        self,
        engine: sa.Engine,
        now: Callable[[], datetime],
        keyring: Keyring,
        tell: Tell = untold,
    ) -> None:
        """Work on a migrated database."""
        self.engine = engine
        self.now = now
        self.keyring = keyring
        self.tell = tell

    def of(self, shop: str) -> SqlShelf:
        """Open one shop's shelf."""
        return SqlShelf(self.engine, self.now, self.keyring, shop, self.tell)

    def scrub(self) -> None:
        """Overwrite what was deleted as far as is possible; `NotYet` if not now."""
        scrub(self.engine)


def installed_shops(engine: sa.Engine) -> list[str]:
    """List the shops that have the app installed."""
    query = sa.select(shops.c.shop).where(shops.c.uninstalled_at.is_(None))
    with across(engine, Across.PLANNING).connect() as db:
        return list(db.scalars(query.order_by(shops.c.shop)))


def askable_shops(engine: sa.Engine) -> list[str]:
    """List the shops that have the app, without those whose token is dead."""
    query = sa.select(shops.c.shop).join(tokens, tokens.c.shop == shops.c.shop)
    alive = (shops.c.uninstalled_at.is_(None), tokens.c.dead_since.is_(None))
    with across(engine, Across.PLANNING).connect() as db:
        return list(db.scalars(query.where(*alive).order_by(shops.c.shop)))


class SqlShelf(Handing, Looking, Opening, Refusals, Remembering):
    """One shop's part of the archive; every statement carries the shop."""

    def __init__(
        self,
        engine: sa.Engine,
        now: Callable[[], datetime],
        keyring: Keyring,
        shop: str,
        tell: Tell = untold,
    ) -> None:
        """Bind the shelf to its shop for good."""
        self.engine = of_shop(engine, shop)
        self.now = now
        self.keyring = keyring
        self._shop = shop
        self._tell = tell

    # -- the shop ---------------------------------------------------------------

    def shop(self) -> Shop | None:
        """Find the shop, installed or not."""
        with self.engine.connect() as db:
            row = db.execute(_SHOP, {"of_shop": self._shop}).mappings().one_or_none()
        return None if row is None else rows.shop(row)

    def install(self, profile: Profile, document: str) -> Shop:
        """Record an install; `document` becomes policy version 1 if there is none.

        Version 1 is in force for every older order, since the store promised
        something before the app came.
        """
        # Of two installs at the same moment one is enough.
        with suppress(sa.exc.IntegrityError), self.engine.begin() as db:
            self._upsert_shop(db, profile)
            if db.execute(self._where(policies).limit(1)).first() is None:
                self._insert_policy(db, document, BEGINNING, by=INSTALL)
        found = self.shop()
        if found is None:
            raise LookupError(f"shop `{self._shop}` vanished while it was installed")
        return found

    def _upsert_shop(self, db: sa.Connection, profile: Profile) -> None:
        values = rows.of_profile(profile)
        row = db.execute(self._where(shops)).mappings().one_or_none()
        if row is None:
            values |= rows.of_preferences(Preferences())
            values |= {"shop": self._shop, "generation": 1, "installed_at": self.now()}
            db.execute(sa.insert(shops).values(values))
            self._record_install(db, 1)
            return
        if row["uninstalled_at"] is not None:
            generation = row["generation"] + 1
            values |= {"generation": generation, "uninstalled_at": None}
            values |= {"installed_at": self.now()}
            self._record_install(db, generation)
        db.execute(self._update(shops).values(values))

    def _record_install(self, db: sa.Connection, generation: int) -> None:
        row = {"shop": self._shop, "generation": generation}
        db.execute(sa.insert(installs).values({**row, "installed_at": self.now()}))

    def held_token(self) -> bytes | None:
        """Name the token that the shop holds and that is not known to be dead."""
        alive = (tokens.c.shop == self._shop, tokens.c.dead_since.is_(None))
        with self.engine.connect() as db:
            return db.scalar(sa.select(tokens.c.access).where(*alive))

    def uninstall(self, given_up: bytes | None = None) -> bool:
        """Record that the shop left; False while it holds a token that may work.

        A token that lives came with a newer install than the one that ended, unless
        it is the one that was given up.
        """
        alive = tokens.c.dead_since.is_(None)
        held = sa.exists().where(tokens.c.shop == self._shop, alive)
        with self.engine.begin() as db:
            now = self.now()
            if given_up is not None:
                same = tokens.c.access == given_up
                db.execute(wiped(self._shop, self.now()).where(same))
            leaving = self._update(shops).where(shops.c.uninstalled_at.is_(None))
            left = db.execute(leaving.where(sa.not_(held)).values(uninstalled_at=now))
            if left.rowcount:
                ended = self._update(installs).where(
                    installs.c.uninstalled_at.is_(None)
                )
                db.execute(ended.values(uninstalled_at=now))
        return left.rowcount == 1

    def prefer(self, preferences: Preferences) -> None:
        """Save the merchant's preferences."""
        with self.engine.begin() as db:
            db.execute(self._update(shops).values(rows.of_preferences(preferences)))

    @contextmanager
    def alone(self) -> Iterator[Lock | None]:
        """Be the only one to move this shop's money; None while another is."""
        lock = exclusive(self.engine, f"money-{self._shop}")
        try:
            yield lock
        finally:
            if lock is not None:
                lock.close()

    # -- policies ---------------------------------------------------------------

    def policy_at(self, moment: datetime) -> PolicyVersion:
        """Find the policy version in force at a moment."""
        query = self._where(policies).where(policies.c.since <= moment)
        newest = query.order_by(policies.c.version.desc()).limit(1)
        with self.engine.connect() as db:
            return rows.policy(db.execute(newest).mappings().one())

    def policies(self) -> list[PolicyVersion]:
        """List the policy versions, newest first."""
        query = self._where(policies).order_by(policies.c.version.desc())
        with self.engine.connect() as db:
            return [rows.policy(row) for row in db.execute(query).mappings()]

    def save_policy(
        self, document: str, *, by: str, written: str | None = None
    ) -> PolicyVersion:
        """Save a policy as a new version in force from now on.

        The first version that a merchant saves, even the preset as it is, replaces
        the untouched preset for older orders too. Later on, saving what is in force
        already changes nothing but how it is `written`.
        """
        query = self._where(policies).order_by(policies.c.version.desc()).limit(1)
        with self.engine.begin() as db:
            # The shop is locked first, so that two savers never share a version.
            db.execute(self._update(shops).values(shop=self._shop))
            latest = rows.policy(db.execute(query).mappings().one())
            untouched = latest.saved_by == INSTALL
            if latest.sha256 != sha256(document) or untouched:
                since, number = (
                    BEGINNING if untouched else self.now(),
                    latest.version + 1,
                )
                self._insert_policy(
                    db, document, since, by=by, version=number, written=written
                )
            elif written is not None:
                newest = self._update(policies).where(
                    policies.c.version == latest.version
                )
                db.execute(newest.values(written=written))
        return self.policies()[0]

    def _insert_policy(
        self,
        db: sa.Connection,
        document: str,
        since: datetime,
        *,
        by: str,
        version: int = 1,
        written: str | None = None,
    ) -> None:
        db.execute(
            sa.insert(policies).values(
                shop=self._shop,
                version=version,
                since=since,
                document=document,
                sha256=sha256(document),
                saved_at=self.now(),
                saved_by=by,
                written=written,
            )
        )

    # -- every statement carries the shop ----------------------------------------

    def _where(self, table: sa.Table) -> sa.Select[tuple[object, ...]]:
        return sa.select(table).where(table.c.shop == self._shop)

    def _update(self, table: sa.Table) -> sa.Update:
        return sa.update(table).where(table.c.shop == self._shop)
