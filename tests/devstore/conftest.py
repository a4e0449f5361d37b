"""A fresh store and a fresh app for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devstore.world import Receiver, World

MANIFEST = """
name = "Evenhand"
handle = "evenhand"
application_url = "https://app.example.com"

[access_scopes]
scopes = "write_returns,write_orders,read_products,write_discounts{more}"
optional_scopes = ["read_shopify_payments_disputes"]

[webhooks]
api_version = "2026-10"

[[webhooks.subscriptions]]
topics = ["app/uninstalled", "refunds/create", "returns/approve", "returns/cancel",
  "returns/decline", "returns/request"]
uri = "/webhooks"
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The app, as far as webhooks go."""
    app = Receiver()
    yield app
    app.close()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest of an app that may read customers."""
    file = tmp_path / "shopify.app.toml"
    file.write_text(MANIFEST.format(more=",read_customers"), encoding="utf-8")
    return file


@pytest.fixture
def world(receiver: Receiver, manifest: Path) -> Iterator[World]:
    """A store at the pace of the real clock."""
    running = World(app_url=receiver.url, manifest=manifest)
    yield running
    running.close()


@pytest.fixture
def fast_world(receiver: Receiver, manifest: Path) -> Iterator[World]:
    """A store where an hour passes in a second."""
    running = World(app_url=receiver.url, manifest=manifest, speed=3600)
    yield running
    running.close()


@pytest.fixture
def shy_world(receiver: Receiver, tmp_path: Path) -> Iterator[World]:
    """A store whose app may not read customers."""
    file = tmp_path / "shy.app.toml"
    file.write_text(MANIFEST.format(more=""), encoding="utf-8")
    running = World(app_url=receiver.url, manifest=file)
    yield running
    running.close()
