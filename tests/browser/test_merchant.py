"""What a merchant does in the admin, with a real browser."""

from __future__ import annotations

import json
from datetime import date

import pytest
from playwright.sync_api import Route, expect

from plugin.case import Status
from plugin.shop import Mode
from tests.browser.admin import Admin
from tests.builders import make_line
from tests.pages.seeds import HOSTILE, SHOP, install_shop, late_line, seed_case

WIDTHS = (320, 375, 1280)


@pytest.fixture
def seeded(admin: Admin) -> Admin:
    archive = admin.office.archive
    install_shop(archive)
    admin.office.tokens.add(SHOP)
    seed_case(archive, 1001)
    seed_case(archive, 1002, late_line(title=HOSTILE), note=HOSTILE)
    seed_case(archive, 1003, make_line(delivered_on=date(2026, 11, 20)))
    return admin


def test_it_installs_itself_when_it_is_opened(admin: Admin) -> None:
    admin.open()

    expect(admin.app.locator("h1")).to_have_text("Cases")
    expect(admin.app.get_by_text("No requests yet")).to_be_visible()
    assert [shop for shop, _ in admin.office.installs] == [SHOP]


def test_what_is_typed_before_the_script_has_come_can_be_saved(seeded: Admin) -> None:
    page, app = seeded.page, seeded.app
    held: list[Route] = []
    page.route("**/app.js*", lambda route: held.append(route))
    page.goto(
        f"{seeded.store}/{SHOP}/admin/apps/evenhand/settings", wait_until="commit"
    )

    app.get_by_label("Return window (days)").fill("45")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.get_by_role("region", name="Unsaved changes").get_by_role(
        "button", name="Save"
    ).click()

    expect(app.get_by_role("status")).to_contain_text("Saved as version 2")


