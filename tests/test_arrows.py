from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
# They stand apart, each with a contract of its own, or hold nothing to import.
APART = {"plugin.devstore", "plugin.__main__", "plugin.__init__"}


def test_every_module_has_its_place_among_the_arrows() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {c["name"]: c for c in settings["tool"]["importlinter"]["contracts"]}
    layers = contracts["Arrows point down"]["layers"]
    placed = {name.strip() for layer in layers for name in layer.split("|")}
    there = {
        f"plugin.{path.stem}"
        for path in (ROOT / "plugin").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert there - placed == APART
    assert placed - there == {"webhooks"}
