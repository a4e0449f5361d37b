"""Expiring offline tokens: got by exchange, renewed ahead of time by one refresher.

An access token lives 60 minutes, a refresh token 90 days; both change on renewal,
and the old refresh token works until the new access token is first used
(shopify.dev: offline access tokens; changelog 2026-08-28).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
import structlog

from plugin.ports import Vault
from plugin.shop import Token
from plugin.shopify.errors import (
    NoAccess,
    PlatformError,
    Refused,
    TokenDead,
    Unreachable,
)
from plugin.tally import count

TIMEOUT = (3.05, 15.0)
RENEW_AHEAD = timedelta(minutes=5)
# A refresh token lives 90 days. A shop in which nothing happens gets a new one a week
# after the last.
QUIET_LEFT = timedelta(days=83)
WAIT_FOR_OTHERS = 10.0
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """Gives out a working access token for a shop."""

    session: requests.Session
    vault: Vault
    api_key: str
    api_secret: str
    shop_url: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def exchange(self, shop: str, id_token: str) -> Token:
        """Turn a merchant's ID token into the shop's offline token and keep it."""
        token = self._ask(
            shop,
            grant_type=EXCHANGE,
            subject_token=id_token,
            subject_token_type=ID_TOKEN,
            requested_token_type=OFFLINE,
            expiring=1,
        )
        self.vault.keep(shop, token)
        return token

    def redeem(self, shop: str, code: str) -> Token:
        """Turn the code of a grant into the shop's offline token and keep it."""
        token = self._ask(shop, code=code, expiring=1)
        self.vault.keep(shop, token)
        return token

    def access(self, shop: str) -> str:
        """Return an access token that is good for some minutes yet.

        Raises `NoAccess` when the shop has none, `Unreachable` when it cannot be
        renewed now.
        """
        token = self._token(shop)
        if token.expires_at - self.now() > RENEW_AHEAD:
            return token.access
        return self.renew(shop, stale=token.access)

    def renew(self, shop: str, *, stale: str) -> str:
        """Renew the token unless somebody already did; one refresher at a time."""
        waited = 0.0
        while True:
            token = self._token(shop)
            if token.access != stale:
                return token.access
            if self.vault.claim(shop):
                return self._refresh(shop, stale)
            if waited > WAIT_FOR_OTHERS:
                raise Unreachable("another process is still renewing the token")
            self.sleep(0.1)
            waited += 0.1

    def renew_quiet(self) -> int:
        """Renew what nobody used for a week, while it can be; returns how many."""
        renewed = 0
        for shop in self.vault.ending(self.now() + QUIET_LEFT):
            try:
                self.renew(shop, stale=self._token(shop).access)
            except PlatformError as error:
                log.warning("token_not_renewed", shop=shop, code=error.code)
            else:
                renewed += 1
        return renewed

    def bury(self, shop: str, access: str) -> None:
        """Give up a token that the platform takes no more; its merchant must come."""
        if self.vault.forget(shop, access):
            log.error("token_dead", shop=shop)

    def _token(self, shop: str) -> Token:
        token = self.vault.load(shop)
        if token is None:
            raise NoAccess(f"no token for `{shop}`; the merchant must open the app")
        return token

    def _refresh(self, shop: str, stale: str) -> str:
        """Ask for a new pair and keep it before anybody uses it."""
        try:
            held = self._token(shop)
            # Somebody may have renewed it between our look and our claim.
            if held.access != stale:
                self.vault.release(shop)
                return held.access
            token = self._ask(
                shop, grant_type="refresh_token", refresh_token=held.refresh
            )
        except TokenDead:
            # The next opening of the app brings a new one.
            self.bury(shop, stale)
            raise
        except Exception:
            self.vault.release(shop)
            raise
        self.vault.keep(shop, token)
        return token.access

    def _ask(self, shop: str, **grant: Any) -> Token:
        url = f"{self.shop_url.format(shop=shop)}/admin/oauth/access_token"
        body = {"client_id": self.api_key, "client_secret": self.api_secret, **grant}
        try:
            token = self._read(self._post(url, body))
        except PlatformError as error:
            count("token_requests", result=error.code)
            raise
        count("token_requests", result="ok")
        return token

    def _post(self, url: str, body: Mapping[str, Any]) -> requests.Response:
        try:
            return self.session.post(
                url, json=body, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            # Never the exception itself: its text could carry the request.
            raise Unreachable(f"token endpoint: {type(error).__name__}") from None

    def _read(self, response: requests.Response) -> Token:
        status = response.status_code
        if status in (408, 429) or status >= 500:
            raise Unreachable(f"token endpoint: HTTP {status}")
        if status == 401:
            raise TokenDead("token endpoint: HTTP 401; the app must be opened again")
        if status in (402, 403, 404, 423):
            raise NoAccess(f"token endpoint: HTTP {status}; reopen the app")
        if status != 200:
            raise Refused(f"token endpoint: HTTP {status}")
        try:
            return self._token_from(response.json())
        except (KeyError, TypeError, ValueError, OverflowError):
            raise Unreachable("token endpoint: the answer is not a token") from None

    def _token_from(self, body: Mapping[str, Any]) -> Token:
        now = self.now()
        return Token(
            access=_text(body["access_token"]),
            expires_at=now + timedelta(seconds=int(body["expires_in"])),
            refresh=_text(body["refresh_token"]),
            refresh_expires_at=now
            + timedelta(seconds=int(body["refresh_token_expires_in"])),
            scopes=frozenset(_text(body["scope"]).split(",")),
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a token's part is no text")
    return value
