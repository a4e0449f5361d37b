"""A policy tried on a case or on facts, and the facts it may ask for."""

from __future__ import annotations

import pytest

from plugin.documents import parse_document
from plugin.packs import parse_policy
from plugin.pages.policy_facts import fact_cards
from plugin.pages.policy_text import as_yaml
from plugin.policy.catalogue import CATALOGUE
from tests.pages.policies import STANDARD, changed, versions
from tests.pages.seeds import OTHER_SHOP, SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading

NEGATIVE = """
requested_on: 2026-11-05
ordered_on: 2026-10-28
lines: [{price: {amount: "-5.00", currency: EUR}}]
"""
FAR_OFF = """
requested_on: 2026-11-05
ordered_on: 1026-10-28
lines: [{}]
"""


def test_it_tries_a_case_and_keeps_nothing(office: Office, merchant: Merchant) -> None:
    return_id = seed_case(office.archive, 1001)
    entries = office.archive.of(SHOP).entries(return_id)
    generous = as_yaml(changed(window={"days": 365, "starts": "delivered"}))

    late = Reading(
        merchant.post("/policy/try", document=as_yaml(STANDARD), case="1001")
    )
    r = merchant.post("/policy/try", document=generous, case="1001")

    page = Reading(r)
    assert "It would Refuse Decided by window-over The law silent" in late.text
    assert "It would Approve Decided by inside-window The law silent" in page.text
    assert "Policy: Standard, 30 days, version unsaved" in page.text
    assert 'value="1001" selected' in r.text
    assert page.by_id["policy-form"]["data-dirty"] == "true"
    assert len(versions(office)) == 1
    assert office.archive.of(SHOP).entries(return_id) == entries
    assert office.confirmed == []


def test_it_tries_pasted_facts(merchant: Merchant) -> None:
    facts = """
    requested_on: 2026-11-05
    ordered_on: 2026-10-28
    lines: [{gift_card: true, reason: unwanted}]
    """

    page = Reading(
        merchant.post("/policy/try", document=as_yaml(STANDARD), facts=facts)
    )

    assert "It would A person decides" in page.text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "Choose a case, or paste a request"),
        ({"case": "404"}, "There is no such case in this shop"),
        ({"case": "2002"}, "There is no such case in this shop"),
        ({"case": "x"}, "There is no such case in this shop"),
        ({"facts": "a: 1\nb: ["}, "This cannot be read at line 2, column 5"),
        ({"facts": "- 1"}, "must be a mapping"),
        ({"facts": "requested_on: 2026-11-05"}, "ordered_on: this is missing; give it"),
        ({"facts": NEGATIVE}, "lines.0.price.amount: give an amount without a minus"),
        ({"facts": FAR_OFF}, "ordered_on: give a day from 1970 to 2200"),
        ({"facts": "{}", "case": "404"}, "The facts cannot be used"),
    ],
    ids=str,
)
def test_it_says_why_nothing_could_be_tried(
    office: Office, merchant: Merchant, asked: dict[str, str], says: str
) -> None:
    seed_case(office.archive, 2002, shop=OTHER_SHOP)

    r = merchant.post("/policy/try", document=as_yaml(STANDARD), **asked)

    page = Reading(r)
    assert r.status_code == 422
    assert says in page.text
    assert page.by_id["facts"]["aria-describedby"] == "facts-help facts-error"
    assert page.by_id["facts"]["aria-invalid"] == "true"
    assert "tried" not in page.by_id


def test_every_fact_has_a_clause_that_can_be_saved_as_it_is(
    merchant: Merchant,
) -> None:
    cards = fact_cards()

    page = merchant.open("/policy").text
    text = as_yaml(changed(clauses=[])).replace("clauses: []\n", "clauses:\n")
    clauses = "".join(card.clause for card in cards)
    document = parse_document(
        text.replace("clauses:\n", f"clauses:\n{clauses}"), "cards"
    )
    assert {card.name for card in cards} >= set(CATALOGUE)
    assert page.count("data-insert=") == len(cards)
    assert len(parse_policy(document, version="v").clauses) == len(cards)
