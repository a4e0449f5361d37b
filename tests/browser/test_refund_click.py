"""A merchant lets money go back, and gives a refund by a click, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from plugin.demo.play import Day
from plugin.demo.processes import Place
from tests.browser.admin import app_in

SHOP = "alpine-goods.myshopify.com"


@pytest.mark.slow
def test_the_switch_is_kept_and_a_click_gives_a_refund(
    page: Page, running: Place
) -> None:
    day = Day(place=running)
    day.install(SHOP)
    day.configure(SHOP)
    shop = f"{running.store_url}/{SHOP}"

    # The merchant switches refunds on, and off again.
    for wanted in (True, False):
        page.goto(f"{shop}/admin/apps/evenhand/settings")
        switch = app_in(page).get_by_label("Give money back")
        expect(switch).to_be_checked(checked=not wanted)
        switch.set_checked(wanted)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#toast")).to_contain_text("Saved")
    page.goto(f"{shop}/admin/apps/evenhand/settings")
    expect(app_in(page).get_by_label("Give money back")).not_to_be_checked()

    # A customer asks in time; the approval gives no money.
    order = {"shop": SHOP, "delivered_days_ago": 5, "country": "US", "province": "CO"}
    [made] = day._json("POST", "/_control/orders", order)
    line = {"line_item_id": made["line_item_ids"][0], "quantity": 1}
    return_id = day.ask(
        {
            "shop": SHOP,
            "order_number": made["order_number"],
            "lines": [{**line, "reason": "unwanted"}],
        }
    )
    day.settled(SHOP, return_id)
    assert day.truth(SHOP)["refunds"] == []

    # The merchant looks what it comes to, and gives it.
    number = return_id.rpartition("/")[2]
    page.goto(f"{shop}/admin/apps/evenhand/cases/{number}")
    app_in(page).get_by_role("link", name="See what this refund comes to").click()
    expect(app_in(page).get_by_text("the original payment")).to_be_visible()
    app_in(page).get_by_role("button", name="Give 89.00 USD back").click()
    expect(page.locator("#toast")).to_have_text("The refund is on its way.")
    summary = app_in(page).locator("summary", has_text="pay 89.00 USD back")
    for _ in range(200):
        if day.truth(SHOP)["refunds"]:
            break
        page.wait_for_timeout(200)
    page.goto(f"{shop}/admin/apps/evenhand/cases/{number}")

    expect(summary).to_contain_text("staff member")
    [refund] = day.truth(SHOP)["refunds"]
    assert (refund["return_id"], refund["by"], refund["amount"]) == (
        return_id,
        "app",
        "89.0",
    )
