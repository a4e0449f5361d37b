from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from config.settings import HELP

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("name", HELP)
def test_every_setting_is_in_the_readme_with_its_help(name: str) -> None:
    assert f"| `{name}` | {HELP[name]} |" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_path_that_the_readme_names_exists() -> None:
    named = re.findall(r"`((?:plugin|webhooks|config|tests|docs)/[\w./-]+)`", README)

    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_make_help_lists_every_task_of_the_readme() -> None:
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    named = set(re.findall(r"make ([a-z]+)", README)) - {"help"}

    assert {"demo", "test", "check", "arrows"} <= named
    assert [task for task in named if f"make {task} " not in listed] == []
