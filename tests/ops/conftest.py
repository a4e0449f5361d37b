"""A shop with a few decided cases, and the settings that an operator would have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin import workflows
from plugin.cli import main
from tests.casework.scene import OWN_SECRET, Scene
from tests.devstore.world import CLIENT_ID, ROOT, SECRET, Receiver, World


@pytest.fixture
def scene(tmp_path: Path, one_database: Callable[[Path], str]) -> Iterator[Scene]:
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Scene(world, tmp_path, database_url=one_database(tmp_path))
    workflows.migrate(made.archive.engine)
    yield made
    made.archive.engine.dispose()
    world.close()
    ear.close()


@pytest.fixture
def operator(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Operator:
    settings = {
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "EVENHAND_SECRETS": OWN_SECRET,
        "DATABASE_URL": scene.archive.engine.url.render_as_string(hide_password=False),
        "SHOPIFY_SHOP_URL": f"{scene.world.url}/{{shop}}",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Operator()


class Operator:
    """Somebody at the command line."""

    def run(self, *arguments: str) -> Result:
        """Run one command."""
        return CliRunner().invoke(main, arguments, catch_exceptions=False)
