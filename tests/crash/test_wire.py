"""Slow and broken connections to the store: each request is answered once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin.demo.processes import Program
from tests.crash.proxy import Proxy, Trouble
from tests.crash.world import (
    SHOP,
    World,
    assert_nothing_twice,
    assert_same_story,
    settled,
)
from tests.webhooks.town import wait_until

PATIENCE_SECONDS = 240.0
ENOUGH = 2


class Wired(World):
    """A world in which the store is reached by a wire that can be troubled."""

    def __init__(self, folder: Path) -> None:
        self.proxy: Proxy | None = None
        self.answered: list[dict[str, Any]] = []
        super().__init__(folder)

    def start(self) -> Program:
        """Start the app at the other end of the wire."""
        self.proxy = self.proxy or Proxy(self.place.store_port)
        settings = {**self.place.environment}
        settings["SHOPIFY_SHOP_URL"] = f"{self.proxy.url}/{{shop}}"
        app = Program("app", ["serve"], self.place, settings)
        app.wait_for(f"{self.place.app_url}/readyz")
        return app

    def close(self) -> None:
        super().close()
        if self.proxy is not None:
            self.proxy.close()


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    folder: Path = tmp_path_factory.mktemp("wire")
    made = Wired(folder)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("trouble", Trouble, ids=lambda each: each.name.lower())
def test_each_request_is_answered_once(wired: Wired, trouble: Trouble) -> None:
    proxy = wired.proxy
    assert proxy is not None
    with proxy.troubled(trouble):
        late, early = wired.orders(1, days=45), wired.orders(1, days=5)
        returns = [wired.ask(order) for order in (*late, *early)]
        wait_until(lambda: proxy.met >= ENOUGH, seconds=PATIENCE_SECONDS)
    cases = [settled(wired, each) for each in returns]
    truth = wired.day.truth(SHOP)

    assert_nothing_twice(truth)
    assert {case["status"] for case in cases} == {"answered"}
    assert [case["outcome"] for case in cases] == ["decline", "approve"]
    # With those before, since every code has its letter.
    wired.answered += cases
    assert_same_story(wired.answered, truth)
