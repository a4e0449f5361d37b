"""One installed shop, its pages, and a member of its staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugin.parts import Parts
from tests.pages.seeds import OTHER_SHOP, SHOP, Office, install_shop, make_archive
from tests.pages.staff import Merchant
from tests.pages.town import Town, another_process, running


@pytest.fixture
def empty_office(
    tmp_path: Path, one_database: Callable[[Path], str]
) -> Iterator[Office]:
    archive = make_archive(one_database(tmp_path))
    yield Office(archive=archive)
    archive.engine.dispose()


@pytest.fixture
def office(empty_office: Office) -> Office:
    for shop in (SHOP, OTHER_SHOP):
        install_shop(empty_office.archive, shop)
        empty_office.tokens.add(shop)
    return empty_office


@pytest.fixture
def merchant(office: Office) -> Merchant:
    return Merchant(office.app().test_client(), SHOP)


@pytest.fixture
def stranger(office: Office) -> Merchant:
    return Merchant(office.app().test_client(), OTHER_SHOP)


@pytest.fixture
def empty_town(
    tmp_path: Path,
    one_database: Callable[[Path], str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Town]:
    """The app and a store that does not have it, at their addresses."""
    with running(one_database(tmp_path), monkeypatch) as made:
        yield made


@pytest.fixture
def town(empty_town: Town) -> Town:
    """The app and a store that has it; nobody opened it yet."""
    empty_town.install()
    return empty_town


@pytest.fixture
def worker(town: Town) -> Iterator[Parts]:
    """The parts of another process of the same app."""
    with another_process() as made:
        yield made
