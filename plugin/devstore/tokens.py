"""Offline access tokens that expire, and the refresh tokens behind them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.devstore.clock import Clock

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 90 * 24 * 3600


class TokenRefused(Exception):
    """A token that opens nothing."""


@dataclass(kw_only=True, eq=False)
class Grant:
    """An access token and the refresh token that came with it."""

    shop: str
    access_token: str
    refresh_token: str
    scopes: frozenset[str]
    access_until: datetime
    refresh_until: datetime
    # The client secret it was asked for with: revoking that ends it.
    secret: str = ""
    parent: Grant | None = None
    refresh_dead: bool = False
    # Renewed as ever, and taken for nothing: a new session brings another.
    refused: bool = False


@dataclass(kw_only=True)
class Issued:
    """How many tokens one shop gave out."""

    issued: int = 0
    refreshed: int = 0


class TokenDesk:
    """Gives out tokens and knows the ones that are good."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_access: dict[str, Grant] = {}
        self._by_refresh: dict[str, Grant] = {}
        self._issued: dict[str, Issued] = {}
        self._codes: dict[str, tuple[str, frozenset[str]]] = {}

    def issue(self, shop: str, scopes: frozenset[str], secret: str = "") -> Grant:
        """A first pair of tokens for a shop."""
        self.issued(shop).issued += 1
        return self._grant(shop, scopes, secret, parent=None)

    def offer(self, shop: str, scopes: frozenset[str]) -> str:
        """A code that is good for one pair of tokens."""
        code = secrets.token_hex(16)
        self._codes[code] = (shop, scopes)
        return code

    def redeem(self, shop: str, code: str, secret: str) -> Grant:
        """The tokens that a code is good for, once."""
        offered = self._codes.pop(code, None)
        if offered is None or offered[0] != shop:
            raise TokenRefused
        return self.issue(shop, offered[1], secret)

    def refresh(self, shop: str, refresh_token: str, secret: str = "") -> Grant:
        """A new pair; the old refresh token stays good until the new pair is used."""
        old = self._by_refresh.get(refresh_token)
        if old is None or old.shop != shop or self._is_dead(old):
            raise TokenRefused
        self._retire(old.parent)
        self.issued(shop).refreshed += 1
        return self._grant(shop, old.scopes, secret, parent=old)

    def open(self, shop: str, access_token: str) -> Grant:
        """The grant behind an access token; using it retires the one before."""
        grant = self._by_access.get(access_token)
        if grant is None or grant.shop != shop or grant.refused:
            raise TokenRefused
        if grant.access_until <= self._clock.now():
            raise TokenRefused
        self._retire(grant.parent)
        return grant

    def revoke(self, shop: str) -> None:
        """Make every token of a shop worthless."""
        self._end([each for each in self._by_access.values() if each.shop == shop])

    def revoke_secret(self, secret: str) -> None:
        """Make every token worthless that hangs on a client secret."""
        grants = self._by_access.values()
        self._end([each for each in grants if each.secret == secret])

    def _end(self, grants: list[Grant]) -> None:
        for grant in grants:
            del self._by_access[grant.access_token]
            del self._by_refresh[grant.refresh_token]

    def refuse(self, shop: str) -> int:
        """Take a shop's tokens no more, nor what they are renewed to."""
        grants = [grant for grant in self._by_access.values() if grant.shop == shop]
        for grant in grants:
            grant.refused = True
        return len(grants)

    def expire(self, shop: str) -> int:
        """Let the access tokens of a shop run out now."""
        grants = [grant for grant in self._by_access.values() if grant.shop == shop]
        for grant in grants:
            grant.access_until = self._clock.now()
        return len(grants)

    def issued(self, shop: str) -> Issued:
        """What a shop gave out so far."""
        return self._issued.setdefault(shop, Issued())

    def _grant(
        self, shop: str, scopes: frozenset[str], secret: str, *, parent: Grant | None
    ) -> Grant:
        now = self._clock.now()
        grant = Grant(
            shop=shop,
            access_token=f"shpat_{secrets.token_hex(16)}",
            refresh_token=f"shprt_{secrets.token_hex(16)}",
            scopes=scopes,
            access_until=now + timedelta(seconds=ACCESS_SECONDS),
            refresh_until=now + timedelta(seconds=REFRESH_SECONDS),
            secret=secret,
            parent=parent,
            refused=parent is not None and parent.refused,
        )
        self._by_access[grant.access_token] = grant
        self._by_refresh[grant.refresh_token] = grant
        return grant

    def _is_dead(self, grant: Grant) -> bool:
        return grant.refresh_dead or grant.refresh_until <= self._clock.now()

    @staticmethod
    def _retire(grant: Grant | None) -> None:
        if grant is not None:
            grant.refresh_dead = True
