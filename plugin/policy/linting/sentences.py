"""Sentences that a letter lacks, and sentences that no letter reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from plugin.policy.decision import Ground
from plugin.policy.linting.remark import Remark, Severity
from plugin.policy.linting.study import Rule, Study

# Grounds that letters can say by themselves, in every language.
_SAID = (Ground.FINAL_SALE, Ground.RETURN_PERIOD_ENDED)
_OURS = "say its ground in a sentence of ours"


def words_missing(study: Study, languages: Collection[str]) -> Iterator[Remark]:
    """Point out refusals without words in a language that letters are written in."""
    for rule in study.rules:
        written = {language for language, _ in rule.clause.texts}
        missing = sorted(set(languages) - written)
        if rule.refuses and missing:
            ours = rule.clause.ground in _SAID
            yield Remark(
                kind="missing_words",
                severity=Severity.HINT if ours else Severity.WARNING,
                where=f"{rule.where}.text",
                message=(
                    f"The words of `{rule.clause.id}` are missing in"
                    f" {', '.join(missing)}; letters"
                    f" {_OURS if ours else 'quote them in English'} there."
                ),
                fix=f"Write its sentence in {', '.join(missing)}, too.",
            )


def words_unread(study: Study, languages: Collection[str]) -> Iterator[Remark]:
    """Point out sentences under a tag that is none of the letters' languages."""
    for rule in study.rules:
        for tag, _ in rule.clause.texts:
            near = sorted(name for name in languages if _main(name) == _main(tag))
            if tag not in languages and near:
                yield _unread(rule, tag, near)


def _main(tag: str) -> str:
    return tag.partition("-")[0].lower()


def _unread(rule: Rule, tag: str, near: list[str]) -> Remark:
    named = " or ".join(f"`{name}`" for name in near)
    return Remark(
        kind="unread_words",
        severity=Severity.WARNING,
        where=f"{rule.where}.text.{tag}",
        message=(
            f"No letter quotes the words of `{rule.clause.id}` in `{tag}`: letters are"
            f" written in {named}."
        ),
        fix=f"Write the sentence under {named}.",
    )
