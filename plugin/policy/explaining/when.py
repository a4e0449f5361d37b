"""When a request would have been answered otherwise: the exact day, by asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from plugin.policy.decision import Outcome, Stratum
from plugin.policy.explaining.asking import Asking, would_be
from plugin.policy.explaining.breakpoints import last_days
from plugin.policy.explaining.changes import REQUESTED
from plugin.policy.explaining.phrases import day_said
from plugin.policy.explaining.spans import Answers, turns
from plugin.policy.explaining.trace import Change, Counterfactual

# How many days ahead are tried at most; the calls left go to the days before.
_AHEAD = 12


def by_time(asking: Asking) -> Iterator[Counterfactual]:
    """Find the nearest day before and after, on which the line would end better.

    Of an approval it is the first day on which it would end otherwise.
    """
    answers = _answers(asking)
    days = last_days(asking.read, asking.terms)
    today = asking.facts.requested_on.toordinal()
    near = {day.toordinal() + step for day in days for step in (0, 1)}
    ahead = sorted(day for day in near if day > today)
    after = tuple(_after(asking, answers, ahead[:_AHEAD]))
    if asking.base is not Outcome.APPROVE:
        first = _earliest(asking)
        back = sorted((day for day in near if first < day < today), reverse=True)
        yield from _before(asking, answers, [*back, first])
    yield from after


def _answers(asking: Asking) -> Answers:
    @cache
    def answer(day: int) -> Outcome | None:
        if day == asking.facts.requested_on.toordinal():
            return asking.base
        return asking.ask((REQUESTED, date.fromordinal(day)))

    return answer


def _earliest(asking: Asking) -> int:
    """Name the first day on which all that is known of the parcels had happened."""
    facts = asking.facts
    days = [facts.ordered_on, facts.last_delivered_on]
    for line in facts.lines:
        days += [line.fulfilled_on, line.delivered_on]
    known = [day for day in days if day is not None]
    return min(max(known), facts.requested_on).toordinal()


def _before(
    asking: Asking, answers: Answers, points: list[int]
) -> Iterator[Counterfactual]:
    today = asking.facts.requested_on.toordinal()
    for turn in turns(answers, today, points):
        if turn.outcome is Outcome.APPROVE:
            said = f"A request up to {_day(turn.first)} would have been approved."
            yield _found(asking, turn.first, turn.outcome, said)
            return


def _after(
    asking: Asking, answers: Answers, points: list[int]
) -> Iterator[Counterfactual]:
    today = asking.facts.requested_on.toordinal()
    for turn in turns(answers, today, points):
        better = turn.outcome is Outcome.APPROVE
        if better or asking.base is Outcome.APPROVE:
            said = f"From {_day(turn.first)} on, {_would(asking, turn.outcome)}."
            yield _found(asking, turn.first, turn.outcome, said)
            return


def _would(asking: Asking, outcome: Outcome) -> str:
    would = would_be(outcome)
    if not _is_limit(asking):
        return would
    limit = asking.verdict.decided_by.id
    return f"the limit `{limit}` would no longer be reached, and {would}"


def _is_limit(asking: Asking) -> bool:
    limits = {rule.id for rule in asking.terms.policy.limits}
    decided = asking.verdict.decided_by
    return decided.stratum is Stratum.CLAUSE and decided.id in limits


def _found(asking: Asking, day: int, outcome: Outcome, said: str) -> Counterfactual:
    to = date.fromordinal(day)
    change = Change(fact=REQUESTED, was=asking.facts.requested_on, to=to)
    kind = "limit" if _is_limit(asking) else "time"
    return asking.found(kind, said, outcome, change)


def _day(ordinal: int) -> str:
    return day_said(date.fromordinal(ordinal))
