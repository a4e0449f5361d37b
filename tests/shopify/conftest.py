"""A fresh development store, with the app installed in one shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.shopify.client import Client
from tests.conftest import HandClock
from tests.shopify.desk import Desk


@pytest.fixture
def empty_desk(tmp_path: Path, clock: HandClock) -> Iterator[Desk]:
    made = Desk(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def elsewhere(desk: Desk) -> Client:
    """A client of a platform that `responses` plays, with a token that works."""
    tokens = desk.new_tokens(shop_url="https://{shop}")
    return Client(
        session=desk.session,
        tokens=tokens,
        shop_url="https://{shop}",
        sleep=desk.sleep,
    )


@pytest.fixture
def desk(empty_desk: Desk) -> Desk:
    empty_desk.install()
    return empty_desk
