"""The whole road in a real browser: real processes, a customer, a merchant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from plugin.demo.processes import Place
from tests.browser.admin import app_in

SHOP = "alpine-goods.myshopify.com"


@pytest.mark.slow
def test_a_customer_asks_and_is_answered_by_the_merchants_rules(
    page: Page, running: Place
) -> None:
    shop = f"{running.store_url}/{SHOP}"

    # The merchant installs the app and lets it work by itself.
    page.goto(f"{shop}/admin/oauth/install")
    page.get_by_role("button", name="Install").click()
    expect(app_in(page).get_by_role("heading", level=1)).to_have_text("Cases")
    page.goto(f"{shop}/admin/apps/evenhand/settings")
    app_in(page).get_by_label("Automatic").check()
    app_in(page).get_by_label("The return policy has been shown").check()
    page.get_by_role("button", name="Save").click()
    expect(
        app_in(page).get_by_text("Saved. The policy is still version 1")
    ).to_be_visible()

    # A customer asks too late, in words that carry markup.
    page.goto(f"{shop}/account/orders/1002")
    page.get_by_label("Scree Hiking Boots").check()
    page.get_by_label("Note").fill("Never worn <b>honestly</b>")
    page.get_by_role("button", name="Request return").click()
    answered = page.get_by_text("Declined", exact=True)
    for _ in range(100):
        if answered.is_visible():
            break
        page.wait_for_timeout(100)
        page.reload()
    expect(answered).to_be_visible()
    mail = page.locator("article.mail")
    expect(mail).to_contain_text("Items can be returned within 30 days of delivery")
    code = re.search(r"SORRY-[0-9A-Z]{12}", mail.inner_text())
    assert code is not None

    # The merchant sees why, and that the order is marked.
    page.goto(f"{shop}/admin/apps/evenhand")
    app_in(page).get_by_role("link", name="#1002").click()
    trace = app_in(page)
    expect(trace.locator("blockquote").first).to_have_text("Never worn <b>honestly</b>")
    expect(trace.locator("li.deciding")).to_contain_text("window-over")
    expect(trace.locator("dd", has_text=code[0])).to_be_visible()
    page.goto(f"{shop}/admin/orders/1002")
    expect(page.get_by_text("evenhand-declined")).to_be_visible()
    expect(page.get_by_text(f"{code[0]} Evenhand #1002-R1")).to_be_visible()


@pytest.mark.slow
def test_a_merchant_hands_on_a_customers_data_and_sees_it_erased(
    page: Page, running: Place
) -> None:
    shop, app = f"{running.store_url}/{SHOP}", app_in(page)
    page.goto(f"{shop}/admin/oauth/install")
    page.get_by_role("button", name="Install").click()
    expect(app.get_by_role("heading", level=1)).to_have_text("Cases")
    page.goto(f"{shop}/account/orders/1002")
    page.get_by_label("Scree Hiking Boots").check()
    page.get_by_label("Note").fill("canary-note of a customer")
    page.get_by_role("button", name="Request return").click()
    case = app.get_by_role("link", name="#1002")
    show_until(page, f"{shop}/admin/apps/evenhand", case)

    # The customer wants their data: the merchant takes the file out of the app.
    page.goto(f"{shop}/admin/orders/1002")
    page.get_by_role("button", name="Request customer data").click()
    privacy = f"{shop}/admin/apps/evenhand/privacy"
    link = app.get_by_role("link", name="Download the file")
    show_until(page, privacy, link)
    with page.expect_download() as download:
        link.click()
    file = Path(download.value.path()).read_text("utf-8")

    # The customer wants to be erased, and the store waits no ten days here.
    asked = {"shop": SHOP, "number": 1002, "days": 0}
    wanted = f"{running.store_url}/_control/privacy/customer"
    assert requests.post(wanted, json=asked, timeout=30).status_code == 200
    erased = app.get_by_role("article", name="A customer asked to be erased")
    show_until(page, privacy, erased.locator("code"))

    expect(erased).to_contain_text("1 case")
    expect(erased.locator("code")).to_have_text(re.compile("[0-9a-f]{12}"))
    expect(link).to_have_count(0)
    expect(app.get_by_role("row", name="a data file")).to_be_visible()
    page.goto(f"{shop}/admin/apps/evenhand")
    expect(case).to_be_visible()
    case.click()
    expect(
        app.get_by_role("heading", name="What was personal here is erased")
    ).to_be_visible()
    assert "canary-note of a customer" in file
    assert "canary-note" not in app.locator("body").inner_text()


def show_until(page: Page, address: str, wanted: Locator) -> None:
    """Open a page anew until it shows something."""
    for _ in range(300):
        page.goto(address)
        app_in(page).locator("h1").wait_for()
        if wanted.count():
            break
        page.wait_for_timeout(200)
    expect(wanted).to_be_visible()
