"""explain(decision, facts, terms): how a decision came about, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.catalogue import WINDOW
from plugin.policy.decision import (
    Decision,
    Finding,
    LineVerdict,
    Outcome,
    Says,
    Stratum,
)
from plugin.policy.explaining.phrases import day_said, meaning_of, name_said, value_said
from plugin.policy.explaining.rule_words import LineReading, rule_asks, rule_waits
from plugin.policy.explaining.settlement_terms import settlement_terms
from plugin.policy.explaining.summary import not_known, summary, unheld
from plugin.policy.explaining.trace import LineTrace, PackShown, Read, Step, Trace
from plugin.policy.facts import Facts
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Terms

# What a law's finding is about, by the part of its id after the pack's.
_PROVISIONS = {
    "change-of-mind": "the right to send goods back without a reason",
    "fault": "what is owed for goods that are faulty or not what was ordered",
    "late-delivery": "what is owed for goods that come late",
    "reason": "whether the customer's reason may be a fault",
    "note": "whether the customer's note tells of a fault",
    "business": "whether the law protects this customer",
    "since": "whether the law pack was in force when the order was placed",
    "none": "whether there is a law pack for the customer's country",
}
_OTHER_LAW = "whether another law may apply"


def explain(decision: Decision, facts: Facts, terms: Terms) -> Trace:
    """Tell how a decision came about; facts and terms are those it was made from."""
    pairs = zip(decision.lines, facts.lines, strict=True)
    return Trace(
        outcome=decision.outcome,
        policy=terms.policy.name,
        version=terms.policy.version,
        requested_on=facts.requested_on,
        packs=tuple(_pack(pack) for pack in terms.packs),
        lines=tuple(
            _line(decision, verdict, LineReading(facts, line, terms.policy))
            for verdict, line in pairs
        ),
    )


def _pack(pack: LawPack | None) -> PackShown | None:
    if pack is None:
        return None
    return PackShown(
        id=pack.id,
        name=pack.name,
        checked_on=pack.checked_on,
        since=pack.since,
        until=pack.until,
    )


def _line(decision: Decision, verdict: LineVerdict, read: LineReading) -> LineTrace:
    held = bool(decision.holds)
    deciding = decision.holds[0] if held else verdict.decided_by
    settled = None if held else verdict.settlement
    return LineTrace(
        line_id=verdict.line_id,
        title=verdict.title,
        outcome=Outcome.REVIEW if held else verdict.outcome,
        summary=summary(decision, verdict, read),
        steps=tuple(_steps(verdict, deciding, read)),
        unheld=unheld(verdict) if held else None,
        settlement=settled,
        terms=() if settled is None else settlement_terms(settled),
    )


def _steps(
    verdict: LineVerdict, deciding: Finding, read: LineReading
) -> Iterator[Step]:
    """Give the findings in the order they were asked; the first match decided."""
    limits = {rule.id for rule in read.policy.limits}
    open_ = True
    for found in verdict.findings:
        decided = open_ and _same(found, deciding)
        open_ = open_ and not decided
        finding = deciding if decided else found
        limit = found.stratum is Stratum.CLAUSE and found.id in limits
        yield Step(
            stratum="limit" if limit else found.stratum.value,
            id=found.id,
            asks=_asks(found, read),
            reads=tuple(_read(name, value, read) for name, value in found.read),
            says=found.says,
            effect=finding.effect,
            why=_why(finding, verdict, read),
            cites=found.cites,
            sure=found.sure,
            decided=decided,
        )


def _same(found: Finding, deciding: Finding) -> bool:
    same = (deciding.stratum, deciding.id, deciding.says, deciding.cites)
    return (found.stratum, found.id, found.says, found.cites) == same


def _asks(found: Finding, read: LineReading) -> str:
    if found.stratum is Stratum.CLAUSE:
        return rule_asks(read.rules[found.id], read)
    if found.stratum is Stratum.HOLD:
        return found.why or name_said(found.id)
    if found.stratum is Stratum.DEFAULT:
        return "no rule decided"
    parts = found.id.split(":")
    asked = (_PROVISIONS[part] for part in parts if part in _PROVISIONS)
    return next(asked, _OTHER_LAW)


def _read(name: str, value: object, read: LineReading) -> Read:
    said = value_said(name, value, read.currency)
    if name == WINDOW and isinstance(value, int):
        said = _window_said(value, said, read)
    return Read(fact=name, meaning=meaning_of(name), value=value, said=said)


def _window_said(value: int, said: str, read: LineReading) -> str:
    late = value > 0
    end = read.window_end()
    if end is None:
        return said if late else "inside"
    verb = "ended" if late else "ends"
    start = said if late else "inside"
    return f"{start} (the window {verb} on {day_said(end)})"


def _why(finding: Finding, verdict: LineVerdict, read: LineReading) -> str | None:
    if finding.stratum is Stratum.HOLD:
        return None if finding.says is not Says.CANNOT_TELL else "not known"
    if finding.stratum is not Stratum.CLAUSE:
        return None if finding.why is None else name_said(finding.why)
    if finding.says is Says.SPEAKS:
        return _stands(finding, verdict)
    rule = read.rules[finding.id]
    met = rule.asks(read.values) is True
    if finding.says is Says.SILENT:
        return "what it asks for was not shown in time" if met else None
    return rule_waits(rule, read) if met else not_known(finding)


def _stands(finding: Finding, verdict: LineVerdict) -> str | None:
    """Say why a rule that speaks did not have its way."""
    if finding.effect is Outcome.DECLINE:
        if verdict.law.says is Says.SPEAKS:
            return "the law does not let this refusal stand"
        if verdict.outcome is Outcome.REVIEW:
            return "a refusal waits for a person"
    return None if finding.why is None else name_said(finding.why)
