"""The app needs what its manifest asks for, and a right to write is one to read."""

from __future__ import annotations

import tomllib

import pytest

from plugin.pages.errors import SCOPE
from plugin.shopify.scopes import REQUIRED, missing
from tests.devstore.world import ROOT


def test_the_manifest_asks_for_what_is_required() -> None:
    manifest = tomllib.loads((ROOT / "shopify.app.toml").read_text("utf-8"))

    assert set(manifest["access_scopes"]["scopes"].split(",")) == REQUIRED
    assert set(SCOPE) == REQUIRED


@pytest.mark.parametrize(
    ("granted", "lacking"),
    [
        (REQUIRED, set()),
        (REQUIRED | {"read_all_orders"}, set()),
        (REQUIRED - {"read_products"} | {"write_products"}, set()),
        (REQUIRED - {"write_returns"} | {"read_returns"}, {"write_returns"}),
        (frozenset(), REQUIRED),
    ],
)
def test_it_tells_what_is_missing(granted: frozenset[str], lacking: set[str]) -> None:
    assert missing(granted) == lacking
