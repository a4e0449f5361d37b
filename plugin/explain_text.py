"""A trace as text that a merchant reads without help, and the words for its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugin.policy.explaining.phrases import day_said
from plugin.policy.explaining.trace import (
    Counterfactual,
    LineTrace,
    PackShown,
    Step,
    Trace,
)
from plugin.words import clean

OUTCOME = {
    "approve": "approved",
    "decline": "refused",
    "review": "left to a person",
}
HEADING = {
    "approve": "approve",
    "decline": "refuse",
    "review": "a person decides",
}
EFFECT = {
    "approve": "approve",
    "decline": "refuse",
    "review": "leave it to a person",
}
STRATUM = {
    "law": "Law",
    "hold": "Hold",
    "limit": "Limit",
    "clause": "Clause",
    "default": "Default",
}
SAYS = {"speaks": "speaks", "silent": "silent", "cannot_tell": "cannot tell"}
SURE = {
    "text": "read in the statute itself",
    "page": "read on an official page",
    "secondary": "as others tell it",
    "memory": "from memory only",
}
NO_PACK = "no law pack for this place"


def as_text(trace: Trace, counterfactuals: tuple[Counterfactual, ...]) -> str:
    """Write a trace out, with what would have changed it, as lines of plain text."""
    lines = list(_head(trace))
    for line in trace.lines:
        mine = (other for other in counterfactuals if other.line_id == line.line_id)
        lines += ["", *_line(line, mine)]
    return "\n".join(lines) + "\n"


def _head(trace: Trace) -> Iterator[str]:
    yield f"Decision: {OUTCOME[trace.outcome.value]}"
    yield f"Asked on: {day_said(trace.requested_on)}"
    yield f"Policy: {clean(trace.policy)}, version {clean(trace.version)}"
    for pack in trace.packs:
        yield f"Law: {NO_PACK if pack is None else pack_said(pack)}"


def pack_said(pack: PackShown) -> str:
    """Say which version of a law pack was asked."""
    said = f"{pack.name} ({pack.id}), checked on {day_said(pack.checked_on)}"
    if pack.since is not None:
        said = f"{said}, for orders since {day_said(pack.since)}"
    if pack.until is not None:
        said = f"{said} and before {day_said(pack.until)}"
    return said


def _line(line: LineTrace, others: Iterable[Counterfactual]) -> Iterator[str]:
    title = f"{clean(line.title)}: {OUTCOME[line.outcome.value]}"
    yield from (title, "=" * len(title), clean(line.summary))
    yield from _listed("What would change it", [each.said for each in others])
    made_good = [f"{term.name}: {term.said}" for term in line.terms]
    yield from _listed("How it is made good", made_good)
    yield from ("", "Every rule that was asked, in order:")
    for number, step in enumerate(line.steps, start=1):
        yield from _step(number, step)


def _listed(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield from ("", f"{title}:")
        yield from (f"- {clean(item)}" for item in items)


def _step(number: int, step: Step) -> Iterator[str]:
    decides = ", and decides" if step.decided else ""
    name = f"{STRATUM[step.stratum]} {step.id}"
    yield f"{number}. {name}: {SAYS[step.says.value]}{decides}"
    yield from (f"   {clean(detail)}" for detail in _details(step))


def _details(step: Step) -> Iterator[str]:
    yield f"asks: {step.asks}"
    yield from (f"{read.meaning}: {read.said}" for read in step.reads)
    if step.effect is not None and step.says.value == "speaks":
        yield f"wants to: {EFFECT[step.effect.value]}"
    if step.why is not None:
        yield f"why: {step.why}"
    if step.cites is not None:
        sure = "" if step.sure is None else f" ({SURE[step.sure.value]})"
        yield f"cites: {step.cites}{sure}"
