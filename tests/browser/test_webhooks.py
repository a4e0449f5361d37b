"""What a merchant does with the addresses that are told, with a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from plugin.archive import deliveries
from tests.browser.admin import Admin
from tests.pages.seeds import NOW, SHOP, install_shop

URL = "https://hooks.shop.example/evenhand"
# The page looks again so often; a little more, in its own milliseconds.
LOOKS_AFTER = 1_600


def test_a_merchant_adds_tests_and_rotates_an_address(admin: Admin) -> None:
    app, office = admin.app, admin.office
    open_page(admin)
    assert office.switchboard is not None
    mine = office.switchboard.endpoints(SHOP)

    app.get_by_label("Address").fill("http://hooks.shop.example/")
    app.get_by_role("button", name="Add", exact=True).click()
    expect(
        app.get_by_text("Give an address that begins with https://.")
    ).to_be_visible()
    app.get_by_label("Address").fill(URL)
    app.get_by_role("button", name="Add", exact=True).click()
    expect(app.locator("#secret")).to_contain_text("whsec_")
    (endpoint,) = mine.all()
    assert app.locator("#secret").inner_text() in mine.signers(endpoint.id)

    app.get_by_role("button", name=f"Send a test: {URL}").click()
    expect(app.locator("#secret")).to_have_count(0)
    row = app.get_by_role("row", name="endpoint.test")
    expect(row).to_contain_text("Being sent")
    for width in (320, 375, 1280):
        admin.page.set_viewport_size({"width": width, "height": 800})
        content, room = admin.widths()
        assert content <= room, f"at {width} px"

    fail_test(admin)
    # The page looks again by itself.
    expect(app.locator("#tried")).to_have_text(
        f"The test was not taken by {URL}: it answered HTTP 500 (away).", timeout=60_000
    )

    app.get_by_role("button", name=f"New secret: {URL}").click()
    expect(app.locator("#secret")).to_contain_text("whsec_")
    assert len(mine.signers(endpoint.id)) == 2

    app.get_by_role("button", name=f"Switch off: {URL}").click()
    expect(app.get_by_text("You switched it off.")).to_be_visible()
    app.get_by_role("button", name=f"Switch on: {URL}").click()
    expect(app.get_by_role("status")).to_contain_text("is switched on.")
    expect(row).to_contain_text("It answered HTTP 500")
    app.get_by_role("button", name="Send again").click()
    expect(row).to_contain_text("Being sent")
    app.get_by_role("button", name="Switch on", exact=True).click()
    expect(app.get_by_text("Shopify Flow is switched on.")).to_be_visible()


@pytest.mark.parametrize("first", ["look", "click"])
def test_a_click_is_followed_though_the_page_looks_again(
    admin: Admin, first: str
) -> None:
    page, app = admin.page, admin.app
    send_test(admin)
    held: dict[str, Route] = {}
    page.route(re.compile(r"look=\d+$"), lambda route: held.update(look=route))
    page.route(re.compile(r"/settings$"), lambda route: held.update(click=route))
    if first == "look":
        page.clock.run_for(LOOKS_AFTER)
        within(60, lambda: "look" in held, page)

    app.get_by_role("link", name="Settings").first.click()
    within(60, lambda: "click" in held, page)
    page.clock.run_for(2 * LOOKS_AFTER)
    # Whatever was asked for before is answered first.
    for route in sorted(held, reverse=True):
        held[route].continue_()

    expect(app.locator("h1")).to_have_text("Settings")
    assert ("look" in held) == (first == "look")


def test_what_is_typed_and_where_one_reads_stays_as_it_is(admin: Admin) -> None:
    page, app = admin.page, admin.app
    send_test(admin)
    page.set_viewport_size({"width": 375, "height": 300})
    app.get_by_label("Address").fill("https://other.shop.example/")
    app.locator("h2#log").click()
    app.locator("html").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    before = where(admin)

    with page.expect_response(re.compile(r"look=1$")):
        page.clock.run_for(LOOKS_AFTER)
    fail_test(admin)
    page.clock.resume()

    expect(app.locator("#tried")).to_contain_text("was not taken", timeout=60_000)
    expect(app.locator("#sent")).to_contain_text("Failed")
    expect(app.get_by_text("Last answer: ")).to_contain_text("HTTP 500")
    expect(app.get_by_label("Address")).to_have_value("https://other.shop.example/")
    assert before["y"] > 0
    assert where(admin) == before


def open_page(admin: Admin) -> None:
    install_shop(admin.office.archive)
    admin.office.tokens.add(SHOP)
    admin.open("/settings")
    admin.app.get_by_role("link", name="Webhooks and Shopify Flow").click()
    expect(admin.app.locator("h1")).to_have_text("Your own systems")


def send_test(admin: Admin) -> None:
    """Leave the page with a test on its way, its clock in the test's hand."""
    app = admin.app
    admin.page.clock.install()
    open_page(admin)
    app.get_by_label("Address").fill(URL)
    app.get_by_role("button", name="Add", exact=True).click()
    expect(app.locator("#secret")).to_contain_text("whsec_")
    admin.page.clock.pause_at(admin.page.evaluate("Date.now() + 60_000"))
    app.get_by_role("button", name=f"Send a test: {URL}").click()
    expect(app.locator("#tried")).to_contain_text("A test is on its way")


def fail_test(admin: Admin) -> None:
    assert admin.office.switchboard is not None
    (owed,) = admin.office.switchboard.deliveries(SHOP)
    deliveries.note(
        admin.office.archive.engine,
        SHOP,
        owed.endpoint_id,
        owed.announcement_id,
        at=NOW,
        state="failed",
        result="http_500",
        answer="away",
    )


def within(seconds: int, done: Callable[[], bool], page: Page) -> None:
    """Let the browser go on until something is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not come"
        page.wait_for_timeout(20)


def where(admin: Admin) -> dict[str, Any]:
    """Where a reader is: how far down, and on what the keys work."""
    found: dict[str, Any] = admin.app.locator("html").evaluate(
        "() => ({y: Math.round(window.scrollY), at: document.activeElement.tagName})"
    )
    return found
