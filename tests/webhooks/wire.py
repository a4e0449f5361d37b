"""Requests written by hand, and what the app said to them."""

from __future__ import annotations

import json
import uuid

import requests

from tests.webhooks.letters import headers
from tests.webhooks.town import Town


def raw(
    town: Town,
    body: bytes,
    *framing: str,
    signed: bytes | None = None,
    more: tuple[str, ...] = (),
) -> bytes:
    """Write a request by hand, with the framing and headers one likes."""
    given = headers(signed or body, town.place.api_secret)
    given["X-Shopify-Webhook-Id"] = str(uuid.uuid4())
    lines = [f"{name}: {value}" for name, value in given.items()]
    head = ["POST /webhooks HTTP/1.1", "Host: app", *lines, *framing, *more]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + body


def chunked(body: bytes, size: int = 65536) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return (
        b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    )


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def raw_error(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], json.loads(answer[1])["error"]
