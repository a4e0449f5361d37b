"""Checking a policy document: form, faults, law and tone, in one report.

The same report answers `evenhand policy check` and the settings page on save.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plugin.documents import read_document
from plugin.policy.clauses import Clause
from plugin.policy.linting.lint import Inspection, inspect
from plugin.policy.linting.remark import Remark, Severity, Shown, in_order
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Fee, Policy
from plugin.schemas.policy import BadPolicy, parse_policy
from plugin.tone import Tone, Weight

CLEAN, WARNED, WRONG, UNREADABLE = range(4)

# What a command's exit code means, as its last line says it.
_WHY = {
    CLEAN: "there is no fault; hints are none",
    WARNED: "the policy can be used, and the warnings ask to be looked at",
    WRONG: "the policy cannot be used until the errors are corrected",
}
_CHECKED = "checked"
_NOT_PROVEN = (
    "This policy is too intricate to be checked in full: {} questions were left open,"
    " and faults that hang on them are not told."
)
_WEIGHTS = {Weight.REFUSED: Severity.ERROR, Weight.WARNED: Severity.WARNING}


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was found in a policy document, the gravest first."""

    remarks: tuple[Remark, ...]
    not_proven: int = 0

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What keeps the document from being used."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """What will not work as it is written."""
        return self._of(Severity.WARNING)

    @property
    def hints(self) -> tuple[Remark, ...]:
        """What is good to know."""
        return self._of(Severity.HINT)

    @property
    def exit_code(self) -> int:
        """The code that a command ends with: 2 for errors, 1 for warnings, else 0."""
        if self.errors:
            return WRONG
        return WARNED if self.warnings else CLEAN

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {
            "errors": [_as_json(remark) for remark in self.errors],
            "warnings": [_as_json(remark) for remark in self.warnings],
            "hints": [_as_json(remark) for remark in self.hints],
            "not_proven": self.not_proven,
        }

    def as_text(self) -> str:
        """Give the report as plain text, one block per remark and a line of counts."""
        open_ends = (_NOT_PROVEN.format(self.not_proven),) if self.not_proven else ()
        blocks = (*map(_as_text, self.remarks), *open_ends, self._counts())
        return "\n\n".join(blocks)

    def _of(self, severity: Severity) -> tuple[Remark, ...]:
        return tuple(r for r in self.remarks if r.severity is severity)

    def _counts(self) -> str:
        counts = (
            (len(self.errors), "error"),
            (len(self.warnings), "warning"),
            (len(self.hints), "hint"),
        )
        said = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in counts)
        open_ends = f"; {self.not_proven} not proven" if self.not_proven else ""
        return f"{said}{open_ends}. Exit code {self.exit_code}: {_WHY[self.exit_code]}."


def check_file(
    path: Path,
    packs: Mapping[str, LawPack],
    languages: Collection[str],
    tone: Tone | None = None,
    *,
    today: date | None = None,
) -> Report:
    """Check the document in a file; raises `BadDocument` when it cannot be read."""
    document = read_document(path)
    return check_document(document, packs, languages, tone, today=today)


def check_document(
    document: Mapping[str, Any],
    packs: Mapping[str, LawPack],
    languages: Collection[str],
    tone: Tone | None = None,
    *,
    today: date | None = None,
) -> Report:
    """Check a policy document against its form, itself, the law and the tone.

    `packs` holds the law of the places sold to by their codes, `languages` are those
    in which letters are written. A document in a wrong form is not read any further.
    What is over by `today` is told, if a day is given.
    """
    try:
        policy = parse_policy(document, version=_CHECKED)
    except BadPolicy as error:
        return Report(remarks=in_order(list(_of_form(error))))
    found = inspect(policy, packs, languages, today=today)
    remarks = [*found.remarks, *_of_default(document, found)]
    if tone is not None:
        remarks += _of_tone(policy, tone)
    return Report(remarks=in_order(remarks), not_proven=found.not_proven)


def _of_form(error: BadPolicy) -> Iterator[Remark]:
    for path, sentences in error.errors.items():
        for sentence in sentences:
            yield Remark(
                kind="schema",
                severity=Severity.ERROR,
                where=path,
                message=_whole(sentence),
                fix="Correct this; the rest is checked once the form is right.",
            )


def _whole(sentence: str) -> str:
    """Write what the form says of itself as every other remark is written."""
    end = "" if sentence.endswith((".", "?", "!")) else "."
    return f"{sentence[:1].upper()}{sentence[1:]}{end}"


def _of_default(document: Mapping[str, Any], found: Inspection) -> Iterator[Remark]:
    """Point out a default that was left open, where nothing graver says so."""
    told = any(remark.where == "default" for remark in found.remarks)
    if "default" not in document and not told:
        yield Remark(
            kind="no_default",
            severity=Severity.HINT,
            where="default",
            message="No default is given, so what no rule speaks of goes to a person.",
            fix="Write `default: review` to say so, or `default: approve`.",
        )


def _of_tone(policy: Policy, tone: Tone) -> Iterator[Remark]:
    for where, language, text in _texts(policy):
        for remark in tone.remarks(text, language):
            found = f": “{remark.found}”" if remark.found else ""
            yield Remark(
                kind=f"tone_{remark.kind}",
                severity=_WEIGHTS[remark.weight],
                where=where,
                message=f"These words may hurt a customer ({remark.kind}){found}.",
                fix=remark.advice,
            )


def _texts(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """List every sentence that reaches a customer: its path, language and words."""
    parts: tuple[tuple[str, tuple[Clause | Fee, ...]], ...] = (
        ("limits", policy.limits),
        ("clauses", policy.clauses),
        ("fees", policy.fees),
    )
    for part, rules in parts:
        for number, rule in enumerate(rules):
            for language, text in rule.texts:
                yield f"{part}.{number}.text.{language}", language, text
    for language, sentences in policy.words.items():
        for name, text in sentences.items():
            yield f"words.{language}.{name}", language, text


def _as_json(remark: Remark) -> dict[str, Any]:
    example = remark.example
    return {
        "kind": remark.kind,
        "severity": remark.severity.value,
        "where": remark.where,
        "message": remark.message,
        "example": None if example is None else {n: _plain(v) for n, v in example},
        "fix": remark.fix,
    }


def _plain(value: Shown) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _as_text(remark: Remark) -> str:
    lines = [
        f"{remark.severity.value}: {remark.where} ({remark.kind})",
        f"  {remark.message}",
    ]
    if remark.example:
        said = ", ".join(f"{name} = {_said(value)}" for name, value in remark.example)
        lines.append(f"  For example: {said}")
    return "\n".join((*lines, f"  {remark.fix}"))


def _said(value: Shown) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value)
