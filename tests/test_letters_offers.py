"""Letters: an offer is said with its value, its end and how to take it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.policy.offers import Offer
from plugin.policy.remedies import Remedy
from plugin.schemas.offer import OFFERED
from tests.letters import ENDS_ON, LETTERS, OFFERS, WORDS, late_terms, reworded, write

CREDIT = OFFERS["store credit"]


def test_every_remedy_that_can_be_offered_has_words() -> None:
    sentences = WORDS["en"].sentences

    assert {f"offers.{remedy.value}" for remedy in OFFERED} <= set(sentences)
    assert {offer.remedy for offer in OFFERS.values()} == set(OFFERED)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("code", "offer you 10% off with code MUG-7K2P, until 23 December 2026."),
        ("code, amount", "offer you €1,234.50 off with code MUG-7K2P, until 23 Dec"),
        ("free shipping", "offer you free shipping with code MUG-7K2P, until 23 Dec"),
        ("store credit", "Until 23 December 2026 we can offer you €1,234.50 in store"),
        ("store credit, bonus", "50% of the price in store credit, with 10% on top;"),
        ("exchange", "an exchange; please write to the contact below."),
        ("keep item", "keep the item and get 30% of the price back; please write to"),
    ],
)
def test_it_says_each_offer(name: str, said: str) -> None:
    assert said in write(offers=(OFFERS[name],)).text


@pytest.mark.parametrize("remedy", [Remedy.CODE, Remedy.FREE_SHIPPING])
def test_it_promises_no_code_that_is_not_there(remedy: Remedy) -> None:
    offer = Offer(remedy=remedy, percent=10, ends_on=ENDS_ON)

    assert "offer" not in write(offers=(offer,), code=None).text


@pytest.mark.parametrize(
    "remedy", [Remedy.STORE_CREDIT, Remedy.KEEP_ITEM, Remedy.REPAIR]
)
def test_it_says_no_offer_without_a_value(remedy: Remedy) -> None:
    offer = Offer(remedy=remedy, ends_on=ENDS_ON)

    assert "offer" not in write(offers=(offer,)).text


def test_it_says_several_offers_the_code_first() -> None:
    text = write(offers=(OFFERS["exchange"], OFFERS["code"])).text

    assert text.index("with code MUG-7K2P") < text.index("an exchange")


@pytest.mark.parametrize("language", LETTERS.languages)
def test_it_says_the_merchants_own_sentences(language: str) -> None:
    code = "{code}: {percent} until {day}!"
    own = {"thanks": "T!", "offers.code": code, "human": "> {contact}"}
    terms = reworded(late_terms(), {language: own})
    text = write(terms=terms, locale=language).text

    assert text.startswith("T!")
    percent, day = WORDS[language].percent(10), WORDS[language].day(ENDS_ON)

    assert f"MUG-7K2P: {percent} until {day}!" in text
    assert text.endswith("> help@shop.example")


def test_it_leaves_other_languages_as_they_are() -> None:
    terms = reworded(late_terms(), {"de": {"thanks": "Servus!"}})

    assert write(terms=terms) == write(terms=late_terms())


def test_a_longer_wording_gives_way_before_anything_is_left_out() -> None:
    terms = reworded(late_terms(), {"en": {"thanks": "t" * 200, "human": "{contact}"}})
    text = write(terms=terms).text

    assert text.startswith("Thank you for writing to us.")
    assert text.endswith("23 December 2026. help@shop.example")


def test_nothing_in_a_wording_is_filled_twice() -> None:
    terms = reworded(late_terms(), {"en": {"human": "{contact} {return_name}"}})
    text = write(terms=replace(terms, contact="{return_name}"), return_name="#1").text

    assert text.endswith("{return_name} #1")
