"""Subscriptions: whether a shop subscribes to more than the manifest declares."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from plugin.casework.listening import stray
from plugin.doctor.finding import Finding, fine, warn
from plugin.shopify.texts import topic_of

CHECK = "subscriptions"
DO = "delete them (`webhookSubscriptionDelete`): the app declares all that it needs"


def judge(shop: str, answer: Any, declared: frozenset[str]) -> Finding:
    """Judge what the store lists; what the manifest declares is not expected there."""
    try:
        nodes = answer["data"]["webhookSubscriptions"]["nodes"]
        listed = [topic_of(node["topic"]) for node in nodes]
    except (KeyError, TypeError):
        do = "run the doctor again later"
        return warn(CHECK, "the store did not say which there are", do, shop)
    strays = stray(listed, declared)
    if strays:
        says = f"the shop has some of its own: {', '.join(strays)}"
        return warn(CHECK, says, DO, shop)
    # Whether the manifest's are released shows in the events alone.
    return fine(CHECK, "none beside those of `shopify.app.toml`", shop)


def declared_topics(manifest: Path) -> frozenset[str]:
    """Read the topics that the app subscribes to; none where there is no manifest."""
    if not manifest.is_file():
        return frozenset()
    text = tomllib.loads(manifest.read_text("utf-8"))
    found = text.get("webhooks", {}).get("subscriptions", [])
    return frozenset(topic for each in found for topic in each.get("topics", []))
