"""Tokens at rest: encrypted, renewed by one refresher at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import InvalidToken, MultiFernet

from plugin.archive.inserting import insert_into
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import shops, tokens
from plugin.shop import Token

# Longer than a refresh can take, so that a crash blocks no one for long.
LEASE = timedelta(seconds=30)
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_TOKEN = sa.select(tokens).where(tokens.c.shop == sa.bindparam("of_shop"))


class Vault:
    """Every shop's token, readable only with the app's keys."""

    def __init__(
        self, engine: sa.Engine, keys: MultiFernet, now: Callable[[], datetime]
    ) -> None:
        """Encrypt with the first key, decrypt with any."""
        self.engine = engine
        self.keys = keys
        self.now = now

    def load(self, shop: str) -> Token | None:
        """Find a shop's token, expired or not; None when no key of ours opens it."""
        row = self._row(shop)
        return None if row is None or row["dead_since"] else self._open(row)

    def _row(self, shop: str) -> Mapping[Any, Any] | None:
        with of_shop(self.engine, shop).connect() as db:
            return db.execute(_TOKEN, {"of_shop": shop}).mappings().one_or_none()

    def _open(self, row: Mapping[Any, Any]) -> Token | None:
        try:
            return Token(
                access=self.keys.decrypt(row["access"]).decode(),
                expires_at=row["expires_at"],
                refresh=self.keys.decrypt(row["refresh"]).decode(),
                refresh_expires_at=row["refresh_expires_at"],
                scopes=frozenset(row["scopes"].split(",")),
            )
        except InvalidToken:
            # Sealed with a secret that was taken out of the settings: as good as
            # none. The next opening of the app brings a new one.
            return None

    def has(self, shop: str) -> bool:
        """Tell whether a shop has a token that works or can be renewed.

        One that is refused does not: whoever opens the app brings another.
        """
        row = self._row(shop)
        if row is None or row["dead_since"] or row["refused_since"]:
            return False
        token = self._open(row)
        return token is not None and token.refresh_expires_at > self.now()

    def keep(self, shop: str, token: Token) -> None:
        """Store a token in place of the old one and end the lease on it."""
        values = {
            "shop": shop,
            "access": self.keys.encrypt(token.access.encode()),
            "expires_at": token.expires_at,
            "refresh": self.keys.encrypt(token.refresh.encode()),
            "refresh_expires_at": token.refresh_expires_at,
            "scopes": ",".join(sorted(token.scopes)),
            "refreshing_until": None,
            "dead_since": None,
            "refused_since": None,
        }
        insert = insert_into(tokens, self.engine.dialect).values(values)
        upsert = insert.on_conflict_do_update(index_elements=["shop"], set_=values)
        with of_shop(self.engine, shop).begin() as db:
            db.execute(upsert)

    def claim(self, shop: str) -> bool:
        """Become the one refresher of a shop's token until kept or timed out."""
        now = self.now()
        free = sa.or_(
            tokens.c.refreshing_until.is_(None), tokens.c.refreshing_until < now
        )
        alive = tokens.c.dead_since.is_(None)
        change = sa.update(tokens).where(tokens.c.shop == shop, free, alive)
        with of_shop(self.engine, shop).begin() as db:
            return db.execute(change.values(refreshing_until=now + LEASE)).rowcount == 1

    def release(self, shop: str) -> None:
        """Give up a claim whose refresh did not come through."""
        change = sa.update(tokens).where(tokens.c.shop == shop)
        with of_shop(self.engine, shop).begin() as db:
            db.execute(change.values(refreshing_until=None))

    def refuse(self, shop: str, access: str) -> None:
        """Note that calls with a token are refused, unless a newer one took its place.

        It is kept: what refuses it may pass by itself.
        """
        first = sa.func.coalesce(tokens.c.refused_since, self.now())
        refused = sa.update(tokens).where(tokens.c.shop == shop)
        self._change(shop, access, refused.values(refused_since=first))

    def forget(self, shop: str, access: str) -> bool:
        """Mark a token as dead and wipe it, unless a newer one took its place."""
        return self._change(shop, access, wiped(shop, self.now()))

    def _change(self, shop: str, access: str, change: sa.Update) -> bool:
        """Change the token that a shop is known to hold; False where it has another."""
        held = self.load(shop)
        if held is None or held.access != access:
            return False
        same = tokens.c.expires_at == held.expires_at
        with of_shop(self.engine, shop).begin() as db:
            return db.execute(change.where(same)).rowcount == 1

    def dead_since(self, shop: str) -> datetime | None:
        """Tell since when a shop waits for its merchant to open the app."""
        query = sa.select(tokens.c.dead_since).where(tokens.c.shop == shop)
        with of_shop(self.engine, shop).connect() as db:
            return db.scalar(query)

    def ending(self, before: datetime) -> list[str]:
        """List shops with the app whose token cannot be renewed after a moment."""
        query = sa.select(tokens.c.shop).join(shops, shops.c.shop == tokens.c.shop)
        query = query.where(
            shops.c.uninstalled_at.is_(None),
            tokens.c.dead_since.is_(None),
            tokens.c.refresh_expires_at < before,
            tokens.c.refresh_expires_at > self.now(),
        )
        with across(self.engine, Across.PLANNING).connect() as db:
            return list(db.scalars(query.order_by(tokens.c.refresh_expires_at)))


def wiped(shop: str, now: datetime) -> sa.Update:
    """Mark a shop's token as dead and wipe it; whoever opens the app brings a new one.

    Which token is meant the caller says.
    """
    gone = {"access": b"", "refresh": b"", "refreshing_until": None}
    same = sa.update(tokens).where(tokens.c.shop == shop)
    return same.values(dead_since=now, **gone)
