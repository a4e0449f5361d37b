"""Phrases: facts, values and conditions as a merchant would say them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.policy.clauses import Clause
from plugin.policy.conditions import All as Every
from plugin.policy.conditions import Any as Either
from plugin.policy.decision import Outcome
from plugin.policy.explaining.breakpoints import words_of
from plugin.policy.explaining.phrases import (
    condition_said,
    currency_of,
    money_said,
    value_said,
)
from plugin.policy.explaining.rule_words import LineReading, rule_says
from plugin.policy.explaining.settlement_terms import settlement_terms
from plugin.policy.money import Money
from plugin.policy.remedies import (
    Charge,
    Payer,
    PaysFor,
    Remedy,
    Settlement,
    Strike,
)
from plugin.schemas.condition import read_condition
from tests.builders import make_facts, make_line, make_policy


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            {"fact": "reason", "one_of": ["wrong-item", "defective"]},
            "reason is one of defective, wrong-item",
        ),
        ({"fact": "country", "equals": "DE"}, "country is DE"),
        ({"fact": "product_tags", "contains": "sale"}, "product tags contain sale"),
        (
            {"fact": "item_condition", "contains_any": ["worn", "used"]},
            "item condition contains one of used, worn",
        ),
        ({"fact": "gift_card", "equals": True}, "the item is a gift card"),
        (
            {"fact": "gift_card", "equals": False},
            "it is not so that the item is a gift card",
        ),
        (
            {"fact": "days_since_delivery", "at_most": 365},
            "days since delivery are at most 365",
        ),
        ({"fact": "photos", "equals": 1}, "photos are 1"),
        ({"fact": "price", "more_than": 2550}, "price is more than 25.50 USD"),
        ({"fact": "used_percent", "less_than": 20}, "used percent is less than 20"),
        (
            {"fact": "days_past_window", "more_than": 0},
            "the request came after the window",
        ),
        (
            {"fact": "days_past_window", "less_than": 1},
            "the request came within the window",
        ),
        (
            {"fact": "days_past_window", "at_most": 7},
            "the request came at most 7 days after the window",
        ),
        (
            {"not": {"fact": "country", "equals": "DE"}},
            "it is not so that country is DE",
        ),
        ({"all": [{"fact": "country", "equals": "DE"}]}, "country is DE"),
        (
            {
                "all": [
                    {"fact": "country", "equals": "DE"},
                    {
                        "any": [
                            {"fact": "photos", "at_least": 1},
                            {"fact": "videos", "at_least": 1},
                        ]
                    },
                ]
            },
            "country is DE and (photos are at least 1 or videos are at least 1)",
        ),
    ],
)
def test_it_says_a_condition(condition: dict[str, Any], said: str) -> None:
    assert condition_said(read_condition(condition), "USD") == said


def test_it_says_conditions_without_parts() -> None:
    assert condition_said(Every(()), None) == "always"
    assert condition_said(Either(()), None) == "never"


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("price", None, "not known"),
        ("gift_card", True, "yes"),
        ("gift_card", False, "no"),
        ("product_tags", frozenset({"b", "a"}), "a, b"),
        ("product_tags", frozenset(), "none"),
        ("period_starts_on", date(2026, 10, 14), "14 October 2026"),
        ("vendor", "potter", "potter"),
        ("days_since_order", 1, "1 day"),
        ("days_since_order", 2, "2 days"),
        ("used_percent", 1, "1 percent"),
        ("price", 1990, "1990 JPY"),
    ],
)
def test_it_says_a_value(fact: str, value: object, said: str) -> None:
    assert value_said(fact, value, "JPY") == said


def test_it_says_an_amount_whose_currency_is_not_known() -> None:
    assert value_said("price", 5, None) == "5 of the smallest currency unit"


def test_it_says_money_with_the_decimals_of_its_currency() -> None:
    assert money_said(Money.of("5", "EUR")) == "5.00 EUR"
    assert money_said(Money.of("5.0", "KWD")) == "5.000 KWD"


def test_it_takes_a_rules_words_in_another_language_where_there_is_no_english() -> None:
    read = LineReading(make_facts(), make_line(), make_policy())
    when = read_condition({"fact": "photos", "at_least": 1})
    german = Clause(id="x", when=when, then=Outcome.DECLINE, texts=(("de", "Nein."),))

    assert rule_says(german, read) == "Nein."


def test_it_lists_the_words_of_a_policy() -> None:
    when = {
        "any": [
            {"fact": "vendor", "equals": "b"},
            {"fact": "vendor", "one_of": ["c", "a"]},
            {"not": {"fact": "photos", "at_least": 1}},
        ]
    }
    policy = make_policy(clauses=[{"id": "x", "when": when, "then": "review"}])

    assert words_of(policy, "vendor") == ["a", "b", "c"]


def test_it_lists_all_that_is_known_of_a_settlement() -> None:
    charges = (
        Charge(id="box", amount=Money.of("5", "EUR")),
        Charge(
            id="label",
            amount=None,
            why="not known: price",
            pays_for=PaysFor.RETURN_SHIPPING,
        ),
    )
    given = Settlement(
        remedies=(Remedy.EXCHANGE, Remedy.STORE_CREDIT),
        charges=charges,
        outbound=True,
        return_freight=Payer.CONSUMER,
        send_back_days=1,
        refund_days=14,
        bonus_percent=10,
        credit_expires_after_days=365,
        struck=(Strike(what="bonus_terms", cites=None),),
    )

    assert [(term.name, term.said) for term in settlement_terms(given)] == [
        ("The customer gets", "an exchange, or store credit"),
        (
            "For a person to do",
            "The platform cannot offer an exchange by itself: a person must.",
        ),
        ("Fee `box`", "5.00 EUR"),
        ("Fee `label` for the way back", "amount not known (not known: price)"),
        ("Shipping there", "paid back"),
        ("The way back is paid by", "the customer"),
        ("To be sent back within", "1 day of the yes"),
        ("Money back within", "14 days"),
        ("Store credit ends after", "365 days"),
        ("Bonus on store credit", "10 percent"),
        ("Struck by law", "bonus terms"),
    ]
    kept = Settlement(remedies=(Remedy.REPAIR,), outbound=False)
    assert settlement_terms(kept)[2].said == "not paid back"


@pytest.mark.parametrize(
    ("price", "total", "currency"),
    [
        (Money.of("5", "USD"), Money.of("9", "EUR"), "USD"),
        (Money.of("5", "USD"), None, "USD"),
        (None, Money.of("9", "EUR"), "EUR"),
        (None, None, None),
    ],
)
def test_an_item_s_currency_is_its_price_s_or_else_the_order_s(
    price: Money | None, total: Money | None, currency: str | None
) -> None:
    facts = make_facts(make_line(price=price), order_total=total)

    assert currency_of(facts, facts.lines[0]) == currency
