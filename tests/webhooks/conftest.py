"""An inbox with an installed shop; and the real programs, started once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.archive.store import SqlArchive
from plugin.shop import Profile
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.webhooks.letters import SHOP
from tests.webhooks.town import Town
from webhooks.inbox import Inbox


@pytest.fixture
def installed_shop(engine: sa.Engine, clock: HandClock) -> str:
    profile = Profile(name="Alpine", currency="USD", zone="UTC", contact="a@b.example")
    SqlArchive(engine, clock.now, KEYRING).of(SHOP).install(profile, "{}")
    return SHOP


@pytest.fixture
def box(engine: sa.Engine, installed_shop: str, clock: HandClock) -> Iterator[Inbox]:
    inbox = Inbox(engine, clock.now, KEYRING)
    yield inbox
    inbox.close()


@pytest.fixture
def writers(box: Inbox) -> Iterator[list[str]]:
    """In which thread each commit was made."""
    found: list[str] = []

    def note(_db: sa.Connection) -> None:
        found.append(threading.current_thread().name)

    sa.event.listen(box.engine, "commit", note)
    yield found
    sa.event.remove(box.engine, "commit", note)


@pytest.fixture(scope="package")
def town(
    tmp_path_factory: pytest.TempPathFactory, one_database: Callable[[Path], str]
) -> Iterator[Town]:
    """The development store and the app as an operator runs them."""
    folder = tmp_path_factory.mktemp("town")
    running = Town(folder, one_database(folder))
    yield running
    running.close()
