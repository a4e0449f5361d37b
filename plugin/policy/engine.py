"""decide(facts, terms): every clause asked, every finding kept, lines folded.

Strata in order: law, holds, clauses, default. Silence is never a "no".
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import repeat

from plugin.policy.clauses import Clause, Evidence
from plugin.policy.compiling import Values
from plugin.policy.decision import (
    APPROVE,
    CANNOT_TELL,
    DECLINE,
    REVIEW,
    SILENT,
    SPEAKS,
    Decision,
    Finding,
    Ground,
    LineVerdict,
    Outcome,
    Stratum,
)
from plugin.policy.facts import Facts, Line
from plugin.policy.fees import fitted
from plugin.policy.holds import holds
from plugin.policy.law import ask_law, best
from plugin.policy.plan import Plan
from plugin.policy.reading import known_values
from plugin.policy.settlement import settle
from plugin.policy.terms import Policy, Terms

_SAYS = {True: SPEAKS, False: SILENT, None: CANNOT_TELL}
# The columns of findings that are alike for all clauses, and what a clause's finding
# leaves as it is by default: what the others say of the law.
_FINDING = repeat(Finding)
_CLAUSE = repeat(Stratum.CLAUSE)
_NOTHING_MORE = tuple(map(repeat, tuple(Finding._field_defaults.values())[1:]))
_new = tuple.__new__
_DEFAULTS = {
    outcome: Finding(Stratum.DEFAULT, "default", SPEAKS, outcome) for outcome in Outcome
}


def decide(facts: Facts, terms: Terms) -> Decision:
    """Decide one request, line by line, then fold."""
    held = holds(facts)
    lines = tuple([_decide_line(facts, line, terms, held) for line in facts.lines])
    if terms.policy.fees:
        lines = fitted(lines, facts)
    speaking = tuple([hold for hold in held if hold.says is SPEAKS])
    outcome = REVIEW if speaking else fold(lines)
    return Decision(
        outcome=outcome,
        lines=lines,
        holds=speaking,
        policy_version=terms.policy.version,
        ground=_ground(lines) if outcome is DECLINE else None,
        contact=terms.contact,
    )


def fold(lines: tuple[LineVerdict, ...]) -> Outcome:
    """Fold verdicts: all alike wins, anything mixed or none at all is for a person."""
    outcomes = {verdict.outcome for verdict in lines}
    return outcomes.pop() if len(outcomes) == 1 else REVIEW


def _ground(lines: tuple[LineVerdict, ...]) -> Ground:
    grounds = {verdict.ground or Ground.OTHER for verdict in lines}
    return grounds.pop() if len(grounds) == 1 else Ground.OTHER


def _decide_line(
    facts: Facts, line: Line, terms: Terms, held: tuple[Finding, ...]
) -> LineVerdict:
    policy = terms.policy
    values = known_values(facts, line, policy)
    laws = ask_law(facts, line, terms.packs, terms.calendars)
    law = best(laws)
    asked = _ask_all(policy, values, facts)
    default = _DEFAULTS[policy.default]
    decided = _guarded(_decisive(law, asked, default), law, held)
    clause = _clause(policy, decided)
    settlement = None
    if decided.effect is APPROVE:
        settlement, doubt = settle(facts, line, policy, clause, values, laws)
        if doubt is not None:
            decided = decided._replace(effect=REVIEW, why=doubt)
            settlement = None
    return LineVerdict(
        line_id=line.id,
        title=line.title,
        outcome=decided.effect or REVIEW,
        decided_by=decided,
        law=law,
        findings=(*laws, *held, *asked, default),
        ground=_line_ground(clause, laws) if clause else None,
        texts=clause.texts if clause else (),
        settlement=settlement,
    )


def _line_ground(clause: Clause, laws: tuple[Finding, ...]) -> Ground | None:
    """Name the ground; a statutory right knows no final sale, only its exceptions."""
    ground = clause.ground
    if ground is None or ground is Ground.OTHER:
        return ground
    final_sale = ground is Ground.FINAL_SALE
    for law in laws:
        if law.exception or (final_sale and law.statutory):
            return Ground.OTHER
    return ground


def _ask_all(policy: Policy, values: Values, facts: Facts) -> tuple[Finding, ...]:
    """Ask limits and clauses, in the merchant's order; each finding keeps its facts."""
    plan = policy.plan
    answers, reads = plan.asks(values)
    said = map(_SAYS.__getitem__, answers)
    # Column by column: this makes a finding for every clause of every request.
    columns = (_CLAUSE, plan.ids, said, plan.effects, reads, *_NOTHING_MORE)
    found = tuple(map(_new, _FINDING, zip(*columns, strict=False)))
    return _evidenced(plan, found, values, facts) if plan.asking else found


