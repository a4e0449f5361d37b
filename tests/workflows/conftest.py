"""Stories that are told, with pauses that a test can wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugin import tries
from tests.casework.scene import Scene
from tests.devstore.world import ROOT, Receiver, World
from tests.workflows.ending import end_engine
from tests.workflows.running import Running


@pytest.fixture
def running(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    one_database: Callable[[Path], str],
) -> Iterator[Running]:
    yield from _run(tmp_path, monkeypatch, one_database(tmp_path))


@pytest.fixture
def on_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> Iterator[Running]:
    """The same on a database of each kind; a file of tests names it `running`."""
    yield from _run(tmp_path, monkeypatch, database_url)


def _run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> Iterator[Running]:
    monkeypatch.setattr(tries, "PAUSES", (0.05, 0.05))
    monkeypatch.setattr(tries, "DAY", 0.05)
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Running(Scene(world, folder, database_url=database_url))
    yield made
    end_engine()
    made.engine.dispose()
    world.close()
    ear.close()
