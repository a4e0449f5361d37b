"""A merchant switches payment disputes on and off, with a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from plugin.archive.tables import tokens
from plugin.shopify.scopes import DISPUTES
from tests.devstore.world import ALPINE
from tests.pages.town import Town, installed

SETTINGS = f"/{ALPINE}/admin/apps/evenhand/settings"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with installed(f"sqlite:///{tmp_path / 'evenhand.db'}", monkeypatch) as made:
        yield made


@pytest.fixture
def switch(town: Town, page: Page) -> Iterator[Locator]:
    page.set_default_timeout(60_000)
    page.goto(town.world.url + SETTINGS)
    found = page.frame_locator("#app").get_by_role(
        "switch", name="Hear of payment disputes"
    )
    found.wait_for()
    yield found
    page.close()


def granted(town: Town) -> bool:
    (row,) = town.rows(tokens)
    return DISPUTES in row.scopes.split(",")


def test_it_is_on_when_the_merchant_allows_it(
    town: Town, page: Page, switch: Locator
) -> None:
    app, dialog = page.frame_locator("#app"), page.get_by_role("dialog")
    expect(switch).not_to_be_checked()

    switch.click()
    expect(dialog).to_contain_text("See disputes of payments")
    dialog.get_by_role("button", name="Allow", exact=True).click()

    expect(app.get_by_role("status")).to_contain_text("now", timeout=60_000)
    expect(switch).to_be_checked()
    expect(switch).to_be_focused()
    assert granted(town)
    page.reload()
    expect(switch).to_be_checked(timeout=60_000)

    switch.click()
    expect(app.get_by_role("status")).to_contain_text("no more", timeout=60_000)
    expect(switch).not_to_be_checked()
    assert not granted(town)


def test_it_stays_off_when_the_merchant_refuses(
    town: Town, page: Page, switch: Locator
) -> None:
    app, dialog = page.frame_locator("#app"), page.get_by_role("dialog")

    switch.click()
    dialog.get_by_role("button", name="Do not allow").click()

    expect(app.get_by_role("alert")).to_contain_text(
        "The switch stays off", timeout=60_000
    )
    expect(switch).not_to_be_checked()
    assert not granted(town)


def test_it_does_not_ask_over_unsaved_changes(page: Page, switch: Locator) -> None:
    app = page.frame_locator("#app")
    app.get_by_label("Discount (percent)").fill("99")

    switch.click()

    expect(app.get_by_role("alert")).to_have_text("Save or discard your changes first.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(switch).not_to_be_checked()
    expect(app.get_by_label("Discount (percent)")).to_have_value("99")
