"""Headers + body + secrets -> Event, or NotFromShopify; no I/O.

Shopify signs the raw body only (base64 HMAC-SHA256 with the app's secret). Shop,
topic and ids stand in unsigned headers: they are hints, and the truth is re-read
with that shop's own token. See shopify.dev: verify webhook deliveries.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

SIGNATURE = "X-Shopify-Hmac-Sha256"
TOPIC = "X-Shopify-Topic"
SHOP = "X-Shopify-Shop-Domain"
WEBHOOK_ID = "X-Shopify-Webhook-Id"
EVENT_ID = "X-Shopify-Event-Id"
API_VERSION = "X-Shopify-API-Version"
TRIGGERED_AT = "X-Shopify-Triggered-At"
REQUIRED = (SIGNATURE, TOPIC, SHOP, WEBHOOK_ID, API_VERSION)

SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com")
WORD = re.compile(r"[\w./:+-]{1,64}", re.ASCII)
VERSION = re.compile(r"[\w.-]{1,16}", re.ASCII)
# No comma: a server joins headers that come twice with one.
IDENTIFIER = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,128}")


class Headers(Protocol):
    """Request headers by name, whatever their case; several may share a name."""

    def getlist(self, key: str) -> list[str]:
        """List every value of a header."""


class NotFromShopify(Exception):
    """An event that cannot be shown to come from Shopify; `code` is stable."""

    def __init__(self, code: str, message: str, *, status: int) -> None:
        """Say what is wrong, and with which HTTP status to answer."""
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One webhook whose body Shopify signed."""

    topic: str
    shop: str
    webhook_id: str
    event_id: str | None
    api_version: str
    triggered_at: str | None
    body: bytes
    body_sha256: str

    @property
    def identity(self) -> dict[str, str | None]:
        """What the archive keeps of an event: never its body."""
        return {
            "topic": self.topic,
            "webhook_id": self.webhook_id,
            "event_id": self.event_id,
            "triggered_at": self.triggered_at,
            "api_version": self.api_version,
            "body_sha256": self.body_sha256,
        }


def verify(headers: Headers, body: bytes, *, secrets: Sequence[str]) -> Event:
    """Check the signature against every secret, then read the headers.

    Raises `NotFromShopify`: `missing_header`, `duplicate_header`, `bad_signature`,
    `bad_header`.
    """
    check_signature(only(headers, SIGNATURE), body, secrets=secrets)
    found = {name: only(headers, name) for name in REQUIRED}
    shop = found[SHOP].lower()
    if not SHOP_DOMAIN.fullmatch(shop):
        raise _bad_header(SHOP)
    if not WORD.fullmatch(found[TOPIC]):
        raise _bad_header(TOPIC)
    if not IDENTIFIER.fullmatch(found[WEBHOOK_ID]):
        raise _bad_header(WEBHOOK_ID)
    if not VERSION.fullmatch(found[API_VERSION]):
        raise _bad_header(API_VERSION)
    return Event(
        topic=found[TOPIC],
        shop=shop,
        webhook_id=found[WEBHOOK_ID],
        event_id=_optional(headers, EVENT_ID),
        api_version=found[API_VERSION],
        triggered_at=_optional(headers, TRIGGERED_AT),
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )


def check_signature(signature: str, body: bytes, *, secrets: Sequence[str]) -> None:
    """Compare in constant time with every secret, so that secrets can rotate.

    Raises `NotFromShopify` with `bad_signature`.
    """
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        given = b""
    # Every secret is tried, so that the time tells nothing about which one fits.
    matches = [hmac.compare_digest(given, _digest(secret, body)) for secret in secrets]
    if not any(matches):
        raise NotFromShopify(
            "bad_signature", "the signature fits no secret", status=401
        )


def _digest(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def only(headers: Headers, name: str) -> str:
    """Read a header that must be there once.

    Raises `NotFromShopify`: `missing_header`, `duplicate_header`.
    """
    values = headers.getlist(name)
    status = 401 if name == SIGNATURE else 400
    if not values:
        raise NotFromShopify("missing_header", f"`{name}` is missing", status=status)
    if len(values) > 1:
        raise NotFromShopify("duplicate_header", f"`{name}` comes twice", status=400)
    return values[0]


def _optional(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    return values[0][:64] if len(values) == 1 else None


def _bad_header(name: str) -> NotFromShopify:
    return NotFromShopify("bad_header", f"`{name}` is malformed", status=400)
