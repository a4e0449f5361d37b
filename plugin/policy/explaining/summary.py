"""One sentence on a line: who decided, and with which words."""

from __future__ import annotations

from plugin.policy.decision import (
    Decision,
    Finding,
    LineVerdict,
    Outcome,
    Says,
    Stratum,
)
from plugin.policy.explaining.phrases import name_said
from plugin.policy.explaining.rule_words import LineReading, rule_says, rule_waits

_DONE = {
    Outcome.APPROVE: "Approved",
    Outcome.DECLINE: "Refused",
    Outcome.REVIEW: "Left to a person",
}
_TO_DO = {
    Outcome.APPROVE: "approve",
    Outcome.DECLINE: "refuse",
    Outcome.REVIEW: "leave it to a person",
}
_PERSON = "A person decides"


def summary(decision: Decision, verdict: LineVerdict, read: LineReading) -> str:
    """Say who decided a line and with which words, in a sentence or two."""
    if decision.holds:
        return _held(decision.holds, verdict)
    finding = verdict.decided_by
    if finding.stratum is Stratum.LAW:
        return _by_law(finding) + _overruled(verdict, finding)
    if finding.stratum is Stratum.HOLD:
        return _by_hold(finding) + _overruled(verdict, finding)
    by_clause = finding.stratum is Stratum.CLAUSE
    return _by_clause(finding, read) if by_clause else _by_default(finding, read)


def unheld(verdict: LineVerdict) -> Outcome:
    """Say how a line ends without the holds that speak."""
    if verdict.decided_by.stratum is not Stratum.HOLD:
        return verdict.outcome
    # A hold decides a line only in place of a refusal.
    held = (found for found in verdict.findings if found.stratum is Stratum.HOLD)
    doubtful = any(found.says is Says.CANNOT_TELL for found in held)
    return Outcome.REVIEW if doubtful else Outcome.DECLINE


def not_known(finding: Finding) -> str:
    """Name the facts that a rule read and that nobody knows."""
    names = (name_said(name) for name, value in finding.read if value is None)
    return f"not known: {', '.join(names)}"


def _held(holds: tuple[Finding, ...], verdict: LineVerdict) -> str:
    why = "; ".join(hold.why or hold.id for hold in holds)
    without = _TO_DO[unheld(verdict)]
    return f"Held for a person: {why}. Without that, the answer would be: {without}."


def _by_law(finding: Finding) -> str:
    where = ", ".join(filter(None, (finding.cites, finding.id)))
    why = name_said(finding.why or "nobody can tell without a person")
    if finding.effect is Outcome.APPROVE:
        return f"Approved by law ({where}): {why}."
    if finding.says is Says.SPEAKS:
        return f"{_PERSON}, though the law approves ({where}): {why}."
    return f"{_PERSON}, since nobody can tell what the law gives ({where}): {why}."


def _by_hold(finding: Finding) -> str:
    return f"{_PERSON}, since nobody knows whether {finding.why or finding.id}."


def _overruled(verdict: LineVerdict, deciding: Finding) -> str:
    """Name the rule whose refusal did not pass, if there was one."""
    passed = deciding.effect is Outcome.APPROVE
    for found in verdict.findings:
        if found.stratum is Stratum.CLAUSE and found.says is Says.SPEAKS:
            verb = "would have refused" if passed else "would refuse"
            refuses = found.effect is Outcome.DECLINE
            return f" The rule `{found.id}` {verb}." if refuses else ""
    return ""


def _by_clause(finding: Finding, read: LineReading) -> str:
    name, rule = rule_name(finding, read), read.rules[finding.id]
    if finding.says is Says.CANNOT_TELL:
        wanted = rule.asks(read.values)
        why = rule_waits(rule, read) if wanted else not_known(finding)
        return f"{_PERSON}, since the {name} cannot be answered yet: {why}."
    if finding.why is not None:
        return f"{_PERSON}, though the {name} approves: {name_said(finding.why)}."
    words = rule_says(rule, read)
    done = f"{_DONE[finding.effect or Outcome.REVIEW]} by the {name} of {_policy(read)}"
    return f"{done}: \u201c{words}\u201d" if words else f"{done}."


def _by_default(finding: Finding, read: LineReading) -> str:
    of = f"the default of {_policy(read)}"
    if finding.why is not None:
        return f"{_PERSON}, though {of} approves: {name_said(finding.why)}."
    done = _DONE[finding.effect or Outcome.REVIEW]
    return f"{done} by {of}, since no rule spoke."


def rule_name(finding: Finding, read: LineReading) -> str:
    """Name a rule of the policy as what it is: a limit or a rule."""
    limits = {rule.id for rule in read.policy.limits}
    return f"limit `{finding.id}`" if finding.id in limits else f"rule `{finding.id}`"


def _policy(read: LineReading) -> str:
    return f"the policy \u201c{read.policy.name}\u201d, version {read.policy.version}"
