"""Shops come, set their preferences, go, and come again."""

from __future__ import annotations

from dataclasses import replace

from plugin.archive.store import SqlArchive, SqlShelf, installed_shops
from plugin.shop import Mode, Preferences, Shop
from tests.archive.shelves import ALPINE, NORTH, PRESET, PROFILE, at_once
from tests.conftest import HandClock


def test_it_starts_a_shop_in_observe_mode(shelf: SqlShelf) -> None:
    assert shelf.shop() == Shop(
        domain=ALPINE,
        profile=PROFILE,
        preferences=Preferences(),
        generation=1,
        installed=True,
    )


def test_it_knows_no_shop_that_never_came(archive: SqlArchive) -> None:
    assert archive.of(ALPINE).shop() is None


def test_it_keeps_what_the_merchant_chose(shelf: SqlShelf) -> None:
    chosen = Preferences(
        mode=Mode.ASSIST,
        practice=frozenset({"informed_of_right", "ü"}),
        contact="returns@alpine.example",
        refunds=True,
        splits=True,
    )

    shelf.prefer(chosen)

    shop = shelf.shop()
    assert shop is not None
    assert (shop.preferences, shop.contact) == (chosen, "returns@alpine.example")


def test_it_takes_a_new_profile_and_keeps_the_preferences(shelf: SqlShelf) -> None:
    shelf.prefer(Preferences(mode=Mode.AUTOMATIC))
    renamed = replace(PROFILE, name="Alpine & Sons")

    shop = shelf.install(renamed, "{}")

    assert (shop.profile, shop.generation) == (renamed, 1)
    assert shop.preferences.mode is Mode.AUTOMATIC
    assert [version.document for version in shelf.policies()] == [PRESET]


def test_it_counts_a_reinstall_as_a_new_generation(
    shelf: SqlShelf, archive: SqlArchive
) -> None:
    shelf.uninstall()
    gone = shelf.shop()
    listed = installed_shops(archive.engine)

    back = shelf.install(PROFILE, "{}")

    assert gone is not None
    assert (gone.installed, gone.generation, listed) == (False, 1, [])
    assert (back.installed, back.generation) == (True, 2)


def test_it_lists_the_shops_that_have_the_app(
    archive: SqlArchive, shelf: SqlShelf, other: SqlShelf
) -> None:
    assert installed_shops(archive.engine) == [ALPINE, NORTH]


def test_it_installs_once_when_two_windows_open_the_app(archive: SqlArchive) -> None:
    shelves = [archive.of(ALPINE) for _ in range(6)]

    raised = at_once([lambda s=s: s.install(PROFILE, PRESET) for s in shelves])  # type: ignore[misc]

    assert raised == []
    assert [version.version for version in shelves[0].policies()] == [1]
    assert installed_shops(archive.engine) == [ALPINE]


def test_it_remembers_when_a_shop_came(shelf: SqlShelf, clock: HandClock) -> None:
    [version] = shelf.policies()

    assert version.saved_at == clock.now()
