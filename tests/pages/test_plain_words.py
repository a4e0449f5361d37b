"""What staff read is said in plain words: amounts, days, facts and faults."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugin.pages import trail, words
from plugin.pages.facts_shown import OPTIONAL, shown
from plugin.pages.practice import unconfirmed
from plugin.pages.settings_form import BadSettings
from plugin.policy.facts import Facts, Line
from plugin.policy.money import Money
from tests.builders import make_line
from tests.pages.seeds import Office, seed_case
from tests.pages.staff import Merchant, Reading

TOKYO = ZoneInfo("Asia/Tokyo")
COPY = "contract_copy_sent"


def test_the_facts_of_a_case_show_amounts_and_labels(
    office: Office, merchant: Merchant
) -> None:
    price = Money(amount=Decimal("4200.0"), currency="JPY")
    seed_case(office.archive, 1001, make_line(price=price))

    text = Reading(merchant.open("/cases/1001")).text

    assert "4200 JPY" in text
    assert "4200.0 JPY" not in text
    assert "Read to the end yes" in text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"amount": "4200.0", "currency": "JPY"}, "4200 JPY"),
        ({"amount": "5.5", "currency": "EUR"}, "5.50 EUR"),
        ({"amount": "much", "currency": "EUR"}, "much EUR"),
        ([{"on": "2026-12-29", "items": 2, "value": None}], "29 Dec 2026 2"),
        (["2026-12-29", "2026-12-30"], "29 Dec 2026, 30 Dec 2026"),
        ([], "none"),
        (None, "not known"),
    ],
)
def test_what_is_recorded_is_said_as_everywhere(value: object, said: str) -> None:
    assert words.recorded(TOKYO, value) == said


def test_a_rule_that_could_not_be_applied_says_what_is_not_known() -> None:
    finding = {
        "stratum": "clause",
        "id": "window-over",
        "why": None,
        "read": [["days_past_window", None]],
    }
    decision = {
        "outcome": "review",
        "holds": [],
        "lines": [{"outcome": "review", "decided_by": finding}],
    }

    assert trail.for_a_person(decision) == [
        "The rule window-over could not be applied, because Evenhand does not know"
        " this: days by which the request missed the item's window."
    ]


def test_every_fault_of_the_settings_is_a_sentence() -> None:
    error = BadSettings({"percent": ["give 0 to 100"], "mode": ["Use one of: a."]})

    assert error.errors == {"percent": ["Give 0 to 100."], "mode": ["Use one of: a."]}


def test_facts_list_what_was_known_and_in_one_line_what_was_not() -> None:
    body: dict[str, Any] = {
        "requested_on": "2026-11-29",
        "decided_on": None,
        "dispute_open": False,
        "delivery_refused": None,
        "customer_returns": None,
        "practice": [],
        "promised_on": None,
        "order_tags": [],
        "asked_before": None,
        "return_method": None,
        "lines": [],
    }

    assert shown(TOKYO, body, without=["lines"]) == [
        ("Requested on", "29 Nov 2026"),
        ("Dispute open", "no"),
        ("Order tags", "none"),
        ("Asked before", "no"),
        ("Not known", "delivery refused, return method"),
    ]
    assert shown(TOKYO, {"decided_on": "2026-11-30"}) == [("Decided on", "30 Nov 2026")]


def test_every_fact_whose_absence_is_no_gap_is_a_fact() -> None:
    names = {each.name for each in (*fields(Facts), *fields(Line))}

    assert names >= OPTIONAL


@pytest.mark.parametrize(
    ("says", "why", "lacking", "asks"),
    [
        ("cannot_tell", f"whatever it says of {COPY}", [], True),
        ("cannot_tell", f"whatever it says of {COPY}", [COPY], False),
        ("cannot_tell", "another doubt", [], False),
        ("cannot_tell", None, [], False),
        ("speaks", "it runs without contract_copy_sent", [], False),
    ],
)
def test_a_practice_is_asked_for_where_the_law_waits_for_it(
    says: str, why: str | None, lacking: list[str], asks: bool
) -> None:
    finding = {"stratum": "law", "says": says, "why": why}

    assert unconfirmed([finding], {"lacking": lacking}) is asks
