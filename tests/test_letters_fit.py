"""Letters: every refusal fits, and what is needed most stays longest."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.letters import LetterTooLong
from plugin.policy.terms import Terms
from plugin.words import clean, length
from tests.builders import (
    make_clause,
    make_document,
    make_facts,
    make_line,
    make_policy,
    make_terms,
)
from tests.letters import LETTERS, write


def long_terms(*, contact: str = "c" * 120) -> Terms:
    """Make terms whose parts are as long as they may be."""
    texts = dict.fromkeys(("en", "de", "zh-CN"), "t" * 160)
    policy = make_policy(
        version="v123456-abcdef01",
        clauses=[make_clause(text=texts)],
        offers={"code": {"percent": 100, "expires_after_days": 300}},
    )
    return make_terms(policy=policy, contact=contact)


@pytest.mark.parametrize("locale", LETTERS.languages)
def test_the_longest_parts_fit(locale: str) -> None:
    letter = write(
        terms=long_terms(), code="C" * 32, locale=locale, return_name="#" + "9" * 40
    )

    assert length(letter.text) <= 500
    assert "t" * 160 in letter.text
    assert "c" * 120 in letter.text
    assert "C" * 32 in letter.text


@pytest.mark.parametrize(
    ("title", "kept", "gone"),
    [
        ("Mug", ["Thank you", "about Mug, Mug.", "Delivery was on"], []),
        ("M" * 60, ["about " + "M" * 60, "Delivery was on"], ["Thank you"]),
        ("M" * 75, ["about " + "M" * 23 + "…", "Delivery was on"], ["Thank you"]),
    ],
)
def test_it_leaves_out_the_least_needed_first(
    title: str, kept: list[str], gone: list[str]
) -> None:
    day = date(2026, 10, 1)
    lines = tuple(make_line(id=id, title=title, delivered_on=day) for id in ("1", "2"))
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)))

    assert [part for part in kept if part not in letter.text] == []
    assert [part for part in gone if part in letter.text] == []


def test_it_drops_the_items_before_the_fact() -> None:
    day = date(2026, 10, 1)
    lines = tuple(
        make_line(id=str(n), title="M" * 60, delivered_on=day) for n in range(9)
    )
    letter = write(make_facts(*lines, requested_on=date(2026, 11, 23)))

    assert "Your request was about" not in letter.text
    assert "Delivery was on 1 October 2026" in letter.text


def test_it_shortens_the_reason_last() -> None:
    letter = write(terms=long_terms(contact="c" * 200), code="C" * 32)

    assert length(letter.text) <= 500
    assert "tt…” (policy" in letter.text
    assert "c" * 200 in letter.text


def test_it_says_when_nothing_helps() -> None:
    with pytest.raises(LetterTooLong, match="shorten the contact") as raised:
        write(terms=long_terms(contact="c" * 480))

    assert raised.value.code == "letter_too_long"


NAMES = st.text("#-Rv0123456789abcdef", min_size=1, max_size=60)


def texts(longest: int) -> st.SearchStrategy[str]:
    """Make any text within a length in UTF-16 units that is not blank."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="{}")
    made = st.text(characters, min_size=1, max_size=longest)
    return made.filter(lambda text: text.strip() != "" and length(text) <= longest)


@given(
    text=texts(159).map(lambda text: text + "a"),
    contact=texts(120),
    code=st.none() | texts(32),
    titles=st.lists(texts(255), min_size=1, max_size=6),
    name=NAMES,
    version=NAMES,
    locale=st.sampled_from(["en", "de", "zh-CN"]),
)
def test_it_always_fits_and_always_shows_the_way(
    text: str,
    contact: str,
    code: str | None,
    titles: list[str],
    name: str,
    version: str,
    locale: str,
) -> None:
    lines = tuple(
        make_line(id=str(n), title=title, delivered_on=date(2026, 1, 1))
        for n, title in enumerate(titles)
    )
    document = make_document(clauses=[make_clause(text={"en": text})])
    policy = make_policy(version=version, **document)
    facts = make_facts(*lines, ordered_on=date(2025, 12, 28))
    terms = make_terms(policy=policy, contact=contact)
    letter = write(facts, terms, code=code, locale=locale, return_name=name)

    assert length(letter.text) <= 500
    assert clean(text) in letter.text
    assert clean(contact) in letter.text
    assert clean(code or "") in letter.text
    assert "\n" not in letter.text
