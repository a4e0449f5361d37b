"""The stores: their tokens, scopes, last events, and whether they can be reached."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from plugin.archive.vault import Vault
from plugin.doctor.database import clock
from plugin.doctor.finding import Finding, fail, fine, warn
from plugin.doctor.subscriptions import judge
from plugin.doctor.work import span
from plugin.shop import Token
from plugin.shopify import scopes
from plugin.shopify.client import API_VERSION, OPERATIONS

MANIFEST = Path(__file__).resolve().parent.parent.parent / "shopify.app.toml"
QUIET = timedelta(days=7)
ENDS_SOON = timedelta(days=14)
TIMEOUT = (3.05, 10.0)
NOT_ASKED = (
    "not asked: its access token's hour is over, and the app renews it when it needs it"
)
REOPEN = "ask the merchant to open the app in the store's admin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stores:
    """Looks at one shop after the other; a token is used, never renewed or dropped.

    One that the store refuses is marked, so that whoever opens the app brings another.
    """

    session: requests.Session
    vault: Vault
    shop_url: str
    wanted: frozenset[str]
    now: Callable[[], datetime]
    declared: frozenset[str] = frozenset()
    online: bool = True

    def look(self, shop: str, heard: datetime | None) -> Iterator[Finding]:
        """Look at one shop that has the app."""
        yield self._heard(shop, heard)
        token = self.vault.load(shop)
        if token is None:
            yield self._lost(shop)
            return
        yield self._token(shop, token)
        yield self._scopes(shop, token)
        if self.online and token.expires_at > self.now():
            yield from self._call(shop, token)
        elif self.online:
            yield fine("store", NOT_ASKED, shop)

    def _heard(self, shop: str, heard: datetime | None) -> Finding:
        if heard is None:
            do = "see that the webhooks of `shopify.app.toml` are released"
            return warn("last event", "nothing was ever heard", do, shop)
        quiet = self.now() - heard
        says = f"the last came {span(quiet.total_seconds())} ago"
        if quiet <= QUIET:
            return fine("last event", says, shop)
        do = "see in the Dev Dashboard whether deliveries fail"
        return warn("last event", says, do, shop)

    def _lost(self, shop: str) -> Finding:
        since = self.vault.dead_since(shop)
        if since is not None:
            ago = span((self.now() - since).total_seconds())
            says = f"the platform takes it no more, for {ago}; the shop's work sleeps"
            return fail("token", says, REOPEN, shop)
        says = "there is none, or no key in `EVENHAND_SECRETS` opens it"
        return fail("token", says, f"put the older secret back, or {REOPEN}", shop)

    def _token(self, shop: str, token: Token) -> Finding:
        left = token.refresh_expires_at - self.now()
        if left <= timedelta(0):
            return fail("token", "it ended and cannot be renewed", REOPEN, shop)
        says = f"it can be renewed for {span(left.total_seconds())} more"
        if left > ENDS_SOON:
            return fine("token", says, shop)
        return warn("token", says, f"if it stays so for a day, {REOPEN}", shop)

    def _scopes(self, shop: str, token: Token) -> Finding:
        missing = sorted(scopes.missing(token.scopes, self.wanted))
        if not missing:
            return fine("scopes", "all are granted", shop)
        return fail("scopes", f"missing: {', '.join(missing)}", REOPEN, shop)

    def _call(self, shop: str, token: Token) -> Iterator[Finding]:
        try:
            answer = self._ask(shop, token, "shop_info")
            listed = self._ask(shop, token, "webhook_subscriptions")
        except requests.RequestException as error:
            do = "check the network, DNS and proxy from here to the store"
            yield fail("store", f"not reached: {type(error).__name__}", do, shop)
            return
        if answer.status_code == 401:
            self.vault.refuse(shop, token.access)
        yield self._answered(shop, answer)
        yield from _their_version(shop, answer)
        yield from _their_clock(shop, answer)
        if listed.status_code == 200:
            yield judge(shop, _json(listed), self.declared)

    def _ask(self, shop: str, token: Token, operation: str) -> requests.Response:
        url = f"{self.shop_url.format(shop=shop)}/admin/api/{API_VERSION}/graphql.json"
        return self.session.post(
            url,
            json={"query": OPERATIONS[operation]},
            headers={"X-Shopify-Access-Token": token.access},
            timeout=TIMEOUT,
            allow_redirects=False,
        )

    def _answered(self, shop: str, answer: requests.Response) -> Finding:
        status, took = answer.status_code, answer.elapsed.total_seconds() * 1000
        if status == 200:
            return fine("store", f"it answered in {took:.0f} ms", shop)
        if status in (401, 402, 403, 404, 423):
            says = f"it refuses the token: HTTP {status}"
            return fail("store", says, REOPEN, shop)
        return warn("store", f"it answered HTTP {status}", "try again later", shop)


def _json(answer: requests.Response) -> object:
    try:
        found: object = answer.json()
    except requests.JSONDecodeError:
        return None
    return found


def _their_version(shop: str, answer: requests.Response) -> Iterator[Finding]:
    version = answer.headers.get("X-Shopify-API-Version", API_VERSION)
    if version != API_VERSION:
        says = f"it answers as {version}; this release asks for {API_VERSION}"
        yield warn("API version", says, "install a release for that version", shop)


def _their_clock(shop: str, answer: requests.Response) -> Iterator[Finding]:
    try:
        yield clock(
            "the store", parsedate_to_datetime(answer.headers["Date"]), shop=shop
        )
    except (KeyError, TypeError, ValueError):
        return


def wanted_scopes(manifest: Path = MANIFEST) -> frozenset[str]:
    """Read the scopes that the app asks for; none where there is no manifest."""
    if not manifest.is_file():
        return frozenset()
    text = tomllib.loads(manifest.read_text("utf-8"))
    listed = text.get("access_scopes", {}).get("scopes", "")
    return frozenset(scope.strip() for scope in listed.split(",") if scope.strip())
