"""An archive on each kind of database, and two shops' shelves in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from plugin.archive.store import SqlArchive, SqlShelf
from tests.archive.shelves import ALPINE, NORTH, installed
from tests.conftest import HandClock
from tests.databases import KEYRING


@pytest.fixture
def archive(engine: sa.Engine, clock: HandClock) -> SqlArchive:
    return SqlArchive(engine, clock.now, KEYRING)


@pytest.fixture
def shelf(archive: SqlArchive) -> SqlShelf:
    return installed(archive, ALPINE)


@pytest.fixture
def other(archive: SqlArchive) -> SqlShelf:
    return installed(archive, NORTH)
