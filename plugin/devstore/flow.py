"""Shopify Flow: the triggers an app declared, and what it told them."""

from __future__ import annotations

import json
from typing import Any

from plugin.devstore.errors import Rejected
from plugin.devstore.ids import gid
from plugin.devstore.shop import Shop, Triggered
from plugin.devstore.store import Store

LARGEST = 50_000
TEXT = "single_line_text_field"


def receive(store: Store, shop: Shop, handle: str | None, payload: Any) -> None:
    """Take a trigger as the app declared it; nothing tells a repeat from a new one."""
    fields = store.manifest.triggers.get(handle or "")
    if handle is None or fields is None:
        raise _rejected(f"Invalid handle '{handle}'.", "handle")
    if not isinstance(payload, dict) or len(json.dumps(payload)) > LARGEST:
        raise _rejected("Invalid payload.", "payload")
    _check(shop, fields, payload)
    now = store.clock.now()
    shop.triggered.append(Triggered(handle=handle, payload=payload, at=now))


def _check(shop: Shop, fields: dict[str, str], payload: dict[str, Any]) -> None:
    """Want every declared field, and no other: the strict reading."""
    for name in sorted(fields.keys() ^ payload.keys()):
        word = "missing" if name in fields else "not declared"
        raise _rejected(f"Property '{name}' is {word}.", "payload")
    for name, kind in fields.items():
        value = payload[name]
        if kind == TEXT and not isinstance(value, str):
            raise _rejected(f"Property '{name}' is no text.", "payload")
        if kind != TEXT and gid("Order", str(value)) not in shop.orders:
            raise _rejected(f"Property '{name}' names no order.", "payload")


def _rejected(message: str, where: str) -> Rejected:
    # Plain user errors have no code; this one is never shown.
    return Rejected(message, code="INVALID", field=[where])
