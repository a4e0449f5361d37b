"""ID tokens: a minute's proof that a merchant is looking at the app."""

from __future__ import annotations

import time
import uuid
from typing import Any

import jwt

from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

LIFETIME_SECONDS = 60


class IdTokenRefused(Exception):
    """Not a token of ours for this shop and app, or too old."""


def make_id_token(store: Store, shop: Shop) -> str:
    """A fresh ID token for the shop's staff member; its minute is a real one."""
    now = int(time.time())
    claims = {
        "iss": f"https://{shop.myshopify_domain}/admin",
        "dest": f"https://{shop.myshopify_domain}",
        "aud": store.manifest.client_id,
        "sub": str(shop.staff_id),
        "exp": now + LIFETIME_SECONDS,
        "nbf": now,
        "iat": now,
        "jti": str(uuid.uuid4()),
        "sid": str(uuid.uuid4()),
    }
    return jwt.encode(claims, store.secrets.signing, algorithm="HS256")


def check_id_token(store: Store, shop: Shop, token: str) -> None:
    """Refuse what is not a fresh ID token for this shop."""
    claims = _claims(store, token)
    if claims.get("dest") != f"https://{shop.myshopify_domain}":
        raise IdTokenRefused


def _claims(store: Store, token: str) -> dict[str, Any]:
    for secret in store.secrets.all():
        try:
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=store.manifest.client_id,
                options={"require": ["exp", "nbf", "aud", "dest", "iss"]},
            )
        except jwt.InvalidTokenError:
            continue
    raise IdTokenRefused
