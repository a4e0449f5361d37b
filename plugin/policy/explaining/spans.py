"""Walking along the values of a fact: where an outcome turns, exactly.

Days are walked as numbers (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from plugin.policy.decision import Outcome
from plugin.policy.explaining.phrases import day_said

# The outcome for a value; None when it cannot be asked.
Answers = Callable[[int], Outcome | None]


class Turn(NamedTuple):
    """A place where the outcome changes: the last value with one, the first after."""

    last: int
    first: int
    outcome: Outcome


class Span(NamedTuple):
    """A run of values with one outcome; `low` or `high` is None where it is open."""

    first: int
    last: int
    outcome: Outcome
    low: int | None
    high: int | None


def turns(answers: Answers, start: int, points: Iterable[int]) -> Iterator[Turn]:
    """Walk from a value over others, and give each place where the outcome changes.

    Between two points one change at most is looked for, to the exact value.
    """
    at, outcome = start, answers(start)
    for point in points:
        found = answers(point)
        if found is None or outcome is None:
            return
        if found is not outcome:
            turn = _exact(answers, at, point, outcome)
            if turn is None:
                return
            yield turn
        at, outcome = point, found


def _exact(answers: Answers, near: int, far: int, was: Outcome) -> Turn | None:
    """Halve the way between two values until they are neighbours."""
    outcome = answers(far)
    while outcome is not None and abs(far - near) > 1:
        middle = (near + far) // 2
        found = answers(middle)
        if found is was:
            near = middle
        else:
            far, outcome = middle, found
    return None if outcome is None else Turn(near, far, outcome)


def stretch(answers: Answers, start: int, points: Iterable[int]) -> int:
    """Follow one outcome from a value over others, and give the last that has it.

    Where no answer can be had any more, it is the last that was asked.
    """
    outcome, at = answers(start), start
    for point in points:
        found = answers(point)
        if found is None or outcome is None:
            return at
        if found is not outcome:
            turn = _exact(answers, at, point, outcome)
            return at if turn is None else turn.last
        at = point
    return at


def spans(answers: Answers, points: list[int]) -> list[Span]:
    """Split what lies between the first and the last point by outcome."""
    outcome = answers(points[0]) if points else None
    if outcome is None:
        return []
    first, low, found = points[0], None, list[Span]()
    for turn in turns(answers, points[0], points[1:]):
        found.append(Span(first, turn.last, outcome, low, turn.last))
        first, low, outcome = turn.first, turn.first, turn.outcome
    return [*found, Span(first, points[-1], outcome, low, None)]


def numbers_said(span: Span) -> str:
    """Say which numbers a run holds."""
    if span.low is not None and span.high is not None:
        return f"from {span.low} to {span.high}"
    if span.low is not None:
        return f"at least {span.low}"
    return "any number" if span.high is None else f"at most {span.high}"


def days_said(span: Span) -> str | None:
    """Say which days a run holds; None when it holds all that can be."""
    low = None if span.low is None else day_said(date.fromordinal(span.low))
    high = None if span.high is None else day_said(date.fromordinal(span.high))
    if low is not None and high is not None:
        return f"from {low} to {high}"
    if low is not None:
        return f"{low} or later"
    return None if high is None else f"{high} or before"
