"""The files of words: sound as they are, and refused when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugin.tone import BadTone, Tone
from tests.builders import CONFIG

SOUND = (CONFIG / "tone" / "en.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "`en.yaml` is not readable YAML; fix:"),
        ("- idiot", "make it a mapping that starts with `words: separate`"),
        ("words: other", "give `words`: one of separate, joined"),
        (SOUND + "\nslurs: [x]", "remove the unknown `slurs`"),
        (SOUND.replace("thanks:", "harmless_too:"), "remove the unknown"),
        (SOUND.replace("thanks: [", "thanks: []\n#"), "give `thanks` at least one"),
        (SOUND.replace("insult: [", "insult: [true, "), "quote words as `true`"),
        (SOUND.replace("insult: [", "insult: [Idiot*, "), "remove the second `idiot*`"),
        (SOUND.replace("insult: [", 'insult: ["<x> y", '), "add `x` to `terms`"),
        (SOUND.replace("terms:", "terms: idiot\nterm:"), "remove the unknown `term`"),
        ("words: joined\ninsult: x\nthreat: x", "give `blame` at least one entry"),
    ],
)
def test_an_unsound_file_is_named_with_what_to_do(
    text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "en.yaml").write_text(text, "utf-8")

    with pytest.raises(BadTone) as raised:
        Tone.load(tmp_path)

    assert raised.value.code == "bad_tone"
    assert "`en.yaml`" in str(raised.value)
    assert message in str(raised.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTone, match="point to the folder of lists"):
        Tone.load(tmp_path)


def test_a_folder_may_hold_one_language(tmp_path: Path) -> None:
    shutil.copy(CONFIG / "tone" / "nl.yaml", tmp_path)

    assert Tone.load(tmp_path).languages == ("nl",)


def test_a_list_is_read_when_a_text_first_needs_it(tmp_path: Path) -> None:
    (tmp_path / "nl.yaml").write_text(SOUND, "utf-8")
    (tmp_path / "xx.yaml").write_text("[", "utf-8")
    tone = Tone.open(tmp_path)

    assert tone.languages == ("nl", "xx")
    assert tone.remarks("You idiot", "nl") != ()
    assert tone.remarks("You idiot", "zz") == ()
    with pytest.raises(BadTone):
        tone.remarks("You idiot", "xx")
