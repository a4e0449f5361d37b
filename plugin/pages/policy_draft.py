"""A policy as it is being edited: its text, what it says, and what is amiss in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from plugin.archive.canonical import NotCanonical, canonical
from plugin.pages.policy_text import (
    Document,
    Unreadable,
    line_at,
    lines_of,
    read_text,
)
from plugin.policy.explaining.phrases import name_said
from plugin.policy.linting.remark import Example, Remark, Severity
from plugin.policy_check import Report
from plugin.schemas.strict import Errors
from plugin.schemas.upgrade import upgraded

Check = Callable[[Document], Report]

WHOLE = "document"

_PLAIN = "Write texts, whole numbers, yes or no, lists and mappings only"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A remark as the page shows it, with the line of the text it is about."""

    where: str
    line: int | None
    message: str
    example: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A text that was read and checked; it has no document when it is not readable."""

    text: str
    document: Document | None
    report: Report
    lines: Mapping[str, int]

    def rewritten(self, text: str) -> Draft:
        """Give the same draft in another text."""
        return replace(self, text=text, lines=lines_of(text))

    @property
    def errors(self) -> Errors:
        """List the errors by path."""
        found: Errors = {}
        for remark in self.report.errors:
            found.setdefault(remark.where, []).append(remark.message)
        return found

    def shown(self, severity: str) -> list[Shown]:
        """Give the remarks of one severity, each with its line."""
        wanted = Severity(severity)
        return [self._shown(r) for r in self.report.remarks if r.severity is wanted]

    def _shown(self, remark: Remark) -> Shown:
        return Shown(
            where=remark.where,
            line=line_at(self.lines, remark.where),
            message=remark.message,
            example=_example(remark.example),
            fix=remark.fix,
        )


def read_draft(text: str, check: Check) -> Draft:
    """Read and check what a merchant wrote."""
    read = read_text(text)
    if isinstance(read, Unreadable):
        lines = {} if read.line is None else {WHOLE: read.line}
        report = _one_error(read.why, "Correct the text, then check it again.")
        return Draft(text=text, document=None, report=report, lines=lines)
    report = _report(read, check)
    return Draft(text=text, document=read, report=report, lines=lines_of(text))


def ready(document: Document) -> str:
    """Write a checked document the way policies are kept, in the form of today."""
    return canonical(upgraded(document))


def _report(document: Document, check: Check) -> Report:
    report = check(document)
    if report.errors:
        return report
    try:
        canonical(document)
    except NotCanonical as error:
        return _one_error(f"{_PLAIN}: {error}.", "Put the value in quotes.")
    return report


def _one_error(why: str, fix: str) -> Report:
    remark = Remark(
        kind="unreadable",
        severity=Severity.ERROR,
        where=WHOLE,
        message=why,
        fix=fix,
    )
    return Report(remarks=(remark,))


def _example(example: Example | None) -> str:
    return "; ".join(f"{name_said(name)}: {_said(v)}" for name, v in example or ())


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value)
