"""Words: every language says the same, and a faulty file is refused."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from plugin.letters import Letters
from plugin.policy.decision import Ground
from plugin.policy.money import Money
from plugin.policy.terms import Clock
from plugin.words import BadMessages, read_words
from tests.letters import MESSAGES, WORDS


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_the_same_sentences(language: str) -> None:
    assert set(WORDS[language].sentences) == set(WORDS["en"].sentences)


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_the_same_placeholders(language: str) -> None:
    marks = {name: _marks(text) for name, text in WORDS[language].sentences.items()}

    assert marks == {n: _marks(text) for n, text in WORDS["en"].sentences.items()}


def _marks(text: str) -> list[str]:
    return sorted(part.split("}")[0] for part in text.split("{")[1:])


@pytest.mark.parametrize("language", WORDS)
def test_no_sentence_is_blank_or_left_in_english(language: str) -> None:
    own = WORDS[language].sentences
    english = WORDS["en"].sentences
    parts = {"between", "comma"}

    assert [name for name in own if not own[name].strip() and name not in parts] == []
    assert [
        name
        for name in own
        if language != "en" and own[name] == english[name] and name not in parts
    ] == []


def test_every_ground_and_start_has_words() -> None:
    sentences = WORDS["en"].sentences

    assert {f"grounds.{ground.value}" for ground in Ground} <= set(sentences)
    assert {f"starts.{clock.value}" for clock in Clock} <= set(sentences)
    assert {f"facts.period_{clock.value}" for clock in Clock} <= set(sentences)


@pytest.mark.parametrize(
    ("language", "first", "share", "euro", "yen"),
    [
        ("en", "1 October 2026", "10%", "€1,234.50", "JP¥500"),
        ("de", "1. Oktober 2026", "10\xa0%", "1.234,50\xa0€", "500\xa0¥"),
        ("fr", "1er octobre 2026", "10\xa0%", "1\u202f234,50\xa0€", "500\xa0JPY"),
        ("es", "1 de octubre de 2026", "10\xa0%", "1.234,50\xa0€", "500\xa0JPY"),
        ("it", "1 ottobre 2026", "10%", "1.234,50\xa0€", "500\xa0JPY"),
        ("pt-BR", "1 de outubro de 2026", "10%", "€\xa01.234,50", "JP¥\xa0500"),
        ("nl", "1 oktober 2026", "10%", "€\xa01.234,50", "JP¥\xa0500"),
        ("ja", "2026年10月1日", "10%", "€1,234.50", "￥500"),
        ("ko", "2026년 10월 1일", "10%", "€1,234.50", "JP¥500"),
        ("zh-CN", "2026年10月1日", "10%", "€1,234.50", "JP¥500"),
        ("zh-TW", "2026年10月1日", "10%", "€1,234.50", "¥500"),
    ],
)
def test_days_and_amounts_are_written_as_the_language_does(
    language: str, first: str, share: str, euro: str, yen: str
) -> None:
    words = WORDS[language]

    assert words.day(date(2026, 10, 1)) == first
    assert words.percent(10) == share
    assert words.money(Money.of("1234.5", "EUR")) == euro
    assert words.money(Money.of("500", "JPY")) == yen


def test_an_amount_has_the_decimals_that_its_currency_is_paid_in() -> None:
    assert WORDS["en"].money(Money.of("3.5", "KWD")) == "KWD3.500"
    assert WORDS["en"].money(Money.of("10", "CLP")) == "CLP10"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "thanks:",
            "thank:",
            "`de.yaml` and `en.yaml` must have the same sentences; they differ in"
            " thank, thanks",
        ),
        ("locale: de", "local: de", "`de.yaml` needs a `locale`, as `locale: de`"),
        ("locale: de", "locale: xx-yy-zz", "`de.yaml` needs a `locale`"),
    ],
)
def test_it_refuses_words_with_a_fault(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = shutil.copytree(MESSAGES, tmp_path / "messages")
    path = folder / "de.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(BadMessages, match=r"de\.yaml") as raised:
        Letters.load(folder)

    assert str(raised.value).startswith(message)
    assert raised.value.code == "bad_messages"


def test_english_must_be_there(tmp_path: Path) -> None:
    folder = shutil.copytree(MESSAGES, tmp_path / "messages")
    (folder / "en.yaml").unlink()

    with pytest.raises(BadMessages, match=r"`en\.yaml` is missing"):
        read_words(folder)
