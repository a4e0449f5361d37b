"""The guide to facts files names every key, and its example is read."""

from __future__ import annotations

import re

import yaml

from plugin.policy.facts import PRACTICE, REASONS
from plugin.schemas.facts import FactsSchema, LineSchema, parse_facts
from tests.builders import CONFIG

GUIDE = (CONFIG.parent / "docs" / "facts-file.md").read_text("utf-8")


def test_it_names_every_key_and_word() -> None:
    named = set(re.findall(r"`([a-z_-]+)`", GUIDE))

    assert set(FactsSchema().fields) - {"lines"} <= named
    assert set(LineSchema().fields) <= named
    assert set(PRACTICE) <= named
    assert named >= REASONS


def test_its_example_is_read() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.S)

    facts = parse_facts(yaml.safe_load(example))

    assert facts.lines[0].title == "Blue mug"
