"""How well the check does on the labelled examples stays as good as it was."""

from __future__ import annotations

import pytest

from tests.tone.examples import ANY_REFUSAL, counts, read_examples, scores

EXAMPLES = read_examples()
FEWEST = {"en": 60, "de": 40, "zh-CN": 40}


def test_there_are_enough_examples_of_every_language() -> None:
    found = counts(EXAMPLES)

    assert {k: n for k, n in found.items() if n < FEWEST.get(k, 30)} == {}
    assert len(found) == 11
    assert len({(e.language, e.text, e.letter) for e in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize(
    ("lot", "precision", "recall"),
    # A little below what was measured: 100 % and 100 %; 100 % and 96.7 %; 100 % and
    # 59.5 %.
    [("", 0.99, 0.98), ("drawn", 0.97, 0.93), ("fresh", 0.95, 0.55)],
)
def test_refusals_are_as_good_as_they_were(
    lot: str, precision: float, recall: float
) -> None:
    score = scores(e for e in EXAMPLES if e.held_out == lot)[ANY_REFUSAL]

    assert score.precision >= precision
    assert score.recall >= recall


def test_all_refusals_together_are_as_good_as_they_were() -> None:
    score = scores(EXAMPLES)[ANY_REFUSAL]

    assert score.precision >= 0.98
    assert score.recall >= 0.93
