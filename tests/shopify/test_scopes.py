"""The app needs what its manifest asks for, and a right to write is one to read."""

from __future__ import annotations

import tomllib

import pytest

from plugin.pages.errors import SCOPE
from plugin.shopify.scopes import DISPUTES, REQUIRED, hears_disputes, missing
from tests.devstore.world import ROOT


def test_the_manifest_asks_for_what_is_required() -> None:
    manifest = tomllib.loads((ROOT / "shopify.app.toml").read_text("utf-8"))

    assert set(manifest["access_scopes"]["scopes"].split(",")) == REQUIRED
    assert manifest["access_scopes"]["optional_scopes"] == [DISPUTES]
    assert set(SCOPE) == REQUIRED


@pytest.mark.parametrize(
    ("granted", "lacking"),
    [
        (REQUIRED, set()),
        (REQUIRED | {"read_all_orders"}, set()),
        (REQUIRED | {"customer_read_orders", ""}, set()),
        (
            REQUIRED - {"read_products"} | {"unauthenticated_write_products"},
            {"read_products"},
        ),
        (REQUIRED - {"read_products"} | {"write_products"}, set()),
        (REQUIRED - {"write_returns"} | {"read_returns"}, {"write_returns"}),
        (frozenset(), REQUIRED),
    ],
)
def test_it_tells_what_is_missing(granted: frozenset[str], lacking: set[str]) -> None:
    assert missing(granted) == lacking


def test_other_scopes_can_be_wanted() -> None:
    wanted = frozenset({"read_orders", "write_products"})

    assert missing(REQUIRED, wanted) == {"write_products"}


def test_disputes_are_heard_of_only_with_their_scope() -> None:
    assert not hears_disputes(REQUIRED)
    assert hears_disputes(REQUIRED | {DISPUTES})
