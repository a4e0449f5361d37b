"""Worlds of real processes, one on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.world import World
from tests.databases import postgres


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def postgres_world(tmp_path: Path) -> Iterator[World]:
    with postgres() as url:
        made = World(tmp_path, database_url=url)
        yield made
        made.close()
