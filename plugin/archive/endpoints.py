"""Endpoints: where a shop wants to be told, and the secrets that sign it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.fernet import InvalidToken, MultiFernet

from plugin.archive.scope import of_shop
from plugin.archive.tables import deliveries, endpoints, shops

WEBHOOK = "webhook"
FLOW = "flow"
MOST = 5
# How long an old secret still signs beside the new one.
OVERLAP = timedelta(hours=24)
# What has failed for so long, without one success, is switched off.
PATIENCE = timedelta(days=5)
FAILING = "failing"
# What is shown in place of an address that no secret in the settings opens.
LOCKED = "sealed; its key is missing"
GONE = "gone"
TOLD = "this address is told already; send it a test, or give another"
HERE_BUT_OFF = "this address is here already, switched off; switch it on"


class TooMany(Exception):
    """A shop has as many endpoints as it may."""

    code = "too_many_endpoints"


class ToldAlready(Exception):
    """A shop has an endpoint at this address."""

    code = "endpoint_exists"


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One place to tell; `rotating` tells that its old secret still signs.

    `url` is None where no key opens it; Flow's is empty.
    """

    id: str
    kind: str
    url: str | None
    enabled: bool
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    rotating: bool

    @property
    def shown(self) -> str:
        """The address, or in its place that nobody can read it."""
        return LOCKED if self.url is None else self.url


class Endpoints:
    """One shop's endpoints; every statement carries the shop."""

    def __init__(
        self,
        engine: sa.Engine,
        keys: MultiFernet,
        now: Callable[[], datetime],
        shop: str,
    ) -> None:
        """Bind to a shop for good."""
        self.engine = of_shop(engine, shop)
        self.keys = keys
        self.now = now
        self._shop = shop

    def all(self) -> list[Endpoint]:
        """List the endpoints, oldest first, the one of Flow among them."""
        query = self._select().order_by(endpoints.c.created_at, endpoints.c.id)
        with self.engine.connect() as db:
            return [self._endpoint(row) for row in db.execute(query).mappings()]

    def find(self, id: str) -> Endpoint | None:
        """Find an endpoint of this shop."""
        with self.engine.connect() as db:
            query = self._select().where(endpoints.c.id == id)
            row = db.execute(query).mappings().one_or_none()
        return None if row is None else self._endpoint(row)

    def signers(self, id: str) -> list[str]:
        """Find the secrets that sign now, newest first; none that no key opens."""
        with self.engine.connect() as db:
            query = self._select().where(endpoints.c.id == id)
            row = db.execute(query).mappings().one_or_none()
        if row is None:
            return []
        sealed = [row["secret"]]
        if self._rotates(row):
            sealed.append(row["old_secret"])
        return [text for one in sealed if (text := self._opened(one)) is not None]

    def add(self, url: str, secret: str) -> Endpoint:
        """Add an endpoint; raises `TooMany` and `ToldAlready`."""
        id = f"ep_{secrets.token_hex(8)}"
        there = self._select().where(endpoints.c.kind == WEBHOOK)
        with self.engine.begin() as db:
            # The shop is locked first, so that two members of staff never pass the end.
            change = sa.update(shops).where(shops.c.shop == self._shop)
            db.execute(change.values(shop=self._shop))
            self._check(url, db.execute(there).mappings().all())
            self._insert(db, id=id, kind=WEBHOOK, url=url, secret=secret)
        found = self.find(id)
        if found is None:
            raise LookupError(f"endpoint `{id}` vanished while it was added")
        return found

    def _check(self, url: str, there: Sequence[Mapping[Any, Any]]) -> None:
        urls = [(self._opened(row["url"]), row["enabled"]) for row in there]
        on = {_place(each): enabled for each, enabled in urls if each is not None}
        if _place(url) in on:
            raise ToldAlready(TOLD if on[_place(url)] else HERE_BUT_OFF)
        if len(there) >= MOST:
            raise TooMany(f"a shop has up to {MOST} addresses; remove one first")

    def use_flow(self) -> None:
        """Tell Shopify Flow from now on."""
        # Of two that switch it on at the same moment one is enough.
        with suppress(sa.exc.IntegrityError), self.engine.begin() as db:
            if db.execute(self._select().where(endpoints.c.id == FLOW)).first() is None:
                self._insert(db, id=FLOW, kind=FLOW, url="", secret="")
        self.enable(FLOW)

    def enable(self, id: str) -> None:
        """Tell an endpoint again, with its failures forgotten."""
        self._change(
            id, enabled=True, failing_since=None, disabled_at=None, disabled_why=None
        )

    def disable(self, id: str, why: str | None = None) -> None:
        """Tell an endpoint no more; `why` is the app's own reason."""
        self._change(id, enabled=False, disabled_at=self.now(), disabled_why=why)

    def rotate(self, id: str, secret: str) -> None:
        """Sign with a new secret; the one until now signs too for a while."""
        self._change(
            id,
            secret=self.keys.encrypt(secret.encode()),
            old_secret=endpoints.c.secret,
            old_secret_until=self.now() + OVERLAP,
        )

    def remove(self, id: str) -> None:
        """Forget an endpoint, its secrets and what it was owed."""
        mine = (deliveries.c.shop == self._shop, deliveries.c.endpoint_id == id)
        gone = sa.delete(endpoints).where(endpoints.c.shop == self._shop)
        with self.engine.begin() as db:
            db.execute(sa.delete(deliveries).where(*mine))
            db.execute(gone.where(endpoints.c.id == id))

    def worked(self, id: str) -> None:
        """Note that an endpoint took what it was sent."""
        self._change(id, failing_since=None)

    def failed(self, id: str) -> bool:
        """Note a failure; True when it was the last that was borne."""
        now = self.now()
        since = sa.func.coalesce(endpoints.c.failing_since, now)
        self._change(id, failing_since=since)
        found = self.find(id)
        begun = None if found is None else found.failing_since
        return begun is not None and now - begun >= PATIENCE

    def _insert(
        self, db: sa.Connection, *, url: str, secret: str, **values: str
    ) -> None:
        given = {**values, "shop": self._shop, "enabled": True}
        given |= {
            "url": self.keys.encrypt(url.encode()),
            "secret": self.keys.encrypt(secret.encode()),
            "created_at": self.now(),
        }
        db.execute(sa.insert(endpoints).values(given))

    def _select(self) -> sa.Select[Any]:
        return sa.select(endpoints).where(endpoints.c.shop == self._shop)

    def _change(self, id: str, **values: object) -> None:
        mine = (endpoints.c.shop == self._shop, endpoints.c.id == id)
        with self.engine.begin() as db:
            db.execute(sa.update(endpoints).where(*mine).values(values))

    def _rotates(self, row: Mapping[Any, Any]) -> bool:
        until = row["old_secret_until"]
        return row["old_secret"] is not None and until > self.now()

    def _endpoint(self, row: Mapping[Any, Any]) -> Endpoint:
        url, rotating = self._opened(row["url"]), self._rotates(row)
        read = ("url", "rotating")
        given = {name: row[name] for name in Endpoint.__slots__ if name not in read}
        return Endpoint(**given, url=url, rotating=rotating)

    def _opened(self, sealed: bytes) -> str | None:
        try:
            return self.keys.decrypt(sealed).decode()
        except InvalidToken:
            # Sealed with a secret that was taken out of the settings.
            return None


def _place(url: str) -> tuple[str, ...]:
    """Say where an address leads: two that differ in form alone are the same."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    if parts.scheme == "https":
        host = host.removesuffix(":443").removesuffix(":")
    return parts.scheme, host, parts.path or "/", parts.query