def _evidenced(
    plan: Plan, found: tuple[Finding, ...], values: Values, facts: Facts
) -> tuple[Finding, ...]:
    """Let the rules that ask for evidence speak only where it was shown."""
    shown = list(found)
    for position in plan.asking:
        if shown[position].says is SPEAKS:
            rule = plan.rules[position]
            shown[position] = _shown(rule, shown[position], values, facts)
    return tuple(shown)


def _shown(rule: Clause, spoken: Finding, values: Values, facts: Facts) -> Finding:
    """Let a rule speak only once the customer showed what it asks for.

    Missing evidence is asked for until its day; after that the rule is silent, unless
    nobody has looked yet.
    """
    missing = [item for item in rule.evidence if not _handed_in(item, values)]
    if not missing:
        return spoken
    if any(_too_late(item, values, facts) for item in missing):
        return spoken._replace(says=SILENT)
    wanted = _wanted(missing[0], facts)
    return spoken._replace(says=CANNOT_TELL, why=wanted)


def _handed_in(item: Evidence, values: Values) -> bool:
    count = values[item.fact]
    return isinstance(count, int) and count >= item.at_least


def _too_late(item: Evidence, values: Values, facts: Facts) -> bool:
    """Tell whether evidence is surely missing and its last day is over."""
    if item.within_days is None or values[item.fact] is None:
        return False
    today = facts.decided_on or facts.requested_on
    return today > _last_day(item.within_days, facts)


def _wanted(item: Evidence, facts: Facts) -> str:
    pieces = item.fact.removesuffix("s") if item.at_least == 1 else item.fact
    wanted = f"asks for {item.at_least} {pieces}"
    if item.within_days is None:
        return wanted
    return f"{wanted} by {_last_day(item.within_days, facts)}"


def _last_day(days: int, facts: Facts) -> date:
    return facts.requested_on + timedelta(days=days)


def _decisive(law: Finding, asked: tuple[Finding, ...], default: Finding) -> Finding:
    """Find what decides: the first finding that speaks, unless doubt comes before it.

    Where the law entitles, it stands in for a refusal that speaks and for the
    default. A clause that cannot tell and would end otherwise makes a person look.
    """
    entitled = law.says is SPEAKS
    doubts: list[Finding] = []
    for finding in asked:
        if finding.says is SILENT:
            continue
        if entitled and finding.effect is DECLINE:
            if finding.says is not SPEAKS:
                continue
            finding = law
        if finding.says is SPEAKS:
            return _settled(finding, doubts)
        doubts.append(finding)
    return _settled(law if entitled else default, doubts)


def _settled(finding: Finding, doubts: list[Finding]) -> Finding:
    other = [doubt for doubt in doubts if doubt.effect is not finding.effect]
    if not other:
        return finding
    unknown = ", ".join(name for name, value in other[0].read if value is None)
    why = other[0].why or f"not known: {unknown}"
    return other[0]._replace(effect=REVIEW, why=why)


def _guarded(decided: Finding, law: Finding, held: tuple[Finding, ...]) -> Finding:
    """Turn a refusal into a review where law or a hold cannot tell."""
    # INVARIANT: a refusal passes only when the law is silent and no hold is in doubt.
    if decided.effect is not DECLINE:
        return decided
    if law.says is not SILENT:
        return law._replace(effect=REVIEW)
    doubt = next((hold for hold in held if hold.says is not SILENT), None)
    return doubt._replace(effect=REVIEW) if doubt else decided


def _clause(policy: Policy, decided: Finding) -> Clause | None:
    if decided.stratum is not Stratum.CLAUSE:
        return None
    return policy.plan.by_id.get(decided.id)
