"""The demo's day, run as a newcomer runs it, ends as a careful reader expects."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WINDOW = "RETURN_PERIOD_ENDED"

# Order and return -> outcome, what decided, ground, whether a code went with it, law.
EXPECTED = {
    "#1001-R1": ("approve", ["inside-window"], None, False, "silent"),
    "#1002-R1": ("decline", ["window-over"], WINDOW, True, "silent"),
    "#1003-R1": ("decline", ["final-sale"], "FINAL_SALE", True, "silent"),
    "#1004-R1": ("approve", ["faulty"], None, False, "unclear"),
    "#1005-R1": ("approve", ["faulty"], None, False, "unclear"),
    "#2001-R1": ("approve", ["DE:change-of-mind"], None, False, "entitled"),
    "#1011-R1": ("approve", ["CN:change-of-mind"], None, False, "entitled"),
    "#1006-R1": ("review", ["window-over"], None, False, "unclear"),
    "#1007-R1": ("decline", ["window-over"], WINDOW, False, "silent"),
    "#1008-R1": ("review", ["inside-window", "final-sale"], None, False, "silent"),
    "#3001-R1": ("decline", ["window-over"], WINDOW, True, "silent"),
    "#1002-R2": ("review", ["asked-before"], None, False, "silent"),
    # A note that holds the size against the picture may tell of a fault.
    "#1013-R1": ("approve", ["inside-window"], None, False, "unclear"),
    "#1014-R1": ("withdrawn", [], None, False, None),
    "#3002-R1": ("decline", ["window-over"], WINDOW, True, "silent"),
    "#2002-R1": ("decline", ["window-over"], WINDOW, True, "silent"),
    "#1009-R1": ("decline", ["window-over"], WINDOW, True, "silent"),
    "#1010-R1": ("approve", ["inside-window"], None, False, "entitled"),
    "#2003-R1": ("approve", ["FR:change-of-mind"], None, False, "entitled"),
    "#1012-R1": ("decline", ["window-over"], WINDOW, True, "silent"),
    "#2004-R1": ("approve", ["faulty"], None, False, "entitled"),
}
LANGUAGES = {
    "#2002-R1": "Rückgabe",
    "#3002-R1": "退货",
    "#1002-R1": "return",
    "#3001-R1": "返品",
}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Play the day once, in processes of its own."""
    path = tmp_path_factory.mktemp("day") / "day.jsonl"
    command = [sys.executable, "-m", "plugin", "demo", "--once", "--json", str(path)]
    command += ["--store-port", "0", "--app-port", "0"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_the_day_ends_as_expected(day: list[dict[str, Any]]) -> None:
    ended = {
        row["return_name"]: (
            row["outcome"],
            row["decided_by"],
            row["ground"],
            row["code"] is not None,
            row["law"],
        )
        for row in day
    }

    assert ended == EXPECTED


@pytest.mark.slow
def test_the_store_agrees_with_every_word(day: list[dict[str, Any]]) -> None:
    assert [row["complaints"] for row in day] == [[]] * len(EXPECTED)


@pytest.mark.slow
def test_letters_fit_and_speak_the_customers_language(
    day: list[dict[str, Any]],
) -> None:
    notes = {row["return_name"]: row["note"] for row in day if row["note"]}

    assert len(notes) == Counter(e[0] for e in EXPECTED.values())["decline"]
    assert all(len(note) <= 500 for note in notes.values())
    for name, words in LANGUAGES.items():
        assert words in notes[name]


@pytest.mark.slow
def test_every_answer_was_timed(day: list[dict[str, Any]]) -> None:
    assert all(row["ack_ms"] is not None for row in day)
    assert [row["return_name"] for row in day if row["answer_ms"] is None] == [
        "#1014-R1"
    ]
