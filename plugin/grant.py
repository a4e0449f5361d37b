"""The grant: how a shop's token is got where the platform sends no ID token.

Only for a document from outside the admin that bears the platform's own signature.
The shop is read from it; nobody is ever asked for one. In the end the browser is back
in the admin, where ID tokens are sent.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Redirect

from plugin.ports import PlatformError

COOKIE = "evenhand_grant"
COOKIE_SECONDS = 600
# A signed address is good for so long.
FRESH_SECONDS = 90
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", re.ASCII)

Query = dict[str, str]


class NotGranted(Exception):
    """A grant that was not begun here, is not signed, or comes late."""

    def __init__(self, code: str) -> None:
        """Keep the stable code."""
        super().__init__(f"no grant: `{code}`; open the app in the shop's admin")
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Grants:
    """What a grant needs: the app's credentials, and what to do with a code.

    `ready` tells whether a shop has the app with all it needs; `redeem` installs.
    """

    api_key: str
    secrets: tuple[str, ...]
    scopes: frozenset[str]
    shop_url: str
    now: Callable[[], datetime]
    ready: Callable[[str], bool]
    redeem: Callable[[str, str], None]

    def query(self, text: bytes) -> Query:
        """Read a signed query; raises `NotGranted`."""
        pairs = parse_qsl(text.decode("ascii", "replace"), keep_blank_values=True)
        found = dict(pairs)
        if len(found) != len(pairs) or not _is_signed(found, self.secrets):
            raise NotGranted("query_refused")
        if _SHOP.fullmatch(found.get("shop", "")) is None:
            raise NotGranted("query_foreign_shop")
        if not self._is_fresh(found.get("timestamp", "")):
            raise NotGranted("query_too_old")
        return found

    def _is_fresh(self, timestamp: str) -> bool:
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            return False
        return abs(self.now().timestamp() - int(timestamp)) <= FRESH_SECONDS

    def admin(self, shop: str) -> str:
        """Name the address of the app inside a shop's admin."""
        return f"{self.shop_url.format(shop=shop)}/admin/apps/{self.api_key}"

    def authorize(self, shop: str, state: str, redirect_uri: str) -> str:
        """Name the address at which the merchant is asked."""
        asked = {
            "client_id": self.api_key,
            "scope": ",".join(sorted(self.scopes)),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        address = f"{self.shop_url.format(shop=shop)}/admin/oauth/authorize"
        return f"{address}?{urlencode(asked)}"


def blueprint(grants: Grants) -> Blueprint:
    """Make the two addresses of a grant."""
    made = Blueprint("grant", __name__, url_prefix="/auth")
    made.add_url_rule("/begin", "begin", partial(begin, grants))
    made.add_url_rule("/callback", "callback", partial(callback, grants))
    made.register_error_handler(NotGranted, _refuse)
    made.after_request(_secure)
    return made


def begin(grants: Grants) -> ResponseReturnValue:
    """Send the merchant to be asked, or into the admin where nothing is left to ask."""
    shop = grants.query(request.query_string)["shop"]
    if grants.ready(shop):
        return redirect(grants.admin(shop), 302)
    state = secrets.token_urlsafe(32)
    answer = redirect(grants.authorize(shop, state, _callback_address()), 302)
    _remember(answer, f"{state}:{shop}", seconds=COOKIE_SECONDS)
    return answer


def callback(grants: Grants) -> ResponseReturnValue:
    """Take the code of a grant that this browser began, once."""
    query = grants.query(request.query_string)
    shop = query["shop"]
    begun = f"{query.get('state', '')}:{shop}".encode()
    if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), begun):
        raise NotGranted("state_unknown")
    try:
        grants.redeem(shop, query.get("code", ""))
    except PlatformError as error:
        raise NotGranted(error.code) from error
    answer = redirect(grants.admin(shop), 302)
    _remember(answer, "", seconds=0)
    return answer


def _is_signed(query: Query, secrets: tuple[str, ...]) -> bool:
    """Check the hex digest over the other parameters, sorted by their names."""
    rest = sorted((name, value) for name, value in query.items() if name != "hmac")
    text = "&".join(f"{_plain(name)}={_plain(value)}" for name, value in rest).encode()
    given = query.get("hmac", "").encode()
    digests = [
        hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode()
        for secret in secrets
    ]
    # All are compared, so that the time tells nothing of which one it was.
    fits = [hmac.compare_digest(digest, given) for digest in digests]
    return any(fits)


def _plain(text: str) -> str:
    # As ShopifyAPI does, so that no value can look like two parameters.
    return text.replace("%", "%25").replace("&", "%26")


def _callback_address() -> str:
    """Name our own address; the platform compares it with the app's manifest."""
    scheme = "http" if _is_local() else "https"
    return url_for("grant.callback", _external=True, _scheme=scheme)


def _is_local() -> bool:
    return urlsplit(request.host_url).hostname in LOCAL


def _remember(answer: Redirect, value: str, *, seconds: int) -> None:
    answer.set_cookie(
        COOKIE,
        value,
        max_age=seconds,
        path="/auth",
        httponly=True,
        secure=not _is_local(),
        samesite="Lax",
    )


def _refuse(error: NotGranted) -> ResponseReturnValue:
    text = f"Open Evenhand from the apps in the shop's admin. ({error.code})\n"
    answer = Response(text, 400, mimetype="text/plain")
    _remember(answer, "", seconds=0)
    return answer


def _secure(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; frame-ancestors 'none'"
    )
    return answer
