"""Letters: the fact that decided is told, as far as a customer may know it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.builders import (
    PACKS,
    make_facts,
    make_line,
    make_place,
    make_policy,
    make_terms,
)
from tests.letters import refusing, told, write


def test_it_names_the_statutory_exception_that_lets_it_refuse() -> None:
    clause = {
        "id": "final-sale",
        "text": {"en": "Final sale stays sold."},
        "when": {"fact": "product_tags", "contains": "final-sale"},
        "ground": "FINAL_SALE",
    }
    line = make_line(
        product_tags=frozenset({"final-sale"}), proven=frozenset({"item_is_custom"})
    )
    facts = make_facts(line, places=(make_place("DE"),))

    text = write(facts, refusing(clause, packs=(PACKS.law_packs["DE"],))).text

    assert "accept this return because our return policy says: “Final sale" in text
    assert "The law excludes this item from the right of withdrawal (" in text
    assert "sold as final sale" not in text


def test_it_says_no_fact_that_did_not_decide() -> None:
    clause = {
        "id": "vendor-rule",
        "text": {"en": "This brand is not taken back."},
        "when": {"fact": "vendor", "equals": "Potter"},
        "ground": "RETURN_PERIOD_ENDED",
    }

    text = write(terms=refusing(clause)).text

    assert "The brand is Potter." in text
    assert "Delivery was" not in text


def test_it_names_a_final_sale() -> None:
    clause = {
        "id": "final-sale",
        "text": {"en": "Final sale stays sold."},
        "when": {"fact": "product_tags", "contains": "final-sale"},
        "ground": "FINAL_SALE",
    }
    facts = make_facts(make_line(product_tags=frozenset({"final-sale"})))

    assert write(facts, refusing(clause)).text == (
        "Thank you for writing to us. We are sorry that we cannot accept this return"
        " because what you ordered is excluded from returns: “Final sale stays sold”"
        " (policy v3)."
        " What you ordered was sold as final sale. If you disagree, a person will"
        " gladly look again: help@shop.example (ref. #1001-R1)."
    )


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        ({"final-sale"}, True),
        ({"final sale"}, True),
        ({"clearance", "final_sale"}, True),
        ({"clearance", "finalsale"}, True),
        ({"clearance"}, False),
        ({"not-final-sale", "clearance"}, False),
    ],
)
def test_it_calls_final_sale_only_what_is_tagged_so(
    tags: set[str], named: bool
) -> None:
    refused_tags = ["final-sale", "final sale", "clearance"]
    clause = {
        "text": {"en": "No returns of these."},
        "when": {"fact": "product_tags", "contains_any": refused_tags},
        "ground": "FINAL_SALE",
    }
    facts = make_facts(make_line(product_tags=frozenset(tags)))
    text = write(facts, refusing(clause)).text

    assert "is excluded from returns: “No returns of these”" in text
    assert ("sold as final sale" in text) is named


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"fact": "gift_card", "equals": True}, "What you ordered is a gift card."),
        (
            {"fact": "days_since_order", "at_least": 3},
            "Days from your order to your request: 9.",
        ),
        ({"fact": "vendor", "equals": "Potter"}, "The brand is Potter."),
        ({"fact": "product_type", "equals": "Mug"}, "Product type: Mug."),
    ],
)
def test_it_says_the_fact_that_decided(when: dict[str, Any], said: str) -> None:
    facts = make_facts(make_line(gift_card=True), requested_on=date(2026, 11, 6))
    letter = write(facts, refusing({"when": when, "ground": "OTHER"}))

    assert f"(policy v3). {said} If you" in letter.text


def test_it_keeps_what_the_shop_knows_of_a_customer_to_itself() -> None:
    clause = {
        "when": {
            "all": [
                {"fact": "customer_returns", "at_least": 4},
                {"fact": "customer_tags", "contains": "difficult"},
            ]
        },
        "ground": "OTHER",
    }
    facts = make_facts(customer_returns=4, customer_tags=frozenset({"difficult"}))
    letter = write(facts, refusing(clause))

    assert "difficult" not in letter.text
    assert "(policy v3). If you" in letter.text


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ("fulfilled", "Dispatch was on 30 October 2026;"),
        ("ordered", "You ordered on 28 October 2026 and sent"),
    ],
)
def test_it_names_the_day_the_window_runs_from(starts: str, said: str) -> None:
    policy = make_policy(window={"days": 3, "starts": starts})

    assert said in write(make_facts(), make_terms(policy=policy)).text


HALF_PRICE = {"fact": "discount_percent", "at_least": 50}
LOW_PRICE = {"fact": "price", "at_most": 3000}
GIFT_CARD = {"fact": "gift_card", "equals": True}
LATE = {"fact": "days_past_window", "more_than": 0}
IN_TIME = {"fact": "days_past_window", "at_most": 0}
POTTER = {"fact": "vendor", "equals": "Potter"}
DUTCH = {"fact": "country", "equals": "NL"}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"any": [HALF_PRICE, LOW_PRICE]}, "The price you paid was US$25.00."),
        ({"any": [LATE, GIFT_CARD]}, "What you ordered is a gift card."),
        ({"any": [HALF_PRICE, {"all": [IN_TIME, POTTER]}]}, "The brand is Potter."),
        ({"all": [POTTER, {"not": HALF_PRICE}]}, "The brand is Potter."),
        ({"not": HALF_PRICE}, ""),
        ({"not": DUTCH}, ""),
        (IN_TIME, ""),
    ],
)
def test_it_tells_no_fact_that_the_clause_did_not_rest_on(
    when: dict[str, Any], said: str
) -> None:
    facts = make_facts(make_line(gift_card=True, discount_percent=0))

    assert told(facts, refusing({"when": when, "ground": "OTHER"}), "en") == said


def test_it_names_no_final_sale_that_did_not_decide() -> None:
    sale = {"fact": "product_tags", "contains": "clearance"}
    clause = {"when": {"any": [POTTER, sale]}, "ground": "FINAL_SALE"}
    facts = make_facts(make_line(product_tags=frozenset({"final-sale"})))

    assert told(facts, refusing(clause), "en") == "The brand is Potter."