def test_it_saves_settings_with_the_save_bar(seeded: Admin) -> None:
    page, app = seeded.page, seeded.app
    bar = page.get_by_role("region", name="Unsaved changes")
    seeded.open()
    page.get_by_role("link", name="Settings").click()
    expect(app.locator("h1")).to_have_text("Settings")
    expect(bar).to_be_hidden()

    app.get_by_label("Return window (days)").fill("thirty")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Save").click()

    field = app.get_by_label("Return window (days)")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_value("thirty")
    expect(app.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(app.locator("#window_days-error")).to_have_text(
        "Give a whole number in digits, such as 30."
    )
    assert len(seeded.office.archive.of(SHOP).policies()) == 1

    field.fill("45")
    app.get_by_label("Automatic").check()
    app.get_by_label("The return policy has been shown clearly").check()
    bar.get_by_role("button", name="Save").click()

    expect(page.locator("#toast")).to_have_text("Saved as version 2 of the policy.")
    expect(bar).to_be_hidden()
    version = seeded.office.archive.of(SHOP).policies()[0]
    preferences = seeded.office.shop().preferences
    assert json.loads(version.document)["window"]["days"] == 45
    assert preferences.mode is Mode.AUTOMATIC
    assert preferences.practice == {"policy_posted_before_checkout"}


def test_it_discards_what_was_not_saved(seeded: Admin) -> None:
    bar = seeded.page.get_by_role("region", name="Unsaved changes")
    seeded.open("/settings")

    seeded.app.get_by_label("Discount (percent)").fill("99")
    bar.get_by_role("button", name="Discard").click()

    expect(seeded.app.get_by_label("Discount (percent)")).to_have_value("10")
    expect(bar).to_be_hidden()
    assert len(seeded.office.archive.of(SHOP).policies()) == 1


def test_it_does_not_leave_with_unsaved_changes(seeded: Admin) -> None:
    seeded.open("/settings")
    seeded.app.get_by_label("Discount (percent)").fill("99")

    seeded.app.get_by_role("link", name="All cases").click()

    expect(seeded.app.get_by_role("alert")).to_have_text(
        "Save or discard your changes first."
    )
    expect(seeded.app.get_by_label("Discount (percent)")).to_have_value("99")


def test_it_brings_the_window_of_another_preset(seeded: Admin) -> None:
    bar = seeded.page.get_by_role("region", name="Unsaved changes")
    seeded.open("/settings")
    seeded.app.get_by_label("Where customers can write to").fill("me@shop.example")

    seeded.app.get_by_label("Policy to start from").select_option("strict-14-days")

    expect(seeded.app.get_by_label("Return window (days)")).to_have_value("14")
    expect(seeded.app.get_by_label("Where customers can write to")).to_have_value(
        "me@shop.example"
    )
    expect(seeded.app.get_by_label("Policy to start from")).to_be_focused()
    expect(bar).to_be_visible()
    assert len(seeded.office.archive.of(SHOP).policies()) == 1


def test_it_sends_a_proposed_refusal_once(seeded: Admin) -> None:
    app = seeded.app
    seeded.open()
    app.get_by_role("link", name="#1001").click()
    expect(app.locator("h1")).to_have_text("#1001, return #1001-R1")
    expect(app.locator("h1")).to_be_focused()
    expect(seeded.page).to_have_url(
        f"{seeded.store}/{SHOP}/admin/apps/evenhand/cases/1001"
    )

    app.get_by_role("button", name="Send this refusal").dblclick()

    expect(app.get_by_role("status")).to_contain_text("on its way")
    expect(app.get_by_role("button", name="Send this refusal")).to_have_count(0)
    return_id = "gid://shopify/Return/1001"
    assert seeded.office.confirmed == [(SHOP, return_id, "staff:" + staff_of(seeded))]


def test_it_says_when_a_case_moved_on(seeded: Admin) -> None:
    seeded.open("/cases/1001")
    shelf = seeded.office.archive.of(SHOP)
    case = seeded.office.case("gid://shopify/Return/1001")
    shelf.keep(case.moved(Status.WITHDRAWN), was=Status.PROPOSED)

    seeded.app.get_by_role("button", name="Send this refusal").click()

    expect(seeded.app.get_by_role("alert")).to_contain_text("Nothing was sent")
    assert seeded.office.confirmed == []


def test_it_goes_back_and_comes_again_by_reload(seeded: Admin) -> None:
    seeded.open()
    seeded.app.get_by_role("link", name="#1003").click()
    expect(seeded.app.locator("h1")).to_contain_text("#1003")

    frame = seeded.page.frame(url="**/cases/1003")
    assert frame is not None
    frame.evaluate("location.reload()")
    expect(seeded.app.locator("h1")).to_contain_text("#1003")
    seeded.app.get_by_role("link", name="All cases").click()
    expect(seeded.app.locator("h1")).to_have_text("Cases")
    seeded.page.go_back()

    expect(seeded.app.locator("h1")).to_contain_text("#1003")


def test_it_shows_hostile_words_as_words(seeded: Admin) -> None:
    seeded.open()
    expect(seeded.app.get_by_text(HOSTILE)).to_be_visible()

    seeded.app.get_by_role("link", name="#1002").click()

    expect(seeded.app.get_by_role("blockquote").first).to_have_text(HOSTILE)
    assert seeded.app.locator("main script, main blockquote b").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_the_window(seeded: Admin, width: int) -> None:
    seeded.page.set_viewport_size({"width": width, "height": 800})

    for path in ("", "/cases/1002", "/settings"):
        seeded.open(path)
        for summary in seeded.app.locator("summary").all():
            summary.click()
        content, room = seeded.widths()

        assert content <= room, f"{path} is {content} wide in a room of {room}"


def test_it_works_with_the_keyboard(seeded: Admin) -> None:
    seeded.open("/cases/1001")
    button = seeded.app.get_by_role("button", name="Send this refusal")

    seeded.app.get_by_role("link", name="All cases").focus()
    seeded.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    seeded.page.keyboard.press("Enter")

    expect(seeded.app.get_by_role("status")).to_contain_text("on its way")
    assert len(seeded.office.confirmed) == 1


def staff_of(admin: Admin) -> str:
    """Read who the store says is at the admin."""
    (confirmed,) = admin.office.confirmed
    return confirmed[2].removeprefix("staff:")
