"""Shopify Flow: a trigger of ours starts what the merchant built on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.shopify.client import Client
from plugin.shopify.errors import UserError


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowTriggers:
    """Tells Shopify Flow with a shop's own token."""

    client: Client

    def trigger(self, shop: str, handle: str, payload: Mapping[str, Any]) -> None:
        """Start what waits for a trigger; twice, if it is called twice.

        Flow has no key by which it would know a repeat. Raises `PlatformError`.
        """
        asked = {"handle": handle, "payload": dict(payload)}
        answer = self.client.execute(shop, "trigger_flow", asked)["flowTriggerReceive"]
        errors = answer["userErrors"] if answer else [{"message": "no payload"}]
        if errors:
            raise UserError("trigger_flow", "UNSAID", errors[0]["message"])
