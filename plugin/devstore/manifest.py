"""What the store knows of the app: its manifest and its credentials."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugin.devstore.extensions import read_triggers


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One app as registered with the store."""

    name: str
    handle: str
    app_url: str
    client_id: str
    scopes: frozenset[str]
    api_version: str
    topics: dict[str, tuple[str, ...]]
    triggers: dict[str, dict[str, str]]

    redirect_paths: tuple[str, ...] = ()
    optional_scopes: frozenset[str] = frozenset()

    def redirects(self) -> tuple[str, ...]:
        """The addresses that a grant may lead back to."""
        return tuple(self._absolute(path) for path in self.redirect_paths)

    def uris(self, topic: str) -> tuple[str, ...]:
        """The full addresses that subscribed to a topic."""
        return tuple(self._absolute(uri) for uri in self.topics.get(topic, ()))

    def _absolute(self, uri: str) -> str:
        return self.app_url + uri if uri.startswith("/") else uri


def read_manifest(path: Path, *, app_url: str, client_id: str) -> Manifest:
    """Read shopify.app.toml and the extensions beside it.

    The address and the client id given here win.
    """
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    webhooks = document.get("webhooks", {})
    return Manifest(
        name=document["name"],
        handle=document["handle"],
        app_url=app_url.rstrip("/"),
        client_id=client_id,
        scopes=_scopes(document["access_scopes"]["scopes"]),
        optional_scopes=frozenset(document["access_scopes"].get("optional_scopes", [])),
        api_version=webhooks.get("api_version", "2026-10"),
        topics=_topics(webhooks.get("subscriptions", [])),
        # Their paths: the address given here stands before them.
        redirect_paths=tuple(
            urlsplit(url).path
            for url in document.get("auth", {}).get("redirect_urls", [])
        ),
        triggers=read_triggers(path.parent / "extensions"),
    )


def _scopes(text: str) -> frozenset[str]:
    return frozenset(scope.strip() for scope in text.split(",") if scope.strip())


def _topics(subscriptions: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    topics: dict[str, tuple[str, ...]] = {}
    for subscription in subscriptions:
        named = subscription.get("topics", [])
        for topic in [*named, *subscription.get("compliance_topics", [])]:
            topics[topic] = (*topics.get(topic, ()), subscription["uri"])
    return topics
