"""Letters: a refusal gives its reason and shows the way to a person."""

# ruff: noqa: RUF001  (Chinese has its own punctuation)

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.case import Letter
from plugin.policy.facts import Place
from tests.builders import (
    PACKS,
    make_clause,
    make_facts,
    make_line,
    make_policy,
    make_terms,
)
from tests.letters import LETTERS, refusing, write


def test_it_speaks_three_languages() -> None:
    assert LETTERS.languages == ("de", "en", "zh-CN")


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
        ("zh-TW", "en"),
        ("zh-HK", "en"),
        ("zh-Hant-TW", "en"),
        ("fr", "en"),
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
            " 9 October 2026; your request is of 23 November 2026. With code"
            " MUG-7K2P you get 10% off until 23 December 2026. If you disagree, a"
            " person will look: help@shop.example (ref. #1001-R1)."
        ),
    )


def test_it_writes_in_german() -> None:
    assert write(locale="de-DE") == Letter(
        language="de",
        text=(
            "Vielen Dank für Ihre Anfrage. Leider können wir diese Rückgabe nicht"
            " annehmen, weil die Rückgabefrist abgelaufen ist: „Artikel können"
            " innerhalb von 30 Tagen zurückgegeben werden“ (Fassung v3). Die Ware"
            " wurde am 9. Oktober 2026 geliefert, Ihre Anfrage ging am"
            " 23. November 2026 ein. Mit Code MUG-7K2P erhalten Sie bis"
            " 23. Dezember 2026 10\N{NO-BREAK SPACE}% Rabatt. Einwände prüft ein"
            " Mensch: help@shop.example (Nr. #1001-R1)."
        ),
    )


def test_it_writes_in_chinese() -> None:
    assert write(locale="zh-CN") == Letter(
        language="zh-CN",
        text=(
            "感谢您联系我们。很抱歉，由于已超过退货期限，我们无法受理您的退货申请："
            "“商品自送达之日起 30 天内可以退货”（退货政策版本 v3）。"
            "商品已于2026年10月9日送达，您于2026年11月23日提出退货申请。"
            "下单时使用优惠码 MUG-7K2P 可立减 10%，有效期至2026年12月23日。"
            "如有异议，请联系 help@shop.example（退货编号 #1001-R1），"
            "我们将安排专人复核。"
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
    facts = make_facts(line, places=(Place(country="DE"),))

    text = write(facts, refusing(clause, packs=(PACKS.law_packs["DE"],))).text

    assert "We are sorry that we cannot accept this return under our" in text
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
        " look: help@shop.example (ref. #1001-R1)."
    )


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"fact": "gift_card", "equals": True}, "What you ordered is a gift card."),
        (
            {"fact": "days_since_order", "at_least": 3},
            "9 days had passed from your order to your request.",
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
        "under our return policy: “Gift cards stay” (policy v1). “Items can be"
        " returned within 30 days” (policy v1)." in letter.text
    )


def test_it_promises_no_code_that_is_not_there() -> None:
    assert "code" not in write(code=None).text


def test_it_inserts_foreign_text_as_it_is_on_one_line() -> None:
    day = date(2026, 10, 1)
    title = "<b>{code}</b>\n{contact}\x00\u202e end"
    lines = (
        make_line(id="1", title=title, delivered_on=day),
        make_line(id="2", title="Bowl", delivered_on=day),
    )
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)))

    assert "about <b>{code}</b> {contact} end, Bowl." in letter.text
