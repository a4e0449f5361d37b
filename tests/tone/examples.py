"""The labelled examples, and how well the check finds what they were labelled with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from plugin.tone import Remark, Tone, Weight
from tests.builders import CONFIG

TONE = Tone.load(CONFIG / "tone")
REFUSED = frozenset({"insult", "threat", "blame", "shouting"})
# Whether a text is refused at all: what a merchant meets, whatever it is refused for.
ANY_REFUSAL = "any refusal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A text with the kinds of remark it deserves."""

    language: str
    text: str
    kinds: frozenset[str]
    letter: bool
    held_out: str

    @property
    def found(self) -> frozenset[str]:
        """The kinds the check finds."""
        return frozenset(remark.kind for remark in self.remarks)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What the check says."""
        return TONE.remarks(self.text, self.language, letter=self.letter)


@dataclass(slots=True)
class Score:
    """How many were found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    texts: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The part of what was found that was right to find."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """The part of what there was to find that was found."""
        there = self.right + self.missed
        return self.right / there if there else 1.0

    def add(self, text: str, *, there: bool, found: bool) -> None:
        """Count one text."""
        self.right += there and found
        self.wrong += found and not there
        self.missed += there and not found
        if there is not found:
            self.texts.append(("missed: " if there else "wrong: ") + text)


def read_examples() -> tuple[Example, ...]:
    """Read the labelled examples."""
    path = Path(__file__).parent / "labelled.yaml"
    return tuple(
        Example(
            language=row["language"],
            text=row["text"],
            kinds=frozenset(row["kinds"]),
            letter=row.get("letter", False),
            held_out=row.get("held_out", ""),
        )
        for row in yaml.safe_load(path.read_text("utf-8"))
    )


def scores(examples: Iterable[Example]) -> Mapping[str, Score]:
    """Score every kind, and whether a text is refused at all."""
    told: dict[str, Score] = {ANY_REFUSAL: Score()}
    for example in examples:
        found = example.found
        for kind in sorted(example.kinds | found):
            score = told.setdefault(kind, Score())
            score.add(example.text, there=kind in example.kinds, found=kind in found)
        told[ANY_REFUSAL].add(
            example.text,
            there=bool(example.kinds & REFUSED),
            found=any(r.weight is Weight.REFUSED for r in example.remarks),
        )
    return told


def counts(examples: Iterable[Example]) -> Counter[str]:
    """Count the examples of each language."""
    return Counter(example.language for example in examples)
