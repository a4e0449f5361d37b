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
from plugin.policy.explaining.spans import Answers, stretch, turns
from plugin.policy.explaining.trace import Change, Counterfactual

# How many days ahead are tried at most; the calls left go to the days before.
_AHEAD = 12
# How far ahead an outcome is followed, with how many calls, and at how many days apart
# at most from each other.
_FURTHEST = 400
_CALLS = 120
_SAMPLES = 50


def by_time(asking: Asking) -> Iterator[Counterfactual]:
    """Find the nearest day before and after, on which the line would end better.

    Of an approval it is the first day on which it would end otherwise.
    """
    answers = _answers(asking)
    days = last_days(asking.read, asking.terms)
    today = asking.facts.requested_on.toordinal()
    near = {day.toordinal() + step for day in days for step in (0, 1)}
    after = tuple(_after(asking, answers, sorted(day for day in near if day > today)))
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
            first = _followed(asking, answers, turn.first, points[-1], points)
            last = _day(turn.first)
            when = f"up to {last}"
            if first > points[-1]:
                when = f"on {last}"
                if first < turn.first:
                    when = f"between {_day(first)} and {last}"
            said = f"A request {when} would have been approved."
            yield _found(asking, turn.first, turn.outcome, said)
            return


def _after(
    asking: Asking, answers: Answers, points: list[int]
) -> Iterator[Counterfactual]:
    today = asking.facts.requested_on.toordinal()
    for turn in turns(answers, today, points[:_AHEAD]):
        better = turn.outcome is Outcome.APPROVE
        if better or asking.base is Outcome.APPROVE:
            end = turn.first + _FURTHEST
            last = _followed(asking, answers, turn.first, end, points)
            when = f"From {_day(turn.first)} on"
            if last < end:
                when = f"On {_day(turn.first)}"
                if last > turn.first:
                    when = f"Between {_day(turn.first)} and {_day(last)}"
            said = f"{when}, {_would(asking, turn.outcome)}."
            yield _found(asking, turn.first, turn.outcome, said)
            return


def _followed(
    asking: Asking, answers: Answers, start: int, end: int, points: list[int]
) -> int:
    """Follow an outcome towards a day, over where it may turn and days in between."""
    left = asking.calls
    asking.calls = _CALLS
    away = 1 if end > start else -1
    step = away * -(-abs(end - start) // _SAMPLES)
    days = {*range(start, end, step or 1), end, *points}
    between = (day for day in days if 0 < (day - start) * away <= (end - start) * away)
    found = stretch(answers, start, sorted(between, reverse=away < 0))
    # What else is looked for has its own calls.
    asking.calls = left
    return found


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
