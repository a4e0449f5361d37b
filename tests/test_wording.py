"""Wording: a merchant may say it in other words, and hide nothing by it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from marshmallow import ValidationError

from plugin.schemas.strict import flatten
from plugin.schemas.wording import LANGUAGES, MARKS, WordingField
from tests.letters import LETTERS, WORDS

# They join sentences or fill a clause, and are not sentences themselves.
PARTS = {"between", "comma", "share", "window_days", "window_hours"}


def faults(document: object) -> dict[str, list[str]]:
    """Read a merchant's words and give the faults by path; none when sound."""
    try:
        WordingField().deserialize(document)
    except ValidationError as error:
        return flatten(error.messages, "words")
    return {}


def test_it_knows_every_language_and_sentence_of_the_letters() -> None:
    english = WORDS["en"].sentences
    sentences = {n for n in english if n not in PARTS and not n.startswith("starts.")}

    assert sorted(LANGUAGES) == list(LETTERS.languages)
    assert {
        name: tuple(re.findall(r"{(\w+)}", english[name])) for name in sentences
    } == (MARKS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_takes_the_built_in_sentences(language: str) -> None:
    own = {name: WORDS[language].sentences[name] for name in MARKS}

    assert WordingField().deserialize({language: own}) == {language: own}


@pytest.mark.parametrize(
    ("document", "path", "fault"),
    [
        ({"dee": {}}, "words.dee", "unknown name `dee`; did you mean `de`?"),
        (
            {"en": {"offers.cod": "x"}},
            "words.en.offers.cod",
            "unknown name `offers.cod`; did you mean `offers.code`?",
        ),
        (["en"], "words", "give a mapping of names"),
        ({"en": "thanks"}, "words.en", "give a mapping of names"),
        ({"en": {1: "x"}}, "words.en.1", "unknown name `1`; use one of declined,"),
    ],
)
def test_it_refuses_what_it_does_not_know(document: Any, path: str, fault: str) -> None:
    found = faults(document)

    assert list(found) == [path]
    assert found[path][0].startswith(fault)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("thanks", "", "write a sentence for the customer"),
        ("thanks", "...", "write a sentence for the customer"),
        ("thanks", 5, "write a sentence for the customer"),
        ("thanks", "t" * 201, "write at most 200 characters"),
        ("thanks", "😀" * 100 + "t", "write at most 200 characters"),
        ("thanks", "Dear\nyou", "write one line, without control characters"),
        ("thanks", "Dear\x00", "write one line, without control characters"),
        ("thanks", "Dear\u2028", "write one line, without control characters"),
        ("thanks", "Dear\u202e", "write one line, without control characters"),
        ("thanks", "Dear\ud800", "write one line, without control characters"),
        (
            "thanks",
            "See {code}",
            "the placeholders of this sentence are none; leave braces out",
        ),
        (
            "offers.code",
            "{code} {amount}",
            "the placeholders of this sentence are {percent}, {code}, {day}",
        ),
        (
            "offers.code",
            "{code} {co{day}de}",
            "the placeholders of this sentence are {percent}, {code}, {day}",
        ),
        (
            "human",
            "{contact} {0} {contact.__class__}",
            "the placeholders of this sentence are {contact}, {return_name}",
        ),
        (
            "offers.code",
            "{percent} off",
            "keep {code} and {day} in this sentence",
        ),
        (
            "offers.code_short",
            "Use {code}.",
            "keep {percent} and {day} in this sentence",
        ),
        (
            "offers.code_amount",
            "{code} until {day}",
            "keep {amount} in this sentence",
        ),
        ("offers.free_shipping", "Use {code}.", "keep {day} in this sentence"),
        ("offers.exchange", "Exchange it.", "keep {day} in this sentence"),
        ("offers.keep_item", "Until {day}.", "keep {value} in this sentence"),
        (
            "offers.store_credit_bonus",
            "{value} of credit",
            "keep {day} and {percent} in this sentence",
        ),
        ("human", "Ask us: {return_name}", "keep {contact} in this sentence"),
        ("quote", "Policy {version}", "keep {text} in this sentence"),
    ],
)
def test_it_refuses_a_sentence_that_cannot_stand_in_a_letter(
    name: str, text: Any, fault: str
) -> None:
    assert faults({"en": {name: text}}) == {f"words.en.{name}": [fault]}


def test_it_tells_every_fault_at_once() -> None:
    document = {"en": {"thanks": "", "items": "{item}"}, "xx": {}}

    assert list(faults(document)) == ["words.en.thanks", "words.en.items", "words.xx"]


def test_it_takes_emoji_and_every_script() -> None:
    own = {"thanks": "谢谢 👩‍👩‍👧, dziękujemy, شكرا!"}

    assert faults({"zh-CN": own}) == {}
