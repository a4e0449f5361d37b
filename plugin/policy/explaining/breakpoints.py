"""Where an outcome may turn: the days and numbers that policy and law name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from plugin.policy.catalogue import WINDOW
from plugin.policy.conditions import Condition, Not, Test
from plugin.policy.days import HOLIDAY_SLACK_DAYS, Calendar, Span, add_months
from plugin.policy.explaining.rule_words import LineReading
from plugin.policy.facts import Facts, Past
from plugin.policy.provisions import ChangeOfMind, LawPack, Start
from plugin.policy.terms import Clock, Policy, Terms, Window

_DAY = timedelta(days=1)
_SINCE = {
    "days_since_delivery": Clock.DELIVERED,
    "days_since_fulfillment": Clock.FULFILLED,
    "days_since_order": Clock.ORDERED,
    "hours_since_delivery": Clock.DELIVERED,
    "hours_since_fulfillment": Clock.FULFILLED,
    "hours_since_order": Clock.ORDERED,
}
_OF_CONTRACT = (Start.PURCHASE, Start.CONTRACT_COPY_RECEIVED)


def tests_of(condition: Condition) -> Iterator[Test]:
    """Give every comparison in a condition."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    else:
        for part in condition.parts:
            yield from tests_of(part)


def policy_tests(policy: Policy) -> tuple[Test, ...]:
    """Give every comparison that bears on a decision: of rules, windows, seasons."""
    conditions = [rule.when for rule in (*policy.limits, *policy.clauses)]
    conditions += [rule.guard.when for rule in policy.windows]
    conditions += [season.guard.when for season in policy.seasons]
    return tuple(test for each in conditions for test in tests_of(each))


def thresholds(policy: Policy, fact: str) -> list[int]:
    """List the numbers that a fact is compared with, each with its neighbours."""
    tests = (test for test in policy_tests(policy) if test.fact == fact)
    named = (test.value for test in tests if isinstance(test.value, int))
    return sorted({number + step for number in named for step in (-1, 0, 1)})


def words_of(policy: Policy, fact: str) -> list[str]:
    """List the words that a fact is compared with."""
    found: set[str] = set()
    for test in policy_tests(policy):
        if test.fact == fact and isinstance(test.value, (str, frozenset)):
            found |= {test.value} if isinstance(test.value, str) else test.value
    return sorted(found)


def lengths(terms: Terms) -> list[int]:
    """List the numbers of days after which policy or law may say something else."""
    found = {days for _start, days in _policy_lengths(terms.policy)}
    for pack in terms.packs:
        found.update(_law_days(pack) if pack else ())
    return sorted(days for days in found if days >= 0)


