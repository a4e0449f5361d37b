"""The stand-in for App Bridge works in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.devstore.embedded import EmbeddedApp
from tests.devstore.world import ALPINE, CLIENT_ID, SECRET, World


@pytest.fixture
def embedded() -> Iterator[EmbeddedApp]:
    app = EmbeddedApp()
    yield app
    app.close()


@pytest.fixture
def admin(browser: Browser, embedded: EmbeddedApp, manifest: Path) -> Iterator[Page]:
    world = World(app_url=embedded.url, manifest=manifest)
    embedded.store_url = world.url
    page = browser.new_page(base_url=world.url)
    page.goto(f"/{ALPINE}/admin/apps/evenhand")
    page.get_by_role("button", name="Install").click()
    yield page
    page.close()
    world.close()


def app_in(page: Page) -> FrameLocator:
    return page.frame_locator("#app")


def test_installing_opens_the_app_with_a_valid_token(
    admin: Page, embedded: EmbeddedApp
) -> None:
    expect(app_in(admin).get_by_role("heading")).to_have_text("/")

    (launch,) = embedded.launches
    claims = jwt.decode(
        launch["id_token"], SECRET, algorithms=["HS256"], audience=CLIENT_ID
    )
    assert claims["dest"] == f"https://{ALPINE}"


def test_a_fetch_carries_a_fresh_token_and_is_retried_once(
    admin: Page, embedded: EmbeddedApp
) -> None:
    app_in(admin).get_by_role("button", name="Call").click()

    expect(app_in(admin).locator("#notes")).to_have_text("answered ")
    assert len(set(embedded.tokens)) == 2
    assert all(token.startswith("Bearer ey") for token in embedded.tokens)


def test_the_save_bar_is_the_admins_and_its_buttons_are_the_apps(admin: Page) -> None:
    bar = admin.get_by_role("region", name="Unsaved changes")
    expect(app_in(admin).get_by_role("heading")).to_have_text("/")
    expect(bar).to_be_hidden()

    app_in(admin).get_by_role("button", name="Change").click()
    bar.get_by_role("button", name="Save").click()
    bar.get_by_role("button", name="Discard").click()

    expect(app_in(admin).locator("#notes")).to_have_text("saved discarded ")


def test_a_toast_is_shown_in_the_admin(admin: Page) -> None:
    app_in(admin).get_by_role("button", name="Toast").click()

    expect(admin.get_by_role("status")).to_have_text("Policy saved")


def test_the_admins_links_lead_through_the_app_and_its_bounce(
    admin: Page, embedded: EmbeddedApp
) -> None:
    admin.get_by_role("navigation").get_by_role("link", name="Settings").click()

    expect(app_in(admin).get_by_role("heading")).to_have_text("/settings")
    current = admin.get_by_role("navigation").locator("[aria-current]")
    expect(current).to_have_text("Settings")
    assert admin.url.endswith(f"/{ALPINE}/admin/apps/evenhand/settings")
    assert set(embedded.launches[-1]) == {"id_token"}


def test_a_bounce_never_leads_elsewhere(admin: Page, embedded: EmbeddedApp) -> None:
    expect(app_in(admin).get_by_role("heading")).to_have_text("/")
    elsewhere = f"{embedded.url}/bounce?shopify-reload=//elsewhere.example/"

    admin.locator("#app").evaluate("(frame, to) => { frame.src = to; }", elsewhere)
    admin.wait_for_timeout(300)

    assert [frame.url for frame in admin.frames[1:]] == [elsewhere]


def test_an_optional_scope_is_the_merchants_to_allow(admin: Page) -> None:
    app, dialog = app_in(admin), admin.get_by_role("dialog")
    notes = app.locator("#notes")

    app.get_by_role("button", name="List").click()
    expect(notes).to_have_text("5 1 5 ")
    app.get_by_role("button", name="Ask", exact=True).click()
    expect(dialog.get_by_role("listitem")).to_have_text(["See disputes of payments"])
    dialog.get_by_role("button", name="Do not allow").click()
    expect(notes).to_have_text("5 1 5 declined-all ")
    app.get_by_role("button", name="Ask", exact=True).click()
    dialog.get_by_role("button", name="Allow", exact=True).click()
    expect(notes).to_have_text("5 1 5 declined-all granted-all ")
    # What is granted is not asked for again.
    app.get_by_role("button", name="Ask", exact=True).click()
    expect(notes).to_have_text("5 1 5 declined-all granted-all granted-all ")
    app.get_by_role("button", name="List").click()
    expect(notes).to_contain_text("5 1 6")
    app.get_by_role("button", name="Give back", exact=True).click()
    expect(notes).to_contain_text("left 5")


def test_a_scope_that_is_not_optional_is_neither_asked_for_nor_given_back(
    admin: Page,
) -> None:
    app = app_in(admin)

    app.get_by_role("button", name="Ask for what is not declared").click()
    expect(app.locator("#notes")).to_have_text("failed ")
    app.get_by_role("button", name="Give back what is needed").click()
    expect(app.locator("#notes")).to_have_text("failed failed ")
    expect(admin.get_by_role("dialog")).to_have_count(0)
