"""Stories that are told, with pauses that a test can wait for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS

from plugin import tries
from tests.casework.scene import Scene
from tests.devstore.world import ROOT, Receiver, World
from tests.workflows.running import Running


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(tries, "PAUSES", (0.05, 0.05))
    monkeypatch.setattr(tries, "DAY", 0.05)
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Running(Scene(world, tmp_path))
    yield made
    DBOS.destroy(destroy_registry=True)
    world.close()
    ear.close()
