"""What a merchant sees of rules that do not hold up, with a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from plugin.casework.overriding import Answer, NotAllowed
from plugin.policy.decision import Ground, Outcome
from tests.archive.shelves import make_case
from tests.browser.admin import Admin
from tests.pages.seeds import SHOP, install_shop, seed_case

RETURN = "gid://shopify/Return/1001"
WHY = "3 of its 20 refusals were overturned"


def test_a_merchant_answers_and_lets_a_rule_go_out_again(admin: Admin) -> None:
    app, office = admin.app, admin.office
    install_shop(office.archive)
    office.tokens.add(SHOP)
    seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    case = make_case(return_id="r-1")
    shelf.note_overturned(case, ["window-over"], "v1-abc", "refunded")
    shelf.pull("window-over", WHY)

    admin.open()
    expect(app.get_by_role("status").filter(has_text=WHY)).to_be_visible()
    app.get_by_role("link", name="Look at how your rules hold up").click()
    expect(app.locator("h1")).to_have_text("How your rules hold up")
    row = app.get_by_role("row", name="window-over")
    expect(row).to_contain_text("when you send it")
    for width in (320, 375, 1280):
        admin.page.set_viewport_size({"width": width, "height": 800})
        content, room = admin.widths()
        assert content <= room, f"at {width} px"
    app.get_by_role("button", name="Let them go out by themselves again").click()
    expect(row).to_contain_text("by itself")
    assert [brake.ended_at is not None for brake in shelf.brakes()] == [True]

    app.get_by_role("link", name="All cases").click()
    app.get_by_role("link", name="#1001").click()
    office.trouble = NotAllowed("law_entitles", "the law entitles the customer")
    app.get_by_text("Refuse in your own words").click()
    app.get_by_label("Why it is refused").select_option(label="Another reason")
    app.get_by_label("The reason that the customer reads").fill("It came back broken.")
    app.get_by_role("button", name="Refuse this request").click()
    expect(app.get_by_role("alert")).to_have_attribute("data-code", "law_entitles")
    words = app.get_by_label("The reason that the customer reads")
    expect(words).to_have_value("It came back broken.")
    office.trouble = None
    app.get_by_role("button", name="Refuse this request").click()
    sent = "Your answer is on its way"
    expect(app.get_by_role("status").filter(has_text=sent)).to_be_visible()
    letter = app.get_by_role("region", name="Letter to the customer")
    expect(letter).to_contain_text("It is being written with your reason")
    [(shop, return_id, by, given, number)] = office.answered
    assert (shop, return_id, by.partition(":")[0]) == (SHOP, RETURN, "staff")
    assert number == 1
    assert given == Answer(
        to=Outcome.DECLINE, ground=Ground.OTHER, words="It came back broken."
    )
