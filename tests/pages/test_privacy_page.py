"""The privacy page: requests with their proofs, a data file, and who looked."""

from __future__ import annotations

import json

import pytest

from plugin.archive.looking import Look
from plugin.privacy import Person, Topic
from tests.archive.shelves import ask
from tests.pages.seeds import NOW, OTHER_SHOP, SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading

BOB = "staff:101"
# What shows or changes somebody's personal data, and is written down.
LOGGED = {
    "case",
    "confirm",
    "override",
    "api_case",
    "api_cases",
    "data_file",
    "refund",
    "give_refund",
}
# What shows none: lists without words, rules, policies, settings, and the log itself.
OPEN = {
    "disputes",
    "cases",
    "rules",
    "release_rules",
    "settings",
    "submit_settings",
    "webhooks",
    "add_webhook",
    "webhook",
    "again",
    "flow",
    "policy",
    "submit_policy",
    "check_policy",
    "load_policy",
    "try_policy",
    "policy_version",
    "policy_file",
    "privacy",
    "api_privacy",
    "api_rules",
    "api_settings",
    "api_policy",
    "api_save_policy",
    "api_check_policy",
    "api_facts",
    "bounce",
    "static",
}


def looks(office: Office) -> list[tuple[str, str, str | None]]:
    return [(e.by, e.what, e.subject) for e in office.archive.of(SHOP).looks()]


def handed_out(office: Office, return_id: str) -> None:
    shelf = office.archive.of(SHOP)
    case = shelf.find(return_id)
    assert case is not None
    person = Person(customer_id=case.customer_id, order_ids=(case.order_id,))
    ask(shelf, Topic.DATA_REQUEST, person)
    shelf.export("ask-1", person)
    shelf.finish("ask-1", "handed_out")


def test_every_page_says_whether_it_shows_personal_data(office: Office) -> None:
    """A new page fails here until it is listed, and written down if it shows any."""
    rules = office.app().url_map.iter_rules()

    assert {rule.endpoint.removeprefix("pages.") for rule in rules} == LOGGED | OPEN


@pytest.mark.parametrize("path", ["/cases/1001", "/api/cases/1001"])
def test_it_writes_down_who_saw_a_case(
    office: Office, merchant: Merchant, path: str
) -> None:
    seed_case(office.archive, 1001)

    merchant.get_json(path) if "api" in path else merchant.open(path)

    assert looks(office) == [(BOB, "case", "gid://shopify/Return/1001")]
    assert office.archive.of(SHOP).looks() == [
        Look(
            at=NOW,
            by=BOB,
            what="case",
            subject="gid://shopify/Return/1001",
            name="#1001, return #1001-R1",
        )
    ]
    page = merchant.open("/privacy").text
    assert '<a href="/cases/1001">#1001, return #1001-R1</a>' in page
    assert "staff member 101" in page
    assert BOB not in page
    assert '<a href="/">&larr; All cases</a>' in page


def test_the_access_log_names_no_other_shops_case(
    office: Office, merchant: Merchant, stranger: Merchant
) -> None:
    seed_case(office.archive, 1001)
    merchant.open("/cases/1001")
    office.archive.of(OTHER_SHOP).looked(BOB, "case", "gid://shopify/Return/1001")

    page = Reading(stranger.open("/privacy"))

    assert "a case: return 1001" in page.text
    assert "#1001-R1" not in page.text


def test_it_counts_one_case_as_one(office: Office, merchant: Merchant) -> None:
    return_id = seed_case(office.archive, 1001)
    handed_out(office, return_id)
    shelf = office.archive.of(SHOP)
    person = Person(order_ids=(office.case(return_id).order_id,))
    ask(shelf, Topic.REDACT_CUSTOMER, person, id="ask-2")
    shelf.erase_person(person, "ask-2")
    shelf.finish("ask-2", "erased")

    page = Reading(merchant.open("/privacy"))

    assert "1 case, " in page.text
    assert "1 cases" not in page.text


def test_it_writes_down_who_took_all_cases_as_data(
    office: Office, merchant: Merchant
) -> None:
    merchant.get_json("/api/cases")
    merchant.open("/")

    assert looks(office) == [(BOB, "cases", None)]


def test_staff_take_a_data_file_and_are_written_down(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    handed_out(office, "gid://shopify/Return/1001")

    page = merchant.open("/privacy")
    file = merchant.get_json("/privacy/requests/ask-1/data.json")

    made = json.loads(file.text)
    assert "A customer asked for their data" in page.text
    assert "Download the file" in page.text
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Cache-Control"] == "no-store"
    assert made["tables"]["cases"][0]["return_id"] == "gid://shopify/Return/1001"
    assert looks(office) == [(BOB, "file", "ask-1")]
    assert "a data file" in merchant.open("/privacy").text


def test_nobody_takes_another_shops_file(office: Office, stranger: Merchant) -> None:
    seed_case(office.archive, 1001)
    handed_out(office, "gid://shopify/Return/1001")

    answer = stranger.get_json("/privacy/requests/ask-1/data.json")

    assert (answer.status_code, answer.json["error"]) == (404, "not_found")  # type: ignore[index]
    assert stranger.get_json("/api/privacy").json["requests"] == []  # type: ignore[index]


def test_an_erased_case_is_shown_without_its_words(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    case = office.case("gid://shopify/Return/1001")
    letter, person = case.letter, Person(order_ids=(case.order_id,))
    ask(shelf, Topic.REDACT_CUSTOMER, person)
    shelf.erase_person(person, "ask-1")
    shelf.finish("ask-1", "erased")

    page = merchant.open("/cases/1001")
    data = merchant.get_json("/api/cases/1001").json
    proofs = merchant.get_json("/api/privacy").json

    assert page.status_code == 200
    assert "What was personal here is erased" in page.text
    assert letter is None or letter.text not in page.text
    assert data is not None
    assert (data["note"], data["code"], data["outcome"]) == (
        None,
        None,
        case.outcome and case.outcome.value,
    )
    assert {entry["erased"] for entry in data["trail"][:-1]} == {True}
    assert data["trail"][-1]["kind"] == "tombstone"
    assert proofs is not None
    assert proofs["requests"][0]["result"] == "erased"
    assert proofs["requests"][0]["counts"]["cases"] == 1


@pytest.mark.parametrize(("value", "status"), [("5", 422), ("121", 422), ("12", 200)])
def test_a_shop_says_how_long_it_keeps_what_is_personal(
    office: Office, merchant: Merchant, value: str, status: int
) -> None:
    answer = merchant.put_json("/api/settings", {"keep_months": value})

    assert answer.status_code == status
    kept = office.shop().preferences.keep_months
    assert kept == (12 if status == 200 else 36)
