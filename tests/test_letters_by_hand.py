"""Letters: a person's own words, and the way to a person in every letter."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.letters import LIMIT, LetterTooLong
from plugin.policy.decision import Ground
from plugin.words import clean, length
from tests.builders import make_clause, make_policy, make_terms
from tests.letters import LETTERS, OFFERS, WORDS, write

CONTACT = "people@shop.example"
MOST_WORDS = 300
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("locale", LETTERS.languages)
def test_the_longest_words_of_a_person_fit(locale: str, ground: Ground) -> None:
    letter = LETTERS.by_hand(
        "w" * MOST_WORDS, ground, "c" * 120, locale=locale, return_name="#1-R1"
    )

    assert letter.language == locale
    assert length(letter.text) <= LIMIT
    assert "w" * MOST_WORDS in letter.text
    assert "c" * 120 in letter.text


@given(
    words=TEXT.filter(lambda text: clean(text) != ""),
    contact=TEXT.filter(lambda text: clean(text) != ""),
    locale=st.sampled_from(LETTERS.languages),
    ground=st.sampled_from(Ground),
)
def test_a_persons_letter_fits_with_the_way_to_a_person_or_is_not_written(
    words: str, contact: str, locale: str, ground: Ground
) -> None:
    try:
        letter = LETTERS.by_hand(
            words, ground, contact, locale=locale, return_name="#1-R1"
        )
    except LetterTooLong:
        assert length(clean(words)) + length(clean(contact)) > 120
        return

    assert length(letter.text) <= LIMIT
    assert clean(words) in letter.text
    assert clean(contact) in letter.text


def test_a_persons_words_are_not_put_into_the_policys_mouth() -> None:
    letter = LETTERS.by_hand(
        "It came back broken.", Ground.OTHER, CONTACT, locale="en", return_name="#1-R1"
    )

    assert letter.text == (
        "Thank you for writing to us. We are sorry that we cannot accept this return: "
        "It came back broken. If you disagree, a person will gladly look again: "
        "people@shop.example (ref. #1-R1)."
    )


@pytest.mark.parametrize("locale", LETTERS.languages)
def test_every_degree_of_shortening_keeps_the_way_to_a_person(locale: str) -> None:
    """Walk from the fullest letter to the one that cannot be written any more."""
    ends: list[int] = []
    size, letter = 20, ""
    with suppress(LetterTooLong):
        while size < 500:
            contact = "c" * size
            letter = told(locale, contact)
            full, short = (
                WORDS[locale].say(name, contact=contact, return_name="#1001-R1")
                for name in ("human", "human_short")
            )
            ends += [n for n, one in enumerate((full, short)) if one in letter]
            size += 1

    assert len(ends) == size - 20 < 480
    # Both were reached, and in the end there was no room for the whole reason.
    assert (ends[0], ends[-1], "…" in letter) == (0, 1, True)


def told(locale: str, contact: str) -> str:
    """Write a refusal with everything that there can be in one."""
    texts = dict.fromkeys(("en", locale), "t" * 120)
    policy = make_policy(version="v12-abcdef01", clauses=[make_clause(text=texts)])
    terms = make_terms(policy=policy, contact=contact)
    offers, name = tuple(OFFERS.values()), "#1001-R1"
    return write(
        terms=terms, offers=offers, code="C" * 32, locale=locale, return_name=name
    ).text
