"""Asking the engine again about one line, on changed facts."""

from __future__ import annotations

from datetime import date

from plugin.policy.decision import Decision, LineVerdict, Outcome
from plugin.policy.engine import decide
from plugin.policy.explaining.changes import REQUESTED, changed, line_of
from plugin.policy.explaining.phrases import day_said
from plugin.policy.explaining.rule_words import LineReading
from plugin.policy.explaining.settlement_terms import said_lesser
from plugin.policy.explaining.trace import Change, Counterfactual
from plugin.policy.facts import Facts
from plugin.policy.terms import Terms

_BE = {
    Outcome.APPROVE: "approved",
    Outcome.DECLINE: "refused",
    Outcome.REVIEW: "left to a person",
}


def would_be(outcome: Outcome) -> str:
    """Say how a line would end, as the end of a sentence."""
    return f"this would be {_BE[outcome]}"


class Asking:
    """One line of a request, asked again and again within a number of calls."""

    def __init__(self, facts: Facts, terms: Terms, line_id: str, *, calls: int) -> None:
        """Decide the facts as they are; `calls` are left for what is changed."""
        self.facts = facts
        self.terms = terms
        self.line = line_of(facts, line_id)
        self.read = LineReading(facts, self.line, terms.policy)
        self.decision: Decision = decide(facts, terms)
        self.verdict = _verdict(self.decision, line_id)
        self.base = outcome_of(self.decision, line_id)
        self.calls = calls

    def ask(self, *changes: tuple[str, object]) -> Outcome | None:
        """Say how the line ends on changed facts; None when that cannot be asked."""
        facts = self._changed(*changes)
        if facts is None or self.calls == 0:
            return None
        self.calls -= 1
        return outcome_of(decide(facts, self.terms), self.line.id)

    def telling(self, *changes: tuple[str, object]) -> Outcome | None:
        """Say how the line ends on changed facts, where it ends otherwise."""
        found = self.ask(*changes)
        return None if found is self.base else found

    def found(
        self, kind: str, said: str, outcome: Outcome, *changes: Change
    ) -> Counterfactual:
        """Put what was tried into a value; an approval says what it gives less."""
        return Counterfactual(
            kind=kind,
            line_id=self.line.id,
            changes=changes,
            outcome=outcome,
            said=said + self._less(*changes) if outcome is Outcome.APPROVE else said,
        )

    def _changed(self, *changes: tuple[str, object]) -> Facts | None:
        facts: Facts | None = self.facts
        for fact, value in changes:
            if facts is not None:
                facts = changed(facts, self.line.id, fact, value)
        return facts

    def _less(self, *changes: Change) -> str:
        """Say what a line that would be approved falls short of all the money."""
        given = ((change.fact, change.to) for change in changes)
        decision = decide(self._changed(*given) or self.facts, self.terms)
        settlement = _verdict(decision, self.line.id).settlement
        less = settlement and said_lesser(settlement)
        return f" {_when(changes)} {less}." if less else ""


def _when(changes: tuple[Change, ...]) -> str:
    """Name the day of the request that was tried, or say "then"."""
    asked = (one.to for one in changes if one.fact == REQUESTED)
    days = (f"On {day_said(day)}," for day in asked if isinstance(day, date))
    return next(days, "Then")


def outcome_of(decision: Decision, line_id: str) -> Outcome:
    """Say how a line ends; a hold leaves every line to a person."""
    if decision.holds:
        return Outcome.REVIEW
    return _verdict(decision, line_id).outcome


def _verdict(decision: Decision, line_id: str) -> LineVerdict:
    return next(v for v in decision.lines if v.line_id == line_id)
