"""The way from the app to the store and back, in one thread, with its faults."""

from __future__ import annotations

import json as text
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask

from plugin.devstore import oauth
from plugin.devstore.graph import Request, error_body
from plugin.devstore.graph import answer as answered
from plugin.devstore.graph_fields import Context
from plugin.devstore.store import Store
from plugin.devstore.tokens import TokenRefused
from plugin.devstore.web import EXTENSION, DomainConverter
from tests.simulation.disk import Crash
from tests.simulation.faults import EXPIRED, Faults
from tests.simulation.http import answer, ask
from tests.simulation.timeline import Timeline

BROKEN = {
    "http_500": (500, b'{"errors": "try again"}'),
    "http_429": (429, b'{"errors": "try again"}'),
    "html": (200, b"<html><body>Just a moment</body></html>"),
}
NAME = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)
CALL_SECONDS = 0.2
TOKEN_SECONDS = 5.0


@dataclass(kw_only=True)
class Wire:
    """What the app takes for its session of HTTP; each call goes to the store at once.

    `between` lets others act in the moment before and after a call. `refused` counts
    how often the store said no to the same call once the faults were over; `broken`
    counts the calls that went wrong; `strange` is what shops were shown of others'.
    """

    store: Store
    faults: Faults
    timeline: Timeline
    between: Callable[[], None]
    note: Callable[..., None]
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: int = 0
    strange: list[str] = field(default_factory=list)
    # Of each token: whose it is, and since when it was used.
    owners: dict[str, tuple[str, float]] = field(default_factory=dict)

    def post(
        self,
        url: str,
        *,
        json: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        timeout: object = None,
        allow_redirects: bool = True,
    ) -> requests.Response:
        """Carry one call out, unless something comes between."""
        assert timeout is not None, "a call without a timeout may wait for ever"
        assert not allow_redirects, "a call that is led elsewhere carries its token"
        shop, _, path = urlsplit(url).path.strip("/").partition("/")
        self.between()
        if self.faults.crash("crash_call"):
            raise Crash(path)
        fault = self.faults.call(shop, self.timeline.seconds)
        self.broken += fault is not None
        self.timeline.wait(CALL_SECONDS)
        try:
            response = self._answer(shop, path, json, headers or {}, fault)
        finally:
            self.note("call", shop, path, _operation(json), fault)
        self.between()
        if self.faults.crash("crash_call"):
            raise Crash(path)
        return response

    def _answer(
        self,
        shop: str,
        path: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str],
        fault: str | None,
    ) -> requests.Response:
        if fault == "unreachable":
            raise requests.ConnectionError
        if fault in BROKEN:
            return answer(*BROKEN[fault])
        if path.endswith("access_token"):
            found = self._token(f"/{shop}/{path}", body)
        else:
            found = self._graphql(shop, body, headers, fault)
        if fault == "lost":
            raise requests.ReadTimeout
        if fault == "http_502":
            return answer(502, b"<html>Bad Gateway</html>")
        return answer(200, found.content[:-9]) if fault == "half" else found

    def _token(self, path: str, body: Mapping[str, Any]) -> requests.Response:
        """Ask the store's own desk for a token."""
        TOKEN_DESK.extensions[EXTENSION] = self.store
        return ask(TOKEN_DESK, path, text.dumps(body).encode(), {})

    def _graphql(
        self,
        domain: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str],
        fault: str | None,
    ) -> requests.Response:
        shop, token = self.store.shops[domain], headers["X-Shopify-Access-Token"]
        try:
            grant = self.store.tokens.open(domain, token)
            if fault == EXPIRED and self._is_in_use(token):
                grant.access_until = self.store.clock.now()
                grant = self.store.tokens.open(domain, token)
        except TokenRefused:
            self._look_whose(token, domain)
            return answer(401, b'{"errors": "no such token"}')
        self.owners.setdefault(token, (domain, self.timeline.seconds))
        if fault == "throttled":
            self.store.buckets.of(domain).set(0.0)
        if fault == "internal":
            return _json(error_body("INTERNAL_SERVER_ERROR", "it went wrong"))
        scopes = grant.scopes & shop.scopes
        context = Context(store=self.store, shop=shop, scopes=scopes)
        asked = Request(query=body["query"], variables=dict(body["variables"]))
        found = answered(asked, context)
        if not self.faults.lasting:
            # While answers get lost, who asks again may be refused again.
            self._count_refusals(domain, body, found)
        return _json(found)

    def _is_in_use(self, token: str) -> bool:
        """Tell whether a token worked for a while; none that is given out is dead."""
        _, since = self.owners.get(token, ("", self.timeline.seconds))
        return self.timeline.seconds - since > TOKEN_SECONDS

    def _look_whose(self, token: str, domain: str) -> None:
        whose, _ = self.owners.get(token, (domain, 0.0))
        if whose != domain:
            self.strange.append(f"the token of {whose} was shown to {domain}")

    def _count_refusals(
        self, domain: str, body: Mapping[str, Any], found: Mapping[str, Any]
    ) -> None:
        data = found.get("data") or {}
        for name, given in data.items():
            if isinstance(given, dict) and given.get("userErrors"):
                asked = text.dumps([domain, body["variables"]], sort_keys=True)
                self.refused[name, asked] += 1


def _operation(body: Mapping[str, Any]) -> str:
    """Name what is asked for."""
    found = NAME.search(str(body.get("query", "")))
    return found[1] if found else str(body.get("grant_type"))


def _json(body: object) -> requests.Response:
    return answer(200, text.dumps(body).encode())


def _desk() -> Flask:
    app = Flask("tokens")
    app.url_map.converters["domain"] = DomainConverter
    app.register_blueprint(oauth.blueprint)
    return app


TOKEN_DESK = _desk()
