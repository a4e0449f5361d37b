from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.casework.life import Life
from tests.casework.scene import Scene
from tests.devstore.world import ROOT, Receiver, World


@pytest.fixture
def ear() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def scene(
    tmp_path: Path, ear: Receiver, one_database: Callable[[Path], str]
) -> Iterator[Scene]:
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Scene(world, tmp_path, database_url=one_database(tmp_path))
    yield made
    made.archive.engine.dispose()
    world.close()


@pytest.fixture
def on_both(tmp_path: Path, ear: Receiver, database_url: str) -> Iterator[Scene]:
    """The scene on a database of each kind; a file of tests names it `scene`."""
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Scene(world, tmp_path, database_url=database_url)
    yield made
    made.archive.engine.dispose()
    world.close()


@pytest.fixture
def life(scene: Scene, ear: Receiver) -> Life:
    return Life(scene, ear)
