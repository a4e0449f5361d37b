"""The words that come with the app pass its own tone check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin.tone import Weight
from tests.builders import CONFIG
from tests.tone.examples import TONE

MESSAGES = sorted((CONFIG / "messages").glob("*.yaml"))
PRESETS = sorted((CONFIG / "presets").glob("*.yaml"))


def sentences(document: Mapping[str, Any]) -> Iterator[str]:
    """Walk all sentences of a file of messages."""
    for value in document.values():
        if isinstance(value, dict):
            yield from sentences(value)
        else:
            yield str(value)


def refused(text: str, language: str) -> list[str]:
    """Give what is refused in a text."""
    remarks = TONE.remarks(text, language)
    return [r.found for r in remarks if r.weight is Weight.REFUSED]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_no_sentence_of_ours_is_refused(path: Path) -> None:
    said = list(sentences(yaml.safe_load(path.read_text("utf-8"))))

    assert {s: refused(s, path.stem) for s in said if refused(s, path.stem)} == {}


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_no_clause_of_a_preset_is_refused(path: Path) -> None:
    clauses = yaml.safe_load(path.read_text("utf-8"))["clauses"]
    texts = [(s, lang) for c in clauses for lang, s in c.get("text", {}).items()]

    assert [text for text, language in texts if refused(text, language)] == []
    assert texts != []
