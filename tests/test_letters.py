"""Letters: a refusal gives its reason and shows the way to a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.case import Letter
from tests.builders import (
    PACKS,
    make_clause,
    make_facts,
    make_line,
    make_place,
    make_policy,
    make_terms,
)
from tests.letters import GOLDEN, LETTERS, golden, refusing, write


def test_it_speaks_eleven_languages() -> None:
    assert LETTERS.languages == (
        *("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW"),
    )


@pytest.mark.parametrize("language", LETTERS.languages)
def test_it_writes_what_was_proofread(language: str) -> None:
    # `python -m tests.letters` renews the files after a change of words.
    assert golden(language) == (GOLDEN / f"{language}.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("en", "en"),
        ("en-US", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("DE", "de"),
        ("zh", "zh-CN"),
        ("zh-CN", "zh-CN"),
        ("zh-Hans", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-Hans-HK", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh_TW", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh-MO", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hant-TW", "zh-TW"),
        ("pt", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("ja-JP", "ja"),
        ("sv", "en"),
        ("x", "en"),
    ],
)
def test_it_picks_the_language_of_the_customer(
    locale: str | None, language: str
) -> None:
    assert LETTERS.language_for(locale) == language


def test_it_writes_in_english() -> None:
    assert write() == Letter(
        language="en",
        text=(
            "Thank you for writing to us. We are sorry that we cannot accept this"
            " return, because the return period has ended: “Items can be returned"
            " within 30 days of delivery” (policy v3). Delivery was on"
            " 9 October 2026; your request is of 23 November 2026. We would like to"
            " offer you 10% off with code MUG-7K2P, until 23 December 2026. If you"
            " disagree, a person will gladly look again: help@shop.example"
            " (ref. #1001-R1)."
        ),
    )


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

    assert "accept this return, because our return policy says: “Final sale" in text
    assert "The law excludes this item from the right to withdraw (" in text
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


def test_it_quotes_english_where_the_clause_lacks_the_language() -> None:
    terms = refusing({"text": {"en": "Too late."}})

    assert "„Too late“ (Fassung v3)." in write(terms=terms, locale="de").text


def test_it_names_a_final_sale() -> None:
    clause = {
        "id": "final-sale",
        "text": {"en": "Final sale stays sold."},
        "when": {"fact": "product_tags", "contains": "final-sale"},
        "ground": "FINAL_SALE",
    }
    facts = make_facts(make_line(product_tags=frozenset({"final-sale"})))

    assert write(facts, refusing(clause)).text == (
        "Thank you for writing to us. We are sorry that we cannot accept this return,"
        " because of our terms for final sale: “Final sale stays sold” (policy v3)."
        " What you ordered was sold as final sale. If you disagree, a person will"
        " gladly look again: help@shop.example (ref. #1001-R1)."
    )


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"fact": "gift_card", "equals": True}, "What you ordered is a gift card."),
        (
            {"fact": "days_since_order", "at_least": 3},
            "Days from your order to your request: 9.",
        ),
        ({"fact": "vendor", "equals": "Potter"}, "The brand is Potter."),
        ({"fact": "product_type", "equals": "Mug"}, "The type of product is “Mug”."),
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
        ("ordered", "The order is of 28 October 2026;"),
    ],
)
def test_it_names_the_day_the_window_runs_from(starts: str, said: str) -> None:
    policy = make_policy(window={"days": 3, "starts": starts})

    assert said in write(make_facts(), make_terms(policy=policy)).text


def test_it_names_the_items_when_there_are_several() -> None:
    day = date(2026, 10, 1)
    lines = (
        make_line(id="1", title="Blue mug", delivered_on=day),
        make_line(id="2", title="Green bowl", delivered_on=day),
    )
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)))

    assert "Your request was about Blue mug, Green bowl." in letter.text
    assert letter.text.count("(policy v3)") == 1


def test_it_leaves_out_a_fact_that_is_not_the_same_for_all_items() -> None:
    lines = (
        make_line(id="1", delivered_on=date(2026, 10, 1)),
        make_line(id="2", delivered_on=date(2026, 10, 2)),
    )
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)))

    assert "Delivery was on" not in letter.text


def test_it_quotes_every_reason_that_fits() -> None:
    cards = make_clause(
        id="card",
        text={"en": "Gift cards stay."},
        when={"fact": "gift_card", "equals": True},
        ground="OTHER",
    )
    terms = make_terms(policy=make_policy(clauses=[cards, make_clause()]))
    lines = (
        make_line(id="1", gift_card=True),
        make_line(id="2", delivered_on=date(2026, 10, 1)),
    )
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)), terms)

    assert (
        "because our return policy says: “Gift cards stay” (policy v1). “Items can be"
        " returned within 30 days” (policy v1)." in letter.text
    )


def test_it_inserts_foreign_text_as_it_is_on_one_line() -> None:
    day = date(2026, 10, 1)
    title = "<b>{code}</b>\n{contact}\x00\u202e end"
    lines = (
        make_line(id="1", title=title, delivered_on=day),
        make_line(id="2", title="Bowl", delivered_on=day),
    )
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)))

    assert "about <b>{code}</b> {contact} end, Bowl." in letter.text
