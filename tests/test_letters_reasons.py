"""Letters: every reason of a refusal is told, or a person tells them."""

from __future__ import annotations

import re

import pytest

from plugin.letters import LetterTooLong
from plugin.policy.facts import Facts
from plugin.policy.terms import Terms
from plugin.words import length
from tests.builders import make_clause, make_facts, make_line, make_policy, make_terms
from tests.letters import write


def refused_for(*texts: str) -> tuple[Facts, Terms]:
    """Make a request of one item for each reason, and the terms that refuse it."""
    tags = [f"tag-{n}" for n in range(len(texts))]
    clauses = [
        make_clause(
            id=tag,
            text={"en": text},
            when={"fact": "product_tags", "contains": tag},
            ground="OTHER",
        )
        for tag, text in zip(tags, texts, strict=True)
    ]
    lines = [make_line(id=tag, product_tags=frozenset({tag})) for tag in tags]
    policy = make_policy(version="v12-a1b2c3d4", clauses=clauses)
    return make_facts(*lines), make_terms(policy=policy)


def test_no_reason_is_dropped_while_there_is_room() -> None:
    text = write(*refused_for("a" * 160, "b" * 160)).text

    assert length(text) == 500
    assert text == (
        "We are sorry that we cannot accept this return:"
        f" “{'a' * 152}…” (policy v12). “{'b' * 152}…” (policy v12)."
        " Our offer: 10% off with code MUG-7K2P until 5 December 2026."
        " A person will gladly look again: help@shop.example."
    )


def test_only_the_longest_reasons_are_shortened() -> None:
    text = write(*refused_for("Short.", "a" * 160, "b" * 160)).text

    assert length(text) <= 500
    assert re.findall("“([^”]*)”", text) == ["Short", "a" * 141 + "…", "b" * 141 + "…"]


def test_every_reason_of_five_is_told() -> None:
    text = write(*refused_for(*(letter * 160 for letter in "abcde"))).text

    assert length(text) <= 500
    assert re.findall("“(a+|b+|c+|d+|e+)…”", text) == [
        letter * 50 for letter in "abcde"
    ]


@pytest.mark.parametrize(
    "texts",
    [
        [letter * 160 for letter in "abcdef"],
        # Alike, once they are cut.
        ["t" * 159 + mark for mark in "ab"],
    ],
)
def test_reasons_that_cannot_all_be_told_are_for_a_person(texts: list[str]) -> None:
    with pytest.raises(LetterTooLong, match="say them in fewer words"):
        write(*refused_for(*texts))
