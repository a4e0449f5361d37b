"""What a merchant does with the policy as a document, with a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from plugin.documents import parse_document
from plugin.pages.policy_text import as_yaml
from tests.browser.admin import Admin
from tests.builders import PACKS
from tests.pages.seeds import HOSTILE, SHOP, install_shop, seed_case

STANDARD = PACKS.preset("standard-30-days")
GIFT_CARD = "    when: {fact: gift_card, equals: true}"


@pytest.fixture
def seeded(admin: Admin) -> Admin:
    install_shop(admin.office.archive)
    admin.office.tokens.add(SHOP)
    seed_case(admin.office.archive, 1001)
    return admin


def editor(admin: Admin) -> Locator:
    return admin.app.get_by_label("The policy as a document")


def saved(admin: Admin) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        admin.office.archive.of(SHOP).policies()[0].document
    )
    return document


def test_it_checks_mends_and_saves_a_policy(seeded: Admin) -> None:
    page, app = seeded.page, seeded.app
    bar = page.get_by_role("region", name="Unsaved changes")
    seeded.open()
    page.get_by_role("link", name="Policy").click()
    expect(app.locator("h1")).to_have_text("Policy")
    expect(bar).to_be_hidden()
    text = editor(seeded).input_value()

    editor(seeded).fill(text.replace("fact: gift_card", "fact: gift_crad"))
    expect(bar).to_be_visible()
    app.get_by_role("button", name="Check").click()

    expect(app.get_by_role("alert")).to_contain_text("Correct the errors below")
    error = app.locator("#report li.error")
    expect(error.locator("code").first).to_have_text("clauses.2.when.fact")
    expect(error).to_contain_text("did you mean `gift_card`?")
    expect(error).to_contain_text("Correct this")
    expect(app.locator("#report")).to_be_focused()
    expect(error).to_be_in_viewport()
    expect(editor(seeded)).to_have_attribute("aria-invalid", "true")

    line = text.split("\n").index(GIFT_CARD) + 1
    error.get_by_role("button", name=f"Line {line}").click()
    chosen = editor(seeded).evaluate(
        "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    )
    assert chosen == GIFT_CARD.replace("gift_card", "gift_crad")
    bar.get_by_role("button", name="Save").click()
    expect(app.get_by_role("alert")).to_contain_text("Nothing was saved")
    assert len(seeded.office.archive.of(SHOP).policies()) == 1

    editor(seeded).fill(text.replace("days: 30, starts", "days: 45, starts"))
    app.get_by_role("button", name="Save as new version").click()

    expect(page.locator("#toast")).to_have_text("Saved as version 2 of the policy.")
    expect(bar).to_be_hidden()
    expect(app.get_by_text("Version 2, saved")).to_be_visible()
    assert saved(seeded)["window"]["days"] == 45

    page.get_by_role("link", name="Settings").click()
    expect(app.get_by_label("Return window (days)")).to_have_value("45")
    app.get_by_label("Return window (days)").fill("50")
    bar.get_by_role("button", name="Save").click()
    expect(page.locator("#toast")).to_have_text("Saved as version 3 of the policy.")
    assert saved(seeded)["window"]["days"] == 50


def test_it_inserts_a_clause_on_a_fact_after_the_one_in_hand(seeded: Admin) -> None:
    app = seeded.app
    seeded.open("/policy")
    facts = app.locator("#fact-list > li")
    assert facts.count() > 30

    app.get_by_label("Find a fact").fill("dispatch VENDOR")
    expect(app.get_by_text("No fact is called or means that.")).to_be_visible()
    app.get_by_label("Find a fact").fill("vendor")
    expect(facts.locator("visible=true")).to_have_count(1)
    app.get_by_role("button", name="Insert a clause on vendor").click()
    expect(editor(seeded)).to_be_focused()
    assert ids(seeded)[0] == "ask-vendor"

    at = editor(seeded).input_value().index("FINAL_SALE")
    editor(seeded).evaluate(f"e => e.setSelectionRange({at}, {at})")
    app.get_by_label("Find a fact").fill("gift card")
    app.get_by_role("button", name="Insert a clause on gift_card").click()

    names = [clause["id"] for clause in STANDARD["clauses"]]
    behind = names.index("final-sale") + 1
    wanted = ["ask-vendor", *names[:behind], "ask-gift-card", *names[behind:]]
    assert ids(seeded) == wanted
    app.get_by_role("button", name="Save as new version").click()
    expect(app.get_by_role("status").first).to_contain_text("Saved as version 2")


def ids(admin: Admin) -> list[str]:
    """Read the clauses in the editor."""
    document = parse_document(editor(admin).input_value(), "editor")
    return [clause["id"] for clause in document["clauses"]]


def test_it_tries_what_is_not_saved_and_keeps_the_place(seeded: Admin) -> None:
    app = seeded.app
    bar = seeded.page.get_by_role("region", name="Unsaved changes")
    seeded.open("/policy")
    text = editor(seeded).input_value()

    app.get_by_label("A recent case").select_option("1001")
    expect(bar).to_be_hidden()
    app.get_by_role("button", name="Try", exact=True).click()
    expect(app.locator("#tried dd").first).to_have_text("Refuse")
    editor(seeded).fill(text.replace("days: 30, starts", "days: 90, starts"))
    editor(seeded).evaluate("e => e.setSelectionRange(40, 40)")
    app.get_by_role("button", name="Try", exact=True).click()

    expect(app.locator("#tried dd").first).to_have_text("Approve")
    expect(app.locator("#tried pre")).to_contain_text("inside-window")
    expect(app.get_by_role("button", name="Try", exact=True)).to_be_focused()
    assert editor(seeded).evaluate("e => e.selectionStart") == 40
    expect(bar).to_be_visible()
    assert len(seeded.office.archive.of(SHOP).policies()) == 1


def test_it_takes_and_gives_files(seeded: Admin, tmp_path: Path) -> None:
    app = seeded.app
    file = tmp_path / "mine.yaml"
    file.write_text(as_yaml({**STANDARD, "name": HOSTILE}), "utf-8")
    seeded.open("/policy")

    app.get_by_label("Put a file into the editor").set_input_files(file)
    app.get_by_role("button", name="Load").click()
    expect(editor(seeded)).to_have_value(file.read_text("utf-8"))
    app.get_by_role("button", name="Save as new version").click()
    expect(app.get_by_role("status").first).to_contain_text("Saved as version 2")
    app.get_by_role("link", name="Version 2").click()
    expect(app.locator("h1")).to_have_text("Policy, version 2")
    expect(app.locator("pre")).to_contain_text(HOSTILE)

    with seeded.page.expect_download() as started:
        app.get_by_role("link", name="JSON").click()

    given = Path(started.value.path()).read_text("utf-8")
    assert started.value.suggested_filename == "policy-v2.json"
    assert json.loads(given) == {**STANDARD, "name": HOSTILE}


def test_it_does_not_lose_what_is_not_saved(seeded: Admin) -> None:
    bar = seeded.page.get_by_role("region", name="Unsaved changes")
    seeded.open("/policy")
    before = editor(seeded).input_value()

    editor(seeded).fill("name: mine\n")
    seeded.app.get_by_role("link", name="Strict, 14 days").click()
    expect(seeded.app.get_by_role("alert")).to_have_text(
        "Save or discard your changes first."
    )
    expect(editor(seeded)).to_have_value("name: mine\n")
    bar.get_by_role("button", name="Discard").click()

    expect(editor(seeded)).to_have_value(before)
    expect(bar).to_be_hidden()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_it_fits_the_window(seeded: Admin, width: int) -> None:
    seeded.page.set_viewport_size({"width": width, "height": 800})

    for path in ("/policy", "/policy/versions/1"):
        seeded.open(path)
        content, room = seeded.widths()

        assert content <= room, f"{path} is {content} wide in a room of {room}"
