"""A store whose events get lost, and an app that looks for itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sweeps.town import Town

# Four hours pass in eight seconds.
FAST = 1800.0


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    made = Town(tmp_path, database_url)
    yield made
    made.close()


@pytest.fixture
def fast_town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    made = Town(tmp_path, database_url, speed=FAST)
    yield made
    made.close()
