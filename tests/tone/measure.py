"""Prints how well the tone check does: `python -m tests.tone.measure [--wrong]`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tests.tone.examples import ANY_REFUSAL, Example, Score, read_examples, scores


def main(*, wrong: bool) -> None:
    """Print precision and recall; with `wrong`, the tuned texts it fails on too."""
    examples = read_examples()
    tuned = [example for example in examples if not example.held_out]
    _print("tuned", tuned)
    for lot in ("drawn", "fresh"):
        _print(f"held out, {lot}", [e for e in examples if e.held_out == lot])
    if wrong:
        for kind, score in sorted(scores(tuned).items()):
            print(*(f"{kind}: {text}" for text in score.texts), sep="\n")


def _print(title: str, examples: list[Example]) -> None:
    print(f"\n{title}: {len(examples)} texts")
    for kind, score in sorted(scores(examples).items()):
        _row(kind, score)
    print("  refusals by language")
    for language in sorted({example.language for example in examples}):
        own: Iterable[Example] = (e for e in examples if e.language == language)
        _row(language, scores(own)[ANY_REFUSAL])


def _row(name: str, score: Score) -> None:
    print(
        f"  {name:14} precision {score.precision:6.1%}  recall {score.recall:6.1%}"
        f"  (right {score.right}, wrong {score.wrong}, missed {score.missed})"
    )


if __name__ == "__main__":
    main(wrong="--wrong" in sys.argv[1:])
