"""Signed events as Shopify would send them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

from plugin.jobs import Job
from webhooks.verify import Event

PAYLOADS = Path(__file__).parents[1] / "payloads"
SHOP = "alpine-goods.myshopify.com"
RETURN = "gid://shopify/Return/9223372036854775807"


def payload(topic: str) -> bytes:
    """Read the body of a topic as Shopify shapes it."""
    return (PAYLOADS / f"{topic}.json").read_bytes()


def topics() -> list[str]:
    """List the topics that have a payload here."""
    files = PAYLOADS.rglob("*.json")
    return sorted(str(file.relative_to(PAYLOADS).with_suffix("")) for file in files)


def signature(body: bytes, secret: str) -> str:
    """Sign a body as Shopify does."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def headers(body: bytes, secret: str, **changes: str | None) -> dict[str, str]:
    """Make the headers of an event; `None` leaves one out."""
    given: dict[str, str | None] = {
        "Content-Type": "application/json",
        "X-Shopify-Hmac-Sha256": signature(body, secret),
        "X-Shopify-Topic": "returns/request",
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "X-Shopify-API-Version": "2026-10",
    }
    for name, value in changes.items():
        given[name.replace("_", "-")] = value
    return {name: value for name, value in given.items() if value is not None}


def make_event(**changes: Any) -> Event:
    """Make an event that was verified."""
    body = changes.setdefault("body", payload("returns/request"))
    values: dict[str, Any] = {
        "topic": "returns/request",
        "shop": SHOP,
        "webhook_id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "event_id": None,
        "api_version": "2026-10",
        "triggered_at": None,
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
    return Event(**{**values, **changes})


def make_job(**changes: Any) -> Job:
    """Make the job of an event."""
    values: dict[str, Any] = {
        "story": "answer_request",
        "shop": SHOP,
        "subject": RETURN,
        "arguments": {"return_id": RETURN},
    }
    return Job(**{**values, **changes})
