"""What the tone check says of single texts, and what it leaves alone."""

from __future__ import annotations

import pytest

from plugin.tone import Remark, Weight
from tests.tone.examples import TONE


def kinds(text: str, language: str = "en", *, letter: bool = False) -> list[str]:
    """Name the kinds of remark on a text."""
    return [r.kind for r in TONE.remarks(text, language, letter=letter)]


def test_it_knows_every_language_of_the_letters() -> None:
    assert TONE.languages == (
        *("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW"),
    )


def test_it_says_what_it_found_and_what_to_write_instead() -> None:
    assert TONE.remarks("Sorry, you Idiot.", "en") == (
        Remark(
            weight=Weight.REFUSED,
            kind="insult",
            found="Idiot",
            advice="Leave the insult out and speak of the item or the request only.",
        ),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("you ＩＤＩＯＴ", "ＩＤＩＯＴ"),  # noqa: RUF001 - wide letters are the point
        ("you i d i o t", "i d i o t"),
        ("you i.d.i.o.t", "i.d.i.o.t"),
        ("you id\u200biot", "id\u200biot"),
        ("you idi\u00adot", "idi\u00adot"),
        ("you íd̈iot", "íd̈iot"),
        ("you iiidiooot", "iiidiooot"),
        ("you 1d10t", "1d10t"),
        ("you id**t", "id**t"),
        ("you іdіot", "іdіot"),  # noqa: RUF001 - Cyrillic letters are the point
        ("you idiots", "idiots"),
        ("so idiotic", "idiotic"),
    ],
)
def test_it_sees_through_a_disguise(text: str, found: str) -> None:
    remarks = TONE.remarks(text, "en")

    assert [(r.kind, r.found) for r in remarks] == [("insult", found)]


@pytest.mark.parametrize("quote", ["'", "’", "ʼ", "`"])  # noqa: RUF001 - the kinds
def test_it_reads_every_apostrophe(quote: str) -> None:
    assert kinds(f"You{quote}re so stupid") == ["insult"]


def test_it_says_each_thing_once_in_the_order_of_the_text() -> None:
    text = "Your own fault, you idiot, Idiot!! We never answer idiots."

    assert [(r.kind, r.found) for r in TONE.remarks(text, "en")] == [
        ("blame", "Your own fault"),
        ("insult", "idiot"),
        ("shouting", "!!"),
        ("absolute", "never"),
        ("insult", "idiots"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please READ THE POLICY first", ["READ THE POLICY"]),
        ("We did NOT promise that", ["NOT"]),
        ("GO AWAY", ["GO AWAY"]),
        ("WE HAVE ANSWERED THIS ALREADY", ["WE HAVE ANSWERED THIS ALREADY"]),
        ("Why? ! ?", ["? ! ?"]),
        ("Why⁉", ["⁉"]),
        ("Use EVEN-AB12 or SORRY-SAVE", []),
        ("FINAL SALE of USB, EU and BMW goods", []),
        ("Ship to NO, SE or DK in size XXL", []),
        ("Status RETURN_CLOSED, see RFC2119", []),
        ("Do you need help? Write to us!", []),
        ("Take {code}!", []),
    ],
)
def test_it_hears_shouting_but_no_codes(text: str, found: list[str]) -> None:
    assert [r.found for r in TONE.remarks(text, "en") if r.kind == "shouting"] == found


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "ja", "ko"])
def test_capitals_do_not_shout_where_words_are_joined(language: str) -> None:
    assert kinds("NEVER READ THE FINE PRINT", language) == []
    assert kinds("NEVER READ\uff01\uff01", language) == ["shouting"]


def test_an_unknown_language_is_only_asked_about_shouting() -> None:
    assert kinds("You idiot", "fi") == []
    assert kinds("LUE EHDOT ENNEN TILAUSTA", "fi") == ["shouting"]
    assert kinds("Miksi??", "fi", letter=True) == ["shouting"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The “Stupid Simple Mug” is a gift.", "en"),
        ("Le roman « L'Idiot » est neuf.", "fr"),
        ("《白痴》未拆封可退。", "zh-CN"),
        ("『白痴』は未開封に限ります。", "ja"),
    ],
)
def test_it_leaves_the_names_of_things_alone(text: str, language: str) -> None:
    assert kinds(text, language) == []


def test_a_name_does_not_shield_a_threat() -> None:
    text = 'Read "Our Lawyers Will Sue" first'

    assert kinds(text) == ["threat"]


def test_it_does_not_read_addresses_and_placeholders() -> None:
    assert kinds("See https://idiot.example/?? or idiot@shop.example, {idiot}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Per our policy, no.", ["cold"]),
        ("Per our policy, as it was worn, we cannot take it.", []),
        ("We cannot take it back per our policy:", []),
    ],
)
def test_a_policy_alone_is_no_reason(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_whole_letter_thanks_explains_and_goes_on() -> None:
    assert kinds("The answer is no.", letter=True) == [
        *("no_thanks", "no_reason", "no_next_step"),
    ]
    assert kinds("The answer is no.") == []
    assert kinds("Thank you. Because of {text}: {contact}", letter=True) == []


def test_what_a_letter_lacks_is_only_warned_of() -> None:
    remarks = TONE.remarks("", "en", letter=True)

    assert {r.weight for r in remarks} == {Weight.WARNED}
    assert {r.found for r in remarks} == {""}


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "\u0301", "\x00", "{", "*" * 4000, "退" * 9000]
)
def test_it_bears_any_text(text: str) -> None:
    assert kinds(text) == []
