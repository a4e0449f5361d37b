"""Letters: a refusal gives its reason and shows the way to a person."""

from __future__ import annotations

from datetime import date

import pytest

from plugin.case import Letter
from tests.builders import (
    make_clause,
    make_facts,
    make_line,
    make_policy,
    make_terms,
)
from tests.letters import (
    GOLDEN,
    LETTERS,
    WORDS,
    golden,
    refusing,
    reworded,
    write,
)


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
            " return because the return period has ended: “Items can be returned"
            " within 30 days of delivery” (policy v3). Delivery was on"
            " 9 October 2026; you sent your request on 23 November 2026. We would like"
            " to offer you 10% off with code MUG-7K2P, until 23 December 2026. If you"
            " disagree, a person will gladly look again: help@shop.example"
            " (ref. #1001-R1)."
        ),
    )


def test_it_says_the_ground_itself_where_the_clause_lacks_the_language() -> None:
    terms = refusing({"text": {"en": "Too late."}})

    assert write(terms=terms, locale="de").text == (
        "Vielen Dank für Ihre Anfrage. Diese Rückgabe ist leider nicht möglich: Die"
        " Rückgabefrist ist abgelaufen (Rückgaberegeln v3). Die Ware wurde am"
        " 9. Oktober 2026 geliefert, Ihre Anfrage ist vom 23. November 2026. Bei"
        " Einwänden prüft ein Mensch Ihre Anfrage gern erneut: help@shop.example"
        " (Nr. #1001-R1)."
    )


@pytest.mark.parametrize("language", LETTERS.languages)
@pytest.mark.parametrize("ground", ["FINAL_SALE", "RETURN_PERIOD_ENDED"])
def test_a_letter_without_the_merchant_s_words_is_in_one_language(
    language: str, ground: str
) -> None:
    other = "de" if language == "en" else "en"
    text = {"en": "Too late.", other: "Too late."}
    terms = refusing({"text": text, "ground": ground})
    letter = write(terms=terms, locale=language)
    ours = WORDS[language].say(f"reasons.{ground}", version="v3")

    assert letter.language == language
    assert ("Too late" in letter.text) is (language == "en")
    assert (ours in letter.text) is (language != "en")


def test_it_quotes_english_where_only_the_merchant_tells_the_reason() -> None:
    terms = refusing({"text": {"en": "Worn shoes stay."}, "ground": "OTHER"})
    letter = write(terms=terms, locale="de")

    assert "folgendem Grund" in letter.text
    assert "„Worn shoes stay“ (Rückgaberegeln v3)." in letter.text


def test_a_reason_of_ours_stands_beside_one_that_is_quoted() -> None:
    cards = make_clause(
        id="card",
        text={"en": "Gift cards stay.", "de": "Gutscheine bleiben."},
        when={"fact": "gift_card", "equals": True},
        ground="OTHER",
    )
    terms = make_terms(policy=make_policy(clauses=[cards, make_clause()]))
    day = date(2026, 10, 1)
    lines = (
        make_line(id="1", gift_card=True),
        make_line(id="2", delivered_on=day),
        make_line(id="3", delivered_on=day),
    )
    facts = make_facts(*lines, requested_on=date(2026, 11, 23))
    text = write(facts, terms, locale="de").text

    assert (
        "aus folgendem Grund nicht annehmen: „Gutscheine bleiben“ (Rückgaberegeln v1)."
        " Die Rückgabefrist ist abgelaufen (Rückgaberegeln v1)."
    ) in text
    assert text.count("Rückgabefrist") == 1


def test_a_merchant_may_put_our_reason_in_other_words() -> None:
    plain = refusing({"text": {"en": "Too late."}})
    words = {"de": {"reasons.RETURN_PERIOD_ENDED": "Die Zeit ist um ({version})."}}

    assert (
        "Die Zeit ist um (v3)." in write(terms=reworded(plain, words), locale="de").text
    )


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
