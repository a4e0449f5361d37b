"""Sentences that a letter lacks, and those that no letter reads."""

from __future__ import annotations

import pytest

from plugin.policy.linting.lint import lint
from tests.builders import make_clause, make_policy
from tests.policy.test_lint import IN_TIME

LETTERS = ("en", "fr", "pt-BR", "zh-CN", "zh-TW")


def unread(*tags: str) -> list[tuple[str, str]]:
    """Lint a refusal with words under these tags, and give what nobody reads."""
    text = dict.fromkeys((*LETTERS, *tags), "We cannot take this back.")
    policy = make_policy(clauses=[make_clause(text=text), IN_TIME])
    remarks = lint(policy, {}, LETTERS)
    return [(r.where, r.message) for r in remarks if r.kind == "unread_words"]


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        ("pt", "`pt-BR`"),
        ("pt-br", "`pt-BR`"),
        ("fr-CA", "`fr`"),
        ("zh", "`zh-CN` or `zh-TW`"),
        ("zh-HK", "`zh-CN` or `zh-TW`"),
    ],
)
def test_it_finds_words_that_no_letter_reads(tag: str, named: str) -> None:
    assert unread(tag) == [
        (
            f"clauses.0.text.{tag}",
            f"No letter quotes the words of `late` in `{tag}`: letters are written in"
            f" {named}.",
        )
    ]


def test_it_leaves_words_of_other_languages() -> None:
    assert unread() == []
    assert unread("sv", "nb") == []
