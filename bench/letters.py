"""Signed events of 2.5 KB, as `bench/letters.lua` sends them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

SECRET = "bench-" + "s" * 32
SHOP = "bench.myshopify.com"
BYTES = 2500
LETTERS = 64


def write_letters(file: Path) -> None:
    """Write bodies with their headers as a Lua table."""
    file.write_text("return {" + ",".join(map(_letter, range(LETTERS))) + "}", "utf-8")


def _letter(number: int) -> str:
    body = _body(number)
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Hmac-Sha256": _sign(body),
        "X-Shopify-Topic": "returns/request",
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Triggered-At": "2026-11-02T09:29:59Z",
    }
    pairs = ",".join(f"[{json.dumps(k)}]={json.dumps(v)}" for k, v in headers.items())
    return f"{{body={json.dumps(body)},headers={{{pairs}}}}}"


def _body(number: int) -> str:
    """Make a returns/request with a customer's long note."""
    id = 1_000_000_000 + number
    body: dict[str, Any] = {
        "id": id,
        "admin_graphql_api_id": f"gid://shopify/Return/{id}",
        "status": "requested",
        "order": {"id": 1, "admin_graphql_api_id": "gid://shopify/Order/1"},
        "total_return_line_items": 1,
        "name": f"#{number}-R1",
        "return_line_items": [{"id": number, "quantity": 1, "customer_note": ""}],
    }
    missing = BYTES - len(json.dumps(body))
    body["return_line_items"][0]["customer_note"] = "n" * missing
    return json.dumps(body)


def _sign(body: str) -> str:
    digest = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
