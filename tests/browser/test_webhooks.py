"""What a merchant does with the addresses that are told, with a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from plugin.archive import deliveries
from tests.browser.admin import Admin
from tests.pages.seeds import NOW, SHOP, install_shop

URL = "https://hooks.shop.example/evenhand"


def test_a_merchant_adds_tests_and_rotates_an_address(admin: Admin) -> None:
    app, office = admin.app, admin.office
    install_shop(office.archive)
    office.tokens.add(SHOP)
    assert office.switchboard is not None
    mine = office.switchboard.endpoints(SHOP)

    admin.open("/settings")
    app.get_by_role("link", name="Webhooks and Shopify Flow").click()
    expect(app.locator("h1")).to_have_text("Your own systems")
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

    (owed,) = office.switchboard.deliveries(SHOP)
    deliveries.note(
        office.archive.engine,
        SHOP,
        endpoint.id,
        owed.announcement_id,
        at=NOW,
        state="failed",
        result="http_500",
        answer="away",
    )
    # The page looks again by itself.
    expect(app.locator("#tried")).to_have_text(
        f"The test was not taken by {URL}: http_500 (away).", timeout=60_000
    )

    app.get_by_role("button", name=f"New secret: {URL}").click()
    expect(app.locator("#secret")).to_contain_text("whsec_")
    assert len(mine.signers(endpoint.id)) == 2

    app.get_by_role("button", name=f"Switch off: {URL}").click()
    expect(app.get_by_text("You switched it off.")).to_be_visible()
    app.get_by_role("button", name=f"Switch on: {URL}").click()
    expect(app.get_by_role("status")).to_contain_text("is switched on.")
    expect(row).to_contain_text("http_500")
    app.get_by_role("button", name="Send again").click()
    expect(row).to_contain_text("Being sent")
    app.get_by_role("button", name="Switch on", exact=True).click()
    expect(app.get_by_text("Shopify Flow is switched on.")).to_be_visible()
