"""The door: proves that a request comes from a shop's staff, and installs the app.

The shop is read from the signed token only; whatever else a request says of its shop
is a hint.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

import jwt
import structlog
from flask import g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from shopify import session_token  # type: ignore[import-untyped]  # ships no types

from plugin.ports import Archive, PlatformError

RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request"
FETCH_HEADER = "X-Evenhand-Fetch"

_SHOP = re.compile(r"https://([a-z0-9][a-z0-9-]*\.myshopify\.com)", re.ASCII)
# The first second of the year 10,000.
_FAR = 253_402_300_800
# How often the log is told of tokens that are refused for the same reason.
_SAY_AGAIN_SECONDS = 60.0
# A token that is older may have come from an old address, and be made anew.
_NEW = timedelta(seconds=60)
_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """A member of a shop's staff, as their ID token proves.

    At `since` the platform let them into the app, so that the shop had it then.
    """

    shop: str
    user_id: str
    since: datetime | None = None

    @property
    def signature(self) -> str:
        """Name the person the way records do."""
        return f"staff:{self.user_id}"


class NotAStaffSession(Exception):
    """A request that does not prove a shop's staff; `code` says why."""

    def __init__(self, code: str) -> None:
        """Keep the stable code."""
        super().__init__(f"no staff session: `{code}`; reload the app in the admin")
        self.code = code


class NoSecretFits(NotAStaffSession):
    """A token that the admin made just now, and that no secret of the app fits."""

    def __init__(self) -> None:
        """Have its code: another token would be refused too."""
        super().__init__("no_secret_fits")


class InstallFailed(Exception):
    """The app could not be set up for a shop; opening it again tries again."""

    def __init__(self, code: str) -> None:
        """Keep the stable code."""
        super().__init__(f"the app could not be set up: `{code}`; reload to try again")
        self.code = code


class ScopesMissing(Exception):
    """The shop does not grant what the app needs; `scopes` says what is missing."""

    code = "scopes_missing"

    def __init__(self, scopes: frozenset[str]) -> None:
        """Keep what is missing."""
        super().__init__(f"the shop has not granted {', '.join(sorted(scopes))}")
        self.scopes = scopes


class Sessions:
    """Reads ID tokens that are signed with one of the app's secrets."""

    def __init__(self, *, api_key: str, secrets: tuple[str, ...]) -> None:
        """Accept tokens made for `api_key`; the current secret stands first."""
        self._api_key = api_key
        self._secrets = secrets

    def staff(self, token: str) -> Staff:
        """Read who a token speaks for; raises `NotAStaffSession` for any doubt.

        Raises `NoSecretFits` where to fetch another token is of no use.
        """
        if not token:
            raise NotAStaffSession("id_token_missing")
        claims = self._claims(token)
        dest = claims["dest"]
        shop = _SHOP.fullmatch(dest) if isinstance(dest, str) else None
        if shop is None:
            raise NotAStaffSession("id_token_foreign_host")
        if "exp" not in claims or claims["iss"] != f"{dest}/admin":
            raise NotAStaffSession("id_token_refused")
        since = _moment(claims.get("iat"))
        return Staff(shop=shop[1], user_id=str(claims["sub"]), since=since)

    def _claims(self, token: str) -> dict[str, Any]:
        code, unfit = "id_token_refused", 0
        for secret in self._secrets:
            try:
                return cast("dict[str, Any]", self._decode(token, secret))
            except session_token.SessionTokenError as error:
                unfit += isinstance(error.__cause__, jwt.InvalidSignatureError)
                if isinstance(error.__cause__, jwt.ExpiredSignatureError):
                    code = "id_token_expired"
            except (TypeError, ValueError, AttributeError):
                # A signed token whose addresses are no addresses.
                break
        if unfit == len(self._secrets) and self._is_new(token):
            raise NoSecretFits
        raise NotAStaffSession(code)

    def _is_new(self, token: str) -> bool:
        """Tell whether a token says that it was made for this app just now.

        It is read without its signature: on it hangs only what somebody is told.
        """
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return False
        made = _moment(claims.get("iat"))
        new = made is not None and abs(datetime.now(UTC) - made) < _NEW
        return new and claims.get("aud") == self._api_key

    def _decode(self, token: str, secret: str) -> object:
        return session_token.decode_from_header(
            f"Bearer {token}", self._api_key, secret
        )


