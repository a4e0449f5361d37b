"""What Shopify Flow is told; the triggers are declared in `extensions/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from plugin.outgoing.telling import DECIDED, REFUSAL_OVERTURNED, REVIEW

# What is told -> the handle of its trigger, which never changes.
HANDLES: Mapping[str, str] = {
    DECIDED: "return-decision-made",
    REVIEW: "review-needed",
    REFUSAL_OVERTURNED: "refusal-overturned",
}


class Flow(Protocol):
    """The part of the platform that starts a merchant's workflows."""

    def trigger(self, shop: str, handle: str, payload: Mapping[str, Any]) -> None:
        """Start what waits for a trigger; raises `PlatformError`."""


def payload(body: str) -> dict[str, Any]:
    """Say what is told in the fields that the trigger declares."""
    data = json.loads(body)["data"]
    said = {
        "Return id": data["return_id"],
        "Outcome": data["outcome"],
        "Status": data["status"],
        "Ground": data["ground"],
        "Decided by": ", ".join(data["decided_by"]),
    }
    filled: dict[str, Any] = {name: value or "" for name, value in said.items()}
    return filled | {"order_id": int(data["order_id"].rpartition("/")[2])}
