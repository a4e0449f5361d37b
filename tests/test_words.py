"""Words: every language says the same, and a faulty file is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugin.letters import Letters
from plugin.policy.decision import Ground
from plugin.policy.offers import Remedy
from plugin.words import BadMessages, read_words
from tests.letters import MESSAGES


def test_every_language_has_the_same_sentences() -> None:
    words = read_words(MESSAGES)
    names = {language: set(own.sentences) for language, own in words.items()}

    assert names["de"] == names["en"] == names["zh-CN"]


def test_every_language_has_the_same_placeholders() -> None:
    words = read_words(MESSAGES)
    marks = [
        {name: sorted(_marks(text)) for name, text in own.sentences.items()}
        for own in words.values()
    ]

    assert marks[0] == marks[1] == marks[2]


def _marks(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def test_every_ground_and_remedy_has_words() -> None:
    sentences = read_words(MESSAGES)["en"].sentences

    assert {f"grounds.{ground.value}" for ground in Ground} <= set(sentences)
    assert {f"offers.{remedy.value}" for remedy in Remedy} <= set(sentences)


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
        Letters.load(folder)
