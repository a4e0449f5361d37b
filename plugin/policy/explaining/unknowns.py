"""What a policy's rules could not be told of a line, and how knowing it settles it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.decision import Outcome, Says, Stratum
from plugin.policy.explaining.asking import Asking, would_be
from plugin.policy.explaining.breakpoints import (
    fixed_days,
    lengths,
    thresholds,
    words_of,
)
from plugin.policy.explaining.changes import (
    DELIVERED,
    FULFILLED,
    INFORMED,
    LAST_DELIVERED,
)
from plugin.policy.explaining.phrases import name_said
from plugin.policy.explaining.spans import Answers, Span, days_said, numbers_said, spans
from plugin.policy.explaining.trace import Change, Counterfactual
from plugin.policy.known import Kind
from plugin.policy.provisions import Start
from plugin.policy.terms import Clock
from plugin.policy.windows import window_of

_EVENT = {
    DELIVERED: "day of delivery",
    FULFILLED: "day of dispatch",
    LAST_DELIVERED: "day on which the last parcel came",
    INFORMED: "day on which the customer got the contract's copy",
}
_DAY_OF = {
    "days_since_delivery": DELIVERED,
    "hours_since_delivery": DELIVERED,
    "days_since_fulfillment": FULFILLED,
    "hours_since_fulfillment": FULFILLED,
}
_DAY_OF_CLOCK = {Clock.DELIVERED: DELIVERED, Clock.FULFILLED: FULFILLED}
_MOST_WORDS = 6


def by_unknown(asking: Asking) -> Iterator[Counterfactual]:
    """Find each fact that is not known yet, and what each of its values would give."""
    if asking.base is not Outcome.REVIEW:
        return
    for fact in dict.fromkeys(_not_known(asking)):
        yield from _settled_by(asking, fact)


def _not_known(asking: Asking) -> Iterator[str]:
    """Name the facts that rules and windows could not read, as they can be changed."""
    line, facts, policy = asking.line, asking.facts, asking.terms.policy
    for found in asking.verdict.findings:
        if found.stratum is Stratum.CLAUSE and found.says is Says.CANNOT_TELL:
            names = (name for name, value in found.read if value is None)
            yield from (_DAY_OF.get(name, name) for name in names)
    for guard in (
        *(w.guard for w in policy.windows),
        *(s.guard for s in policy.seasons),
    ):
        names = (name for name in guard.reads if asking.read.values[name] is None)
        yield from (_DAY_OF.get(name, name) for name in names)
    window = window_of(policy, asking.read.values) or policy.window
    if asking.read.values.get(WINDOW, 0) is None and window.starts in _DAY_OF_CLOCK:
        yield _DAY_OF_CLOCK[window.starts]
    if line.delivered_on is None:
        yield DELIVERED
    elif facts.last_delivered_on is None:
        yield LAST_DELIVERED
    if facts.informed_on is None and _by_copy(asking):
        yield INFORMED
    if facts.awaiting_delivery is None:
        yield "awaiting_delivery"
    if line.note_tells_fault is None:
        yield "note_tells_fault"


def _by_copy(asking: Asking) -> bool:
    """Tell whether a law counts from the day on which the contract's copy came."""
    rights = (pack.change_of_mind for pack in asking.terms.packs if pack is not None)
    return any(right.starts is Start.CONTRACT_COPY_RECEIVED for right in rights)


def _settled_by(asking: Asking, fact: str) -> Iterator[Counterfactual]:
    if fact in _EVENT:
        return _by_day(asking, fact)
    if fact == "awaiting_delivery":
        return _by_words(asking, fact, {"all parcels have come": False})
    kind = known(fact).kind
    if kind is Kind.NUMBER:
        return _by_number(asking, fact)
    if kind is Kind.FLAG:
        said = known(fact).meaning.removeprefix("whether ")
        options = {f"it is known that {said}": True}
        options[f"it is known that it is not so that {said}"] = False
        return _by_words(asking, fact, options)
    return _by_words(asking, fact, _words(asking, fact, kind))


def _words(asking: Asking, fact: str, kind: Kind) -> dict[str, object]:
    """Give values to try: each word that rules name, and none of them."""
    name, words = name_said(fact), words_of(asking.terms.policy, fact)[:_MOST_WORDS]
    if kind is Kind.TEXT:
        return {f"it is known that {name} is `{word}`": word for word in words}
    contain = f"{name} {'contain' if name.endswith('s') else 'contains'}"
    named = {f"it is known that {contain} `{w}`": frozenset({w}) for w in words}
    none = f"it is known that {contain} none of {', '.join(words)}"
    return {**named, none: frozenset()}


def _by_words(
    asking: Asking, fact: str, options: Mapping[str, object]
) -> Iterator[Counterfactual]:
    for known_that, value in options.items():
        outcome = asking.telling((fact, value))
        if outcome is not None:
            yield _once(asking, known_that, outcome, fact, value)


def _by_number(asking: Asking, fact: str) -> Iterator[Counterfactual]:
    @cache
    def answer(number: int) -> Outcome | None:
        return asking.ask((fact, number))

    points = [n for n in thresholds(asking.terms.policy, fact) if n >= 0]
    for span in _telling(asking, answer, points):
        that = f"it is known that {name_said(fact)} are {numbers_said(span)}"
        yield _once(asking, that, span.outcome, fact, _nearest(span))


def _by_day(asking: Asking, fact: str) -> Iterator[Counterfactual]:
    @cache
    def answer(day: int) -> Outcome | None:
        return asking.ask((fact, date.fromordinal(day)))

    today = asking.facts.requested_on.toordinal()
    first = _earliest(asking, fact).toordinal()
    near = {today - n - step for n in lengths(asking.terms) for step in (0, 1)}
    fixed = fixed_days(asking.facts, asking.terms)
    near |= {day.toordinal() + step for day in fixed for step in (0, 1)}
    points = sorted({day for day in near if first < day < today} | {first, today})
    for span in _telling(asking, answer, points):
        days = days_said(span)
        that = f"the {_EVENT[fact]} is known"
        that = f"{that}, whichever it is" if days is None else f"{that} to be {days}"
        to = date.fromordinal(_nearest(span))
        yield _once(asking, that, span.outcome, fact, to)


def _once(
    asking: Asking, that: str, outcome: Outcome, fact: str, to: object
) -> Counterfactual:
    said = f"Once {that}, {would_be(outcome)}."
    return asking.found("unknown", said, outcome, Change(fact=fact, was=None, to=to))


def _earliest(asking: Asking, fact: str) -> date:
    facts, line = asking.facts, asking.line
    after = line.delivered_on if fact == LAST_DELIVERED else None
    if fact == DELIVERED:
        after = line.fulfilled_on
    return min(after or facts.ordered_on, facts.requested_on)


def _telling(asking: Asking, answers: Answers, points: list[int]) -> list[Span]:
    found = spans(answers, points)
    return [span for span in found if span.outcome is not asking.base]


def _nearest(span: Span) -> int:
    """Pick the value that is nearest to where the outcome turns."""
    return span.last if span.low is None else span.first
