"""The extensions of an app, as their files beside the manifest declare them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

REFERENCES = {"order_reference": "order_id"}


def read_triggers(folder: Path) -> dict[str, dict[str, str]]:
    """The fields of every trigger in a folder of extensions, by handle."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(folder.glob("*/shopify.extension.toml")):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        fields = document.get("settings", {}).get("fields", [])
        for extension in document["extensions"]:
            if extension["type"] == "flow_trigger":
                found[extension["handle"]] = dict(map(_field, fields))
    return found


def _field(given: dict[str, Any]) -> tuple[str, str]:
    kind = str(given["type"])
    return REFERENCES.get(kind) or str(given["key"]), kind
