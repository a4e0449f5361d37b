"""Staff sessions: who an ID token of the admin speaks for.

The shop is read from the signed token only; whatever else a request says of its shop
is a hint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import jwt
from shopify import session_token  # type: ignore[import-untyped]  # ships no types

# What the admin signed fits no client secret that the app has.
NO_SECRET = "no_secret_fits"

_SHOP = re.compile(r"https://([a-z0-9][a-z0-9-]*\.myshopify\.com)", re.ASCII)
# The first second of the year 10,000.
_FAR = 253_402_300_800


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


class Sessions:
    """Reads ID tokens that are signed with one of the app's secrets."""

    def __init__(self, *, api_key: str, secrets: tuple[str, ...]) -> None:
        """Accept tokens made for `api_key`; the current secret stands first."""
        self._api_key = api_key
        self._secrets = secrets

    def staff(self, token: str) -> Staff:
        """Read who a token speaks for; raises `NotAStaffSession` for any doubt."""
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
        raise NotAStaffSession(NO_SECRET if unfit == len(self._secrets) else code)

    def _decode(self, token: str, secret: str) -> object:
        return session_token.decode_from_header(
            f"Bearer {token}", self._api_key, secret
        )


def _moment(seconds: object) -> datetime | None:
    """Read a time of a token; None for what is none."""
    if not isinstance(seconds, int) or not 0 <= seconds < _FAR:
        return None
    return datetime.fromtimestamp(seconds, UTC)
