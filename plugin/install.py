"""The door: proves that a request comes from a shop's staff, and installs the app.

Whoever has no session yet is sent for one, once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

import structlog
from flask import g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from plugin.ports import Archive, PlatformError
from plugin.sessions import NotAStaffSession, Sessions, Staff

RETRY_HEADER = "X-Shopify-Retry-Invalid-Session-Request"
FETCH_HEADER = "X-Evenhand-Fetch"

# Stands in the address to which a browser comes back with another token, and says when
# it was sent for it. So soon after, another one would be refused too.
_MARK = "evenhand-sent"
_SOON_SECONDS = 60.0
# How often the log is told of tokens that are refused for the same reason.
_SAY_AGAIN_SECONDS = 60.0
_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")

log = structlog.get_logger(__name__)


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

        Raises `InstallFailed` and `ScopesMissing`, and `NotAStaffSession` where another
        token was refused just now: a browser would go round without an end.
        """
        token = given_token()
        try:
            g.staff = self._sessions.staff(token)
        except NotAStaffSession as error:
            self._say_refused(error.code)
            if token and _came_back() and not is_fetch():
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
        dropped = ("id_token", "shopify-reload", _MARK)
        kept = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if name not in dropped
        ]
        marked = [*kept, (_MARK, f"{time.time():.0f}")]
        back = f"{request.path}?{urlencode(marked)}"
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


def _came_back() -> bool:
    """Tell whether the browser was sent for another token a moment ago."""
    sent = request.args.get(_MARK, "")
    if not (sent.isascii() and sent.isdigit()):
        return False
    return abs(time.time() - float(sent)) < _SOON_SECONDS


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
