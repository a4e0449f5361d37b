"""The settings: shown, saved, and refused beside the field at fault."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from plugin.pages.policy_text import as_yaml
from plugin.shop import Mode, PolicyVersion, Preferences
from tests.builders import PACKS
from tests.pages.policies import changed, edited
from tests.pages.seeds import OTHER_SHOP, SHOP, Office
from tests.pages.staff import Merchant, Reading

FORM = {
    "mode": "automatic",
    "preset": "standard-30-days",
    "window_days": "45",
    "window_starts": "ordered",
    "offer": "on",
    "percent": "15",
    "expires_after_days": "60",
    "contact": "people@shop.example",
    "practice": ["informed_of_right"],
}


def make_code(**changes: Any) -> dict[str, Any]:
    code = {"id": "code", "remedy": "code", "percent": 10, "expires_after_days": 30}
    return {**code, **changes}


def own_policy(office: Office, **parts: Any) -> None:
    """Give the shop a policy of its own."""
    document = {**PACKS.preset("standard-30-days"), "name": "Ours", **parts}
    office.archive.of(SHOP).save_policy(json.dumps(document), by="staff:1")


def latest(office: Office) -> PolicyVersion:
    return office.archive.of(SHOP).policies()[0]


def test_it_shows_what_is_in_force(merchant: Merchant) -> None:
    page = Reading(merchant.open("/settings"))

    assert page.by_id["window_days"]["value"] == "30"
    assert page.by_id["percent"]["value"] == "10"
    assert "checked" in page.by_id["mode-assist"]
    assert "checked" in page.by_id["offer"]
    assert page.by_id["settings-form"]["data-dirty"] == "false"
    assert "Policy version 1" in page.text


def test_it_saves_preferences_and_a_new_version(
    office: Office, merchant: Merchant
) -> None:
    r = merchant.post("/settings", **FORM)

    version = latest(office)
    document = json.loads(version.document)
    preset = PACKS.preset("standard-30-days")
    assert r.status_code == 200
    assert 'data-toast="Saved as version 2 of the policy."' in r.text
    assert (version.version, version.saved_by) == (2, "staff:101")
    assert document == {
        **preset,
        "window": {"days": 45, "starts": "ordered"},
        "offers": [make_code(percent=15, expires_after_days=60)],
    }
    assert office.shop().preferences == Preferences(
        mode=Mode.AUTOMATIC,
        practice=frozenset({"informed_of_right"}),
        contact="people@shop.example",
    )


def test_it_says_before_that_the_first_policy_counts_for_older_orders(
    merchant: Merchant,
) -> None:
    before = Reading(merchant.open("/settings")).text
    merchant.post("/settings", **FORM)
    after = Reading(merchant.open("/settings")).text

    said = "that you save counts for orders placed before, too"
    assert (said in before, said in after) == (True, False)


def test_it_makes_no_version_when_the_policy_is_the_same(
    office: Office, merchant: Merchant
) -> None:
    merchant.post("/settings", **FORM)
    r = merchant.post("/settings", **{**FORM, "mode": "observe"})

    assert "The policy is still version 2" in r.text
    assert latest(office).version == 2
    assert office.shop().preferences.mode is Mode.OBSERVE


@pytest.mark.parametrize(
    ("field", "value"),
    [("mode", "automatic"), ("contact", "me@shop.example"), ("keep_months", "12")],
)
def test_other_settings_choose_no_policy(
    office: Office, merchant: Merchant, field: str, value: str
) -> None:
    r = merchant.post("/settings", **{**as_shown(merchant), field: value})
    first = merchant.post("/policy", document=as_yaml(changed(name="Ours")))

    shelf = office.archive.of(SHOP)
    assert "The policy is still version 1" in r.text
    assert "It is the first policy of your own" not in r.text
    assert "It is the first policy of your own, so it counts" in Reading(first).text
    assert [version.saved_by for version in shelf.policies()] == [
        "staff:101",
        "install",
    ]
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    assert json.loads(shelf.policy_at(long_ago).document)["name"] == "Ours"


def test_a_later_policy_says_for_which_orders_it_counts(
    office: Office, merchant: Merchant
) -> None:
    first = merchant.post("/settings", **FORM)
    later = merchant.post("/settings", **{**FORM, "window_days": "20"})

    assert "It is the first policy of your own, so it counts" in Reading(first).text
    assert "It counts for orders placed from now on; one placed before" in (
        Reading(later).text
    )
    old = office.archive.of(SHOP).policy_at(datetime(1999, 1, 1, tzinfo=UTC))
    assert json.loads(old.document)["window"]["days"] == 45


def test_a_policy_without_offers_stays_as_it_was_written(
    office: Office, merchant: Merchant
) -> None:
    document = {k: v for k, v in changed().items() if k != "offers"}
    document["window"] = {"days": 30}
    text = "# Checked by our lawyer.\n" + as_yaml(document) + "\n# The end.\n"
    merchant.post("/policy", document=text.replace("\n", "\r\n"))

    r = merchant.post("/settings", **{**as_shown(merchant), "mode": "automatic"})

    page = merchant.open("/policy")
    assert r.status_code == 200
    assert "The policy is still version 2" in r.text
    assert json.loads(latest(office).document) == document
    assert unescape(edited(Reading(page), page.text)) == text
    assert merchant.open("/policy/versions/2/yaml").text == text
    assert office.shop().preferences.mode is Mode.AUTOMATIC


def test_it_writes_other_values_into_the_merchants_own_text(
    office: Office, merchant: Merchant
) -> None:
    window = "window: {days: 30, starts: delivered}"
    text = as_yaml(changed()).replace(window, f"{window}  # a month")
    text = f"# Ours.\n{text}"
    merchant.post("/policy", document=text)

    form = {**as_shown(merchant), "window_days": "45", "window_starts": "ordered"}
    r = merchant.post("/settings", **{**form, "percent": "15"})

    wanted = text.replace(
        "{days: 30, starts: delivered}", "{days: 45, starts: ordered}"
    )
    wanted = wanted.replace("percent: 10", "percent: 15")
    assert "  # a month" in wanted
    assert merchant.open("/policy/versions/3/yaml").text == wanted
    assert "written anew" not in r.text


def test_it_says_that_a_text_was_written_anew(merchant: Merchant) -> None:
    merchant.post("/policy", document=f"# Ours.\n{as_yaml(changed())}")
    form = {k: v for k, v in as_shown(merchant).items() if k != "offer"}

    r = merchant.post("/settings", **form)

    assert "written anew, without comments; version 2 still has yours." in (
        Reading(r).text
    )
    assert "# Ours." in merchant.open("/policy/versions/2/yaml").text
    assert "# Ours." not in merchant.open("/policy/versions/3/yaml").text


def as_shown(merchant: Merchant) -> dict[str, str]:
    """Fill the form in as the page shows it."""
    page = Reading(merchant.open("/settings"))
    names = ("window_days", "percent", "expires_after_days", "contact", "keep_months")
    values = {name: page.by_id[name]["value"] or "" for name in names}
    ticked = {"offer": "on"} if "checked" in page.by_id["offer"] else {}
    return {**values, **ticked, "mode": "assist"}


def test_it_touches_no_other_shop(office: Office, merchant: Merchant) -> None:
    merchant.post("/settings", **FORM)

    shelf = office.archive.of(OTHER_SHOP)
    assert shelf.policies()[0].version == 1
    assert office.shop(OTHER_SHOP).preferences == Preferences(mode=Mode.ASSIST)


def test_it_keeps_no_offer_and_no_contact_when_there_is_none(
    office: Office, merchant: Merchant
) -> None:
    form = {k: v for k, v in FORM.items() if k not in ("offer", "practice")}

    r = merchant.post("/settings", **{**form, "percent": "much", "contact": " "})

    assert r.status_code == 200
    assert json.loads(latest(office).document)["offers"] == []
    assert office.shop().preferences == Preferences(mode=Mode.AUTOMATIC)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("window_days", "12,5", "Give a whole number, without a fraction"),
        ("window_days", "12.5", "Give a whole number, without a fraction"),
        ("window_days", "thirty", "Give a whole number in digits, such as 30"),
        ("window_days", "", "Give a whole number in digits, such as 30"),
        ("window_days", "9" * 10, "Use at most 9 digits"),
        ("window_days", "9" * 4301, "Use at most 9 digits"),
        ("window_days", "-1", "Give a number from 0 to 3650"),
        ("window_days", "3651", "Give a number from 0 to 3650"),
        ("percent", "0", "Give a number from 1 to 100"),
        ("percent", "101", "Give a number from 1 to 100"),
        ("percent", "10 %", "Give a whole number in digits, such as 30"),
        ("expires_after_days", "366", "Give a number from 1 to 365"),
        ("contact", "x" * 121, "Use at most 120 characters"),
        ("contact", "x", "Give an e-mail address, a web address or a telephone"),
        ("contact", "a\nb", "Use one line of plain text"),
        ("contact", "<script>x()</script>@a.b", "Leave out &lt; and &gt;"),
        ("contact", "help@shop", "Correct help@shop: nobody can be reached there"),
        ("contact", "a@b@shop.example", "Correct a@b@shop.example: nobody can"),
        ("contact", "https://shop", "Correct https://shop: nobody can be reached"),
        ("contact", "ftp://shop.example", "Correct ftp://shop.example: nobody"),
        ("contact", "javascript://a.b/%0Aalert(1)", "Correct javascript://a.b"),
        ("contact", "Find us in town", "Give an e-mail address, a web address or a"),
        ("preset", "no-such", "Choose one of generous-60-days"),
        ("window_starts", "birth", "Use one of: delivered, fulfilled, ordered"),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    office: Office, merchant: Merchant, field: str, value: str, says: str
) -> None:
    r = merchant.post("/settings", **{**FORM, field: value})

    page = Reading(r)
    control = page.by_id[field]
    assert r.status_code == 422
    assert control["aria-invalid"] == "true"
    assert f"{field}-error" in (control["aria-describedby"] or "").split()
    assert says in error_text(r.text, field)
    assert r.text.count('class="error"') == 1
    assert latest(office).version == 1
    assert office.shop().preferences == Preferences(mode=Mode.ASSIST)


@pytest.mark.parametrize(
    "contact",
    [
        "help@shop.example",
        "me&co@shop.example",
        "hilfe@m\u00fcller.example",
        "Help desk (help@shop.example), or https://shop.example/help?from=letter.",
        "\u8bf7\u5199\u4fe1\u5230help@shop.example\u3002",
        "Call +49 (30) 123-456",
        "@shop on Instagram, or help@shop.example",
        "E-Mail:help@shop.example",
        "mailto:help@shop.example;+49 30 123456",
        "help@shop.example,post@shop.example/+49 30 123456",
    ],
)
def test_it_takes_whatever_leads_to_a_person(
    office: Office, merchant: Merchant, contact: str
) -> None:
    r = merchant.post("/settings", **{**FORM, "contact": contact})

    assert r.status_code == 200
    assert office.shop().preferences.contact == contact


@pytest.mark.parametrize(
    ("field", "value"), [("mode", "reckless"), ("practice", "made_up")]
)
def test_it_refuses_a_choice_that_is_not_there(
    office: Office, merchant: Merchant, field: str, value: str
) -> None:
    r = merchant.post("/settings", **{**FORM, field: value})

    assert r.status_code == 422
    assert "Use one of: " in error_text(r.text, field)
    assert latest(office).version == 1


def test_it_tells_all_faults_at_once_and_keeps_what_was_typed(
    merchant: Merchant,
) -> None:
    form = {
        **FORM,
        "window_days": "thirty",
        "percent": "0",
        "contact": "me&<you>@shop.example",
    }

    r = merchant.post("/settings", **form)

    page = Reading(r)
    assert "Nothing was saved. Correct 3 fields marked below." in page.text
    assert page.by_id["window_days"]["value"] == "thirty"
    assert page.by_id["percent"]["value"] == "0"
    assert page.by_id["contact"]["value"] == "me&<you>@shop.example"
    assert page.by_id["settings-form"]["data-dirty"] == "true"
    assert "checked" in page.by_id["practice-informed_of_right"]
    assert "me&<you>@shop.example" not in r.text


def test_it_asks_for_a_contact_when_the_shop_has_none(
    office: Office, merchant: Merchant
) -> None:
    shelf = office.archive.of(SHOP)
    profile = office.shop().profile
    values = {name: getattr(profile, name) for name in profile.__slots__}
    shelf.install(type(profile)(**{**values, "contact": ""}), "{}")

    r = merchant.post("/settings", **{**FORM, "contact": ""})

    assert r.status_code == 422
    assert "Say how customers reach a person" in error_text(r.text, "contact")


def test_it_shows_another_preset_before_it_is_saved(
    office: Office, merchant: Merchant
) -> None:
    page = Reading(
        merchant.open("/settings?preset=strict-14-days&mode=observe&contact=me")
    )

    assert page.by_id["window_days"]["value"] == "14"
    assert page.by_id["contact"]["value"] == "me"
    assert "checked" in page.by_id["mode-observe"]
    assert page.by_id["settings-form"]["data-dirty"] == "true"
    assert latest(office).version == 1


def test_it_loads_the_clauses_of_another_preset(
    office: Office, merchant: Merchant
) -> None:
    merchant.post("/settings", **{**FORM, "preset": "strict-14-days"})

    document = json.loads(latest(office).document)
    assert document["clauses"] == PACKS.preset("strict-14-days")["clauses"]
    assert document["window"] == {"days": 45, "starts": "ordered"}


def test_it_keeps_a_policy_of_the_merchants_own(
    office: Office, merchant: Merchant
) -> None:
    shelf = office.archive.of(SHOP)
    own = {**PACKS.preset("strict-14-days"), "name": "Ours <b>"}
    shelf.save_policy(json.dumps(own), by="staff:1")

    shown = merchant.open("/settings")
    merchant.post("/settings", **{**FORM, "preset": "own"})

    assert "Your own policy (Ours &lt;b&gt;)" in shown.text
    assert json.loads(latest(office).document)["clauses"] == own["clauses"]
    assert json.loads(latest(office).document)["name"] == "Ours <b>"


def test_it_edits_the_code_and_leaves_other_offers_alone(
    office: Office, merchant: Merchant
) -> None:
    credit = {
        "id": "credit",
        "remedy": "store_credit",
        "percent": 100,
        "bonus_percent": 10,
        "expires_after_days": 90,
    }
    cap = {"at_most": 1, "within_days": 90}
    amount = {"amount": "5", "currency": "USD"}
    fixed = {**make_code(id="five"), "amount": amount}
    del fixed["percent"]
    own_policy(office, offers=[credit, fixed, make_code(id="ten", per_customer=cap)])

    shown = Reading(merchant.open("/settings"))
    merchant.post("/settings", **{**FORM, "preset": "own"})

    changed = make_code(id="ten", percent=15, expires_after_days=60, per_customer=cap)
    assert shown.by_id["percent"]["value"] == "10"
    assert json.loads(latest(office).document)["offers"] == [credit, fixed, changed]


def test_it_takes_only_the_code_away(office: Office, merchant: Merchant) -> None:
    exchange = {"id": "code", "remedy": "exchange", "expires_after_days": 30}
    own_policy(office, offers=[make_code(id="ten"), exchange])
    form = {k: v for k, v in FORM.items() if k != "offer"}

    merchant.post("/settings", **{**form, "preset": "own"})
    without = json.loads(latest(office).document)["offers"]
    merchant.post("/settings", **{**FORM, "preset": "own"})

    assert without == [exchange]
    assert json.loads(latest(office).document)["offers"] == [
        exchange,
        make_code(id="code-2", percent=15, expires_after_days=60),
    ]


def test_it_points_at_the_code_among_other_offers(
    office: Office, merchant: Merchant
) -> None:
    exchange = {"id": "swap", "remedy": "exchange", "expires_after_days": 30}
    own_policy(office, offers=[exchange, make_code()])

    r = merchant.post("/settings", **{**FORM, "preset": "own", "percent": "0"})

    assert r.status_code == 422
    assert "Give a number from 1 to 100" in error_text(r.text, "percent")


@pytest.mark.parametrize(
    "window", [{"hours": 48, "starts": "delivered"}, {"until": "2027-01-31"}]
)
def test_it_keeps_a_window_that_is_not_one_of_days(
    office: Office, merchant: Merchant, window: dict[str, Any]
) -> None:
    own_policy(office, window=window)
    form = {**FORM, "preset": "own", "window_starts": "delivered"}

    shown = Reading(merchant.open("/settings"))
    kept = merchant.post("/settings", **{**form, "window_days": ""})
    document = json.loads(latest(office).document)
    merchant.post("/settings", **{**form, "window_days": "20"})

    assert shown.by_id["window_days"]["value"] == ""
    assert kept.status_code == 200
    said = {name: window[name] for name in ("starts",) if name in window}
    assert document["window"] == window
    assert json.loads(latest(office).document)["window"] == {"days": 20, **said}


def test_it_brings_an_older_document_up_to_date(
    office: Office, merchant: Merchant
) -> None:
    document = {
        **PACKS.preset("standard-30-days"),
        "schema": 1,
        "offers": {"code": {"percent": 12, "expires_after_days": 20}},
    }
    office.archive.of(SHOP).save_policy(json.dumps(document), by="staff:1")

    shown = Reading(merchant.open("/settings"))
    merchant.post("/settings", **FORM)

    saved = json.loads(latest(office).document)
    assert shown.by_id["percent"]["value"] == "12"
    assert "Your own policy" not in shown.text
    assert (saved["schema"], saved["offers"]) == (
        2,
        [make_code(percent=15, expires_after_days=60)],
    )


def error_text(html: str, field: str) -> str:
    """Read the sentence that stands under a field."""
    mark = f'<p class="error" id="{field}-error">'
    assert html.count(mark) == 1

    return html.split(mark)[1].split("</p>")[0]


def test_a_form_that_is_outdated_changes_nothing(
    office: Office, merchant: Merchant
) -> None:
    drawn = Reading(merchant.open("/settings"))
    merchant.post("/settings", **{**FORM, "mode": "observe"})

    mark = drawn.by_id["based-on"]["value"]
    r = merchant.post("/settings", **FORM, based_on=mark)

    page = Reading(r)
    assert r.status_code == 409
    assert office.archive.of(SHOP).shop().preferences.mode is Mode.OBSERVE  # type: ignore[union-attr]
    assert "the settings were changed while you were editing" in page.text
    assert "checked" in page.by_id["mode-observe"]
    assert page.by_id["based-on"]["value"] != mark


def test_a_choice_of_preset_does_not_make_an_outdated_form_new(
    merchant: Merchant,
) -> None:
    mark = Reading(merchant.open("/settings")).by_id["based-on"]["value"]
    merchant.post("/settings", **{**FORM, "mode": "observe"})

    chosen = merchant.open(
        f"/settings?preset=strict-14-days&mode=automatic&based_on={mark}"
    )

    assert Reading(chosen).by_id["based-on"]["value"] == mark


@pytest.mark.parametrize("pays", [None, "on_receipt"])
def test_it_says_that_a_policy_never_lets_money_go_back(
    office: Office, merchant: Merchant, pays: str | None
) -> None:
    own_policy(office, **({"refund": {"pays": pays}} if pays else {}))

    r = merchant.post("/settings", **{**FORM, "preset": "own"}, refunds="on")

    text = Reading(r).text
    assert r.status_code == 200
    assert ("The policy does not say when money goes back" in text) == (pays is None)