def _policy_lengths(policy: Policy) -> Iterator[tuple[Clock, int]]:
    """Give each length with the event it is counted from."""
    added = {season.add_days for season in policy.seasons}
    more = {0, sum(added), *added, *thresholds(policy, WINDOW)}
    for window in (policy.window, *(rule.window for rule in policy.windows)):
        own = _window_days(window)
        if own is not None:
            yield from ((window.starts, own + days) for days in more)
    for name, clock in _SINCE.items():
        hours = 24 if name.startswith("hours") else 1
        yield from ((clock, n // hours) for n in thresholds(policy, name))


def _window_days(window: Window) -> int | None:
    return window.days if window.hours is None else -(-window.hours // 24)


def _law_days(pack: LawPack) -> Iterator[int]:
    right, fault, longer = (
        pack.change_of_mind,
        pack.fault,
        pack.change_of_mind.not_informed,
    )
    spans = [right.span, *((longer.whole, longer.restart) if longer else ())]
    for span in (span for span in spans if span is not None):
        yield from (span.days, span.days + HOLIDAY_SLACK_DAYS)
    months = (fault.burden_on_trader_months, fault.guarantee_months)
    yield from (number * 365 // 12 for number in months if number is not None)
    if longer is not None and longer.months is not None:
        first = right.span.days if right.span else 0
        yield first + longer.months * 365 // 12
    plain = (fault.reject_days, fault.prompt_days)
    yield from (number for number in plain if number is not None)


def last_days(read: LineReading, terms: Terms) -> set[date]:
    """Name the days after which a request may be answered otherwise.

    They are where to look, not what is found there: the engine is asked.
    """
    found = set(_policy_ends(read, terms.policy))
    calendars = terms.calendars or (None,) * len(terms.packs)
    for pack, calendar in zip(terms.packs, calendars, strict=True):
        if pack is not None:
            found.update(_right_ends(read, pack.change_of_mind, calendar))
            found.update(_fault_ends(read, pack))
    return found | set(_dropped(read)) | fixed_days(read.facts, terms)


def fixed_days(facts: Facts, terms: Terms) -> set[date]:
    """Name the days that law counts from the order, whenever goods or news came."""
    # Goods that were ordered today are not late.
    found = {facts.ordered_on}
    for pack in (pack for pack in terms.packs if pack is not None):
        late, longer = pack.late_delivery, pack.change_of_mind.not_informed
        days = [late.after_days if late else None]
        days += [longer.copy_days if longer else None]
        counted = (number for number in days if number is not None)
        found |= {facts.ordered_on + timedelta(days=number) for number in counted}
    return found | ({facts.promised_on} if facts.promised_on else set())


def _policy_ends(read: LineReading, policy: Policy) -> Iterator[date]:
    starts = {
        Clock.DELIVERED: read.line.delivered_on,
        Clock.FULFILLED: read.line.fulfilled_on,
        Clock.ORDERED: read.facts.ordered_on,
    }
    for clock, days in _policy_lengths(policy):
        start = starts[clock]
        if start is not None:
            yield start + timedelta(days=days)
    ends = [read.window_end(), *_untils(policy)]
    for end in (end for end in ends if end is not None):
        yield from (end + timedelta(days=n) for n in (0, *thresholds(policy, WINDOW)))


def _untils(policy: Policy) -> Iterator[date]:
    windows = [policy.window, *(rule.window for rule in policy.windows)]
    yield from (window.until for window in windows if window.until is not None)
    for season in policy.seasons:
        if isinstance(season.until, date):
            yield season.until


def _right_ends(
    read: LineReading, right: ChangeOfMind, calendar: Calendar | None
) -> Iterator[date]:
    """Give the ends of the first period and of the longer ones."""
    span, longer = right.span, right.not_informed
    if span is None:
        return
    for start in _starts(read, right):
        yield from _span_ends(span, start, calendar)
        if longer is not None and longer.months is not None:
            end = add_months(span.last_day(start), longer.months)
            yield end
            yield from _span_ends(longer.restart or span, end, calendar)
        if longer is not None and longer.whole is not None:
            yield from _span_ends(longer.whole, start, calendar)
    if longer is not None and longer.from_order is not None:
        yield from _span_ends(longer.from_order, read.facts.ordered_on, calendar)


def _starts(read: LineReading, right: ChangeOfMind) -> set[date]:
    line, facts = read.line, read.facts
    days = [line.delivered_on, facts.last_delivered_on]
    days += [line.possessed_by, facts.informed_on]
    if right.starts in _OF_CONTRACT:
        days = [facts.ordered_on, facts.informed_on]
    return {day for day in days if day is not None}


def _fault_ends(read: LineReading, pack: LawPack) -> Iterator[date]:
    fault, start = pack.fault, read.line.delivered_on or read.facts.last_delivered_on
    if start is None:
        return
    months = (fault.burden_on_trader_months, fault.guarantee_months)
    yield from (add_months(start, number) for number in months if number is not None)
    repaired = read.line.repair_days or 0
    days = (fault.reject_days, fault.prompt_days)
    plain = (number + repaired for number in days if number is not None)
    yield from (start + timedelta(days=number) for number in plain)


def _span_ends(span: Span, start: date, calendar: Calendar | None) -> Iterator[date]:
    yield span.sure_end(start, calendar) if calendar else span.sure_end(start)
    yield span.possible_end(start, calendar)


def _dropped(read: LineReading) -> Iterator[date]:
    """Name the last day on which a past return or offer still counts, or not yet."""
    facts = read.facts
    past: tuple[Past, ...] = (
        *(facts.returns_before or ()),
        *(facts.offers_before or ()),
    )
    spans = {
        int(name.split("_")[3])
        for name in read.values
        if name.startswith("customer_") and name.endswith("_days")
    }
    for one in past:
        yield one.on - _DAY
        yield from (one.on + timedelta(days=span) - _DAY for span in spans)