def _moment(seconds: object) -> datetime | None:
    """Read a time of a token; None for what is none."""
    if not isinstance(seconds, int) or not 0 <= seconds < _FAR:
        return None
    return datetime.fromtimestamp(seconds, UTC)


class Door:
    """Lets staff in and sets the app up on a shop's first visit."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        archive: Archive,
        has_token: Callable[[str], bool],
        install: Callable[[str, str], None],
        bounce: str,
        lacks: Callable[[str], frozenset[str]] = lambda _shop: frozenset(),
        grant: str | None = None,
    ) -> None:
        """Turn documents without a session to the `bounce` endpoint.

        Those from outside the admin, where no bridge could help, go to `grant`.
        `lacks` tells what a shop does not grant of what the app needs.
        """
        self._grant = grant
        self._lacks = lacks
        self._sessions = sessions
        self._archive = archive
        self._has_token = has_token
        self._install = install
        self._bounce = bounce
        self._said: dict[str, float] = {}

    def enter(self) -> ResponseReturnValue | None:
        """Let a request pass, or answer in its place.

        Raises `InstallFailed` and `ScopesMissing`.
        """
        token = given_token()
        try:
            g.staff = self._sessions.staff(token)
        except NotAStaffSession as error:
            self._say_refused(error.code)
            if isinstance(error, NoSecretFits) and not is_fetch():
                # Sent for another token, a browser would go round without an end.
                raise
            return _refusal(error) if is_fetch() else self._turn()
        self._set_up(g.staff.shop, token)
        if g.staff.since is not None:
            self._archive.of(g.staff.shop).note_opened(g.staff.since)
        return None

    def _set_up(self, shop: str, token: str) -> None:
        known = self._archive.of(shop).shop()
        here = known is not None and known.installed
        ready = here and self._has_token(shop)
        if ready and not self._lacks(shop):
            return
        try:
            # A new token brings what was granted since the last one.
            self._install(shop, token)
        except PlatformError as error:
            raise InstallFailed(error.code) from error
        lacking = self._lacks(shop)
        if lacking:
            raise ScopesMissing(lacking)
        g.renewed = here and not ready

    def _say_refused(self, code: str) -> None:
        """Log why a token is refused, once a minute; none at all is everyday."""
        now = time.monotonic()
        last = self._said.get(code)
        recent = last is not None and now - last < _SAY_AGAIN_SECONDS
        if code == "id_token_missing" or recent:
            return
        self._said[code] = now
        log.warning("id_token_not_taken", code=code)

    def _turn(self) -> ResponseReturnValue:
        if self._grant is None or not _is_from_outside():
            return self._to_bounce()
        query = request.query_string.decode("ascii", "replace")
        return redirect(f"{url_for(self._grant)}?{query}", 302)

    def _to_bounce(self) -> ResponseReturnValue:
        dropped = ("id_token", "shopify-reload")
        kept = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in dropped
        ]
        back = request.path + (f"?{urlencode(kept)}" if kept else "")
        query = urlencode([*kept, ("shopify-reload", back)])
        return redirect(f"{url_for(self._bounce)}?{query}", 302)


def current_staff() -> Staff:
    """Tell who makes the current request; the door has let them in."""
    return cast("Staff", g.staff)


def was_renewed() -> bool:
    """Tell whether this request gave a shop back the access that had ended."""
    return bool(g.get("renewed"))


def is_fetch() -> bool:
    """Tell whether a script asks, so that it can be told to try again.

    Whatever changes something must come by fetch: only a header proves it.
    """
    headers = request.headers
    return (
        request.method not in ("GET", "HEAD")
        or "Authorization" in headers
        or FETCH_HEADER in headers
        or "application/json" in headers.get("Accept", "")
    )


def _is_from_outside() -> bool:
    """Tell whether the platform opens the app in a window of its own.

    The admin says `embedded=1`; a signature is checked where it counts.
    """
    given = request.args
    return "hmac" in given and "shop" in given and given.get("embedded") != "1"


def is_own_path(address: str) -> bool:
    """Tell whether an address is a path here and can lead nowhere else."""
    return _PATH.fullmatch(address) is not None


def given_token() -> str:
    """Read the ID token of the current request; empty when there is none."""
    if not is_fetch():
        return request.args.get("id_token", "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _refusal(error: NotAStaffSession) -> ResponseReturnValue:
    answer = jsonify(error=error.code, message="reload the app in the admin")
    return answer, 401, {RETRY_HEADER: "1"}
