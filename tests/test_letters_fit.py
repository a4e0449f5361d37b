"""Letters: every refusal fits, and what is needed most stays longest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.letters import LIMIT, LetterTooLong
from plugin.policy.decision import Ground
from plugin.policy.money import Money
from plugin.policy.offers import CODES, Offer
from plugin.policy.terms import Terms
from plugin.schemas.offer import OFFERED
from plugin.schemas.wording import MARKS, MAX_SENTENCE
from plugin.words import clean, length
from tests.builders import (
    make_clause,
    make_document,
    make_facts,
    make_line,
    make_policy,
    make_terms,
)
from tests.letters import LETTERS, OFFERS, WORDS, late_terms, reworded, write

# The longest month's name differs from language to language.
MONTHS = [date(2026, month, 28) for month in range(1, 13)]


def long_terms(*, contact: str = "c" * 120, text: str = "t" * 160) -> Terms:
    """Make terms whose parts are as long as they may be."""
    texts = dict.fromkeys(LETTERS.languages, text)
    clauses = [make_clause(text=texts)]
    policy = make_policy(version="v123456-abcdef01", clauses=clauses)
    return make_terms(policy=policy, contact=contact)


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("locale", LETTERS.languages)
def test_the_longest_parts_fit(locale: str, offer: str) -> None:
    longest = max(MONTHS, key=lambda day: len(WORDS[locale].day(day)))
    largest = replace(OFFERS[offer], ends_on=longest)
    if largest.amount is not None:
        largest = replace(largest, amount=Money.of("9999999.999", "KWD"))
    if largest.percent:
        largest = replace(largest, percent=100)
    letter = write(
        terms=long_terms(),
        offers=(largest,),
        code="C" * 32,
        locale=locale,
        return_name="#" + "9" * 40,
    )

    assert length(letter.text) <= 500
    assert "t" * 160 in letter.text
    assert "c" * 120 in letter.text
    assert ("C" * 32 in letter.text) is (largest.remedy in CODES)


@pytest.mark.parametrize("locale", LETTERS.languages)
def test_a_reason_that_grows_by_its_window_is_not_cut(locale: str) -> None:
    marks = " {window_end} {window_start}a"
    text = "t" * (160 - len(marks)) + marks
    terms = long_terms(text=text)

    assert "…" not in write(terms=terms, code="C" * 32, locale=locale).text


@pytest.mark.parametrize(
    ("title", "kept", "gone"),
    [
        ("Mug", ["Thank you", "about Mug, Mug.", "Delivery was on"], []),
        ("M" * 40, ["about " + "M" * 40, "Delivery was on"], ["Thank you"]),
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


def test_further_offers_go_before_the_fact_and_the_code_stays() -> None:
    offers = tuple(OFFERS[name] for name in ("exchange", "keep item", "code"))
    letter = write(terms=late_terms(contact="c" * 100), offers=offers)

    assert "exchange" not in letter.text
    assert "Delivery was on 9 October 2026" in letter.text
    assert "with code MUG-7K2P" in letter.text


def test_it_shortens_the_reason_last() -> None:
    offers = (OFFERS["code"],)
    letter = write(terms=long_terms(contact="c" * 200), offers=offers, code="C" * 32)

    assert length(letter.text) <= 500
    assert "tt…” (policy v123456)" in letter.text
    assert "c" * 200 in letter.text
    assert "C" * 32 in letter.text


def test_it_says_when_nothing_helps() -> None:
    with pytest.raises(LetterTooLong, match="shorten the contact") as raised:
        write(terms=long_terms(contact="c" * 480))

    assert raised.value.code == "letter_too_long"
    assert raised.value.permanent


NAMES = st.text("#-Rv0123456789abcdef", min_size=1, max_size=60)
# Pieces that turn, join, mark up or fill, where a letter is careless.
TRICKS = [
    "\u202e",
    "\u2067",
    "\u200f",
    "👩‍👩‍👧",
    "<b>",
    "&lt;",
    "‮",
    "\r\n",
    "٪",
    "ﷺ",
    "\u0301",
]


def texts(longest: int) -> st.SearchStrategy[str]:
    """Make any text within a length in UTF-16 units that is not blank."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="{}")
    piece = st.text(characters, max_size=longest) | st.sampled_from(TRICKS)
    made = st.lists(piece, min_size=1, max_size=6).map("".join)
    cut = made.map(
        lambda text: text[: longest // 2] if length(text) > longest else text
    )
    return cut.filter(lambda text: clean(text) != "")


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    """Make any offer that a policy may make."""
    remedy = draw(st.sampled_from(sorted(OFFERED, key=lambda one: one.value)))
    offer = Offer(remedy=remedy, ends_on=draw(st.sampled_from(MONTHS)))
    if not OFFERED[remedy]:
        return offer
    bonus = draw(st.integers(0, 100))
    if draw(st.booleans()):
        percent = draw(st.integers(1, 100))
        return replace(offer, percent=percent, bonus_percent=bonus)
    currency = draw(st.sampled_from(["EUR", "USD", "JPY", "KWD", "XPF"]))
    amount = Money.of(str(draw(st.integers(1, 9_999_999))), currency)
    return replace(offer, amount=amount, bonus_percent=bonus)


@st.composite
def wordings(draw: st.DrawFn) -> dict[str, str]:
    """Make sentences of a merchant's own that the schema would take."""
    names = draw(st.lists(st.sampled_from(sorted(MARKS)), unique=True))
    own: dict[str, str] = {}
    for name in names:
        marks = "".join(f" {{{mark}}}" for mark in MARKS[name])
        text = draw(st.integers(1, MAX_SENTENCE - len(marks)))
        own[name] = "w" * text + marks
    return own


def said_by_us(ground: Ground, locale: str, own: dict[str, str]) -> list[str]:
    """Give our sentence for a ground, and the merchant's for it, up to the version."""
    name = f"reasons.{ground.value}"
    built_in = WORDS[locale].sentences[name]
    return [
        one.partition("{version}")[0] for one in (built_in, own.get(name, built_in))
    ]


@given(
    text=texts(159).map(lambda text: text + "a"),
    contact=texts(120),
    code=st.none() | texts(32),
    titles=st.lists(texts(255), min_size=1, max_size=6),
    name=NAMES,
    version=NAMES,
    locale=st.sampled_from(LETTERS.languages),
    ground=st.sampled_from(Ground),
    made=st.lists(offers(), max_size=4),
    own=wordings(),
)
def test_it_always_fits_and_always_shows_the_way(
    text: str,
    contact: str,
    code: str | None,
    titles: list[str],
    name: str,
    version: str,
    locale: str,
    ground: Ground,
    made: list[Offer],
    own: dict[str, str],
) -> None:
    lines = tuple(
        make_line(id=str(n), title=title, delivered_on=date(2026, 1, 1))
        for n, title in enumerate(titles)
    )
    clause = make_clause(text={"en": text}, ground=ground.value)
    policy = make_policy(version=version, **make_document(clauses=[clause]))
    facts = make_facts(*lines, ordered_on=date(2025, 12, 28))
    terms = reworded(make_terms(policy=policy, contact=contact), {locale: own})
    letter = write(
        facts, terms, offers=tuple(made), code=code, locale=locale, return_name=name
    )

    assert letter.language == locale
    assert length(letter.text) <= LIMIT
    quoted = locale == "en" or ground is Ground.OTHER
    reasons = [clean(text)] if quoted else said_by_us(ground, locale, own)
    assert any(reason in letter.text for reason in reasons)
    assert clean(contact) in letter.text
    if any(offer.remedy in CODES for offer in made):
        assert clean(code or "") in letter.text
    assert letter.text == " ".join(letter.text.splitlines())
