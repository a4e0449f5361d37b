"""A store with a past, with the durable engine and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.backfill.library import Past
from tests.casework.scene import Scene
from tests.devstore.world import ROOT, Receiver, World


@pytest.fixture
def past(tmp_path: Path, database_url: str) -> Iterator[Past]:
    made = Past(tmp_path, database_url)
    yield made
    made.close()


@pytest.fixture
def on_both(tmp_path: Path, database_url: str) -> Iterator[Scene]:
    """The scene on a database of each kind; a file of tests names it `scene`."""
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Scene(world, tmp_path, database_url=database_url)
    yield made
    made.archive.engine.dispose()
    world.close()
    ear.close()


@pytest.fixture
def scene(tmp_path: Path, one_database: Callable[[Path], str]) -> Iterator[Scene]:
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Scene(world, tmp_path, database_url=one_database(tmp_path))
    yield made
    made.archive.engine.dispose()
    world.close()
    ear.close()
