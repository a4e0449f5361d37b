"""A SQLite file with its tables, and an empty database on a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.copying import Pair, pairs
from plugin.archive.database import connect, migrate
from plugin.archive.moving import move
from tests.conftest import new_database


@dataclass
class Removal:
    """An installation, and where it moves."""

    source: sa.Engine
    target: sa.Engine
    said: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Give the target its tables."""
        migrate(self.target)
        workflows.migrate(self.target)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every table, on both sides."""
        self.prepare()
        return pairs(self.source, self.target)

    def move(self, batch: int = 2) -> bool:
        """Copy, or go on."""
        return move(
            self.source,
            self.target,
            prepare=self.prepare,
            say=self.said.append,
            batch=batch,
        )


@pytest.fixture
def target_url(postgres_url: str) -> str:
    return new_database(postgres_url)


@pytest.fixture
def removal(tmp_path: Path, target_url: str) -> Iterator[Removal]:
    source = connect(f"sqlite:///{tmp_path / 'evenhand.db'}")
    migrate(source)
    workflows.migrate(source)
    made = Removal(source, connect(target_url))
    yield made
    made.source.dispose()
    made.target.dispose()
