"""A town whose pauses between tries a test can wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugin.outgoing import delivering, queue
from tests.outgoing.town import Town


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (delivering, queue):
        monkeypatch.setattr(module, "PAUSES", (0.05, 0.05))


@pytest.fixture
def town(tmp_path: Path, one_database: Callable[[Path], str]) -> Iterator[Town]:
    made = Town(tmp_path, one_database(tmp_path))
    yield made
    made.close()


@pytest.fixture
def any_town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A town, once on each kind of database."""
    made = Town(tmp_path, database_url)
    yield made
    made.close()
