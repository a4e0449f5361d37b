"""decide(facts, terms): every clause asked, every finding kept, lines folded.

Strata in order: law, holds, clauses, default. Silence is never a "no".
"""

from __future__ import annotations

from plugin.policy.catalogue import CATALOGUE
from plugin.policy.clauses import Clause, Values
from plugin.policy.decision import (
    Decision,
    Finding,
    Ground,
    LineVerdict,
    Outcome,
    Says,
    Stratum,
)
from plugin.policy.facts import Facts, Line
from plugin.policy.holds import holds
from plugin.policy.law import ask_law, best
from plugin.policy.terms import Policy, Terms


def decide(facts: Facts, terms: Terms) -> Decision:
    """Decide one request, line by line, then fold."""
    held = holds(facts)
    lines = tuple(_decide_line(facts, line, terms, held) for line in facts.lines)
    speaking = tuple(hold for hold in held if hold.says is Says.SPEAKS)
    outcome = Outcome.REVIEW if speaking else fold(lines)
    return Decision(
        outcome=outcome,
        lines=lines,
        holds=speaking,
        policy_version=terms.policy.version,
        ground=_ground(lines) if outcome is Outcome.DECLINE else None,
        contact=terms.contact,
    )


def fold(lines: tuple[LineVerdict, ...]) -> Outcome:
    """Fold verdicts: all alike wins, anything mixed or none at all is for a person."""
    outcomes = {verdict.outcome for verdict in lines}
    return outcomes.pop() if len(outcomes) == 1 else Outcome.REVIEW


def _ground(lines: tuple[LineVerdict, ...]) -> Ground:
    grounds = {verdict.ground or Ground.OTHER for verdict in lines}
    return grounds.pop() if len(grounds) == 1 else Ground.OTHER


def _decide_line(
    facts: Facts, line: Line, terms: Terms, held: tuple[Finding, ...]
) -> LineVerdict:
    values = known_values(facts, line, terms.policy)
    laws = ask_law(facts, line, terms.packs)
    law = best(laws)
    asked = tuple(_ask(clause, values) for clause in terms.policy.clauses)
    default = Finding(Stratum.DEFAULT, "default", Says.SPEAKS, terms.policy.default)
    decided = _decisive(law, (*asked, default))
    decided = _guarded(decided, law, held)
    clause = _clause(terms.policy, decided)
    return LineVerdict(
        line_id=line.id,
        title=line.title,
        outcome=decided.effect or Outcome.REVIEW,
        decided_by=decided,
        law=law,
        findings=(*laws, *held, *asked, default),
        ground=_line_ground(clause, law) if clause else None,
        texts=clause.texts if clause else (),
    )


def _line_ground(clause: Clause, law: Finding) -> Ground | None:
    """Name the ground; a statutory right knows no final sale, only its exceptions."""
    final_sale = clause.ground is Ground.FINAL_SALE
    return Ground.OTHER if final_sale and law.exception else clause.ground


def known_values(facts: Facts, line: Line, policy: Policy) -> Values:
    """Read every catalogued fact that the policy's clauses ask for."""
    wanted = {name for clause in policy.clauses for name in clause.reads}
    return {n: CATALOGUE[n].reads(facts, line, policy.window) for n in wanted}


def _ask(clause: Clause, values: Values) -> Finding:
    answer = clause.asks(values)
    if answer is None:
        says = Says.CANNOT_TELL
    else:
        says = Says.SPEAKS if answer else Says.SILENT
    read = tuple((name, values[name]) for name in clause.reads)
    return Finding(Stratum.CLAUSE, clause.id, says, clause.then, read)


def _decisive(law: Finding, asked: tuple[Finding, ...]) -> Finding:
    """Find what decides: the first finding that speaks, unless doubt comes before it.

    Where the law entitles, it stands in for a refusal that speaks and for the
    default. A clause that cannot tell and would end otherwise makes a person look.
    """
    entitled = law.says is Says.SPEAKS
    doubts: list[Finding] = []
    for finding in asked:
        if entitled and finding.effect is Outcome.DECLINE:
            if finding.says is not Says.SPEAKS:
                continue
            finding = law
        if entitled and finding.stratum is Stratum.DEFAULT:
            finding = law
        if finding.says is Says.CANNOT_TELL:
            doubts.append(finding)
        elif finding.says is Says.SPEAKS:
            return _settled(finding, doubts)
    raise AssertionError("the default always speaks")


def _settled(finding: Finding, doubts: list[Finding]) -> Finding:
    other = [doubt for doubt in doubts if doubt.effect is not finding.effect]
    if not other:
        return finding
    unknown = ", ".join(name for name, value in other[0].read if value is None)
    return other[0]._replace(effect=Outcome.REVIEW, why=f"not known: {unknown}")


def _guarded(decided: Finding, law: Finding, held: tuple[Finding, ...]) -> Finding:
    """Turn a refusal into a review where law or a hold cannot tell."""
    # INVARIANT: a refusal passes only when the law is silent and no hold is in doubt.
    if decided.effect is not Outcome.DECLINE:
        return decided
    if law.says is not Says.SILENT:
        return law._replace(effect=Outcome.REVIEW)
    doubt = next((hold for hold in held if hold.says is not Says.SILENT), None)
    return doubt._replace(effect=Outcome.REVIEW) if doubt else decided


def _clause(policy: Policy, decided: Finding) -> Clause | None:
    if decided.stratum is not Stratum.CLAUSE:
        return None
    return next((clause for clause in policy.clauses if clause.id == decided.id), None)
