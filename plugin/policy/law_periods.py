"""Whether a request came within the statutory period, or a longer one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from plugin.policy.days import Calendar, Span, add_months
from plugin.policy.decision import MEMORY, Sureness
from plugin.policy.facts import Facts, Line
from plugin.policy.provisions import ChangeOfMind, Extension, Start

INFORMED = "informed_of_right"

_LAST, _DOCUMENT = Start.LAST_ITEM_DELIVERED, Start.DELIVERY_OR_DOCUMENT_LATER
_COPY, _PURCHASE = Start.CONTRACT_COPY_RECEIVED, Start.PURCHASE
# Where each item has its own period, another item's parcel does not count.
_OF_ITEM = (Start.ITEM_DELIVERED, Start.DELIVERY_OR_CONTRACT_LATER, _DOCUMENT)
_NO_START = "the day on which the period began is not known"
_NOT_ALL = "whether everything has come is not known"
_NO_END = "a holiday or a disputed count may move the last day of the period"
# Delivery does not begin these.
_OF_CONTRACT = (_PURCHASE, _COPY)


class Reach(NamedTuple):
    """Whether the period holds the request (None: nobody can tell), and why."""

    inside: bool | None
    start: date | None
    why: str
    cites: str
    sure: Sureness | None = None


class _Period(NamedTuple):
    """A first period that is over, counted from the day things surely came."""

    facts: Facts
    right: ChangeOfMind
    span: Span
    calendar: Calendar | None
    start: date
    # The latest day on which the customer may have got what counts.
    got: date

    def held(self, span: Span, start: date) -> bool | None:
        """Tell whether another period holds the request."""
        return span.holds(start, self.facts.requested_on, self.calendar)

    def over(self) -> Reach:
        """Say that the first period is all there was."""
        why = f"the period of {self.span.days} days is over"
        return Reach(False, self.start, why, self.right.cites, self.right.ends)

    def sure(self, span: Span, start: date, gives: Sureness) -> Sureness:
        """Say how sure it is that another period holds the request."""
        day = self.facts.requested_on
        if self.right.rolls is not MEMORY:
            return gives
        return MEMORY if span.rolled(start, day, self.calendar) else gives

    def unknown(self, why: str, cites: str | None = None) -> Reach:
        """Say that nobody can tell."""
        return Reach(None, self.start, why, cites or self.right.cites)


def reach(
    facts: Facts, line: Line, right: ChangeOfMind, span: Span, calendar: Calendar | None
) -> Reach:
    """Tell whether the request came in time; a parcel still on its way counts."""
    awaiting = _awaiting(facts, line, right.starts)
    start = _start(facts, line, right.starts)
    if awaiting and right.before_delivery:
        why = "the goods have not all come"
        return Reach(True, start, why, right.cites, right.gives_before_delivery)
    day = facts.requested_on
    inside = span.holds(start, day, calendar) if start else None
    if start and inside:
        why, sure = "within the statutory period", right.gives
        if right.rolls is not sure and span.rolled(start, day, calendar):
            sure = right.rolls
        return Reach(True, start, why, right.cites, sure)
    if start is None:
        return Reach(None, start, _NO_START, right.cites)
    if inside is None or awaiting is not False:
        why = _NO_END if inside is None else _NOT_ALL
        return Reach(None, start, why, right.cites)
    got = _possessed(facts, line, right.starts, start)
    return _later(_Period(facts, right, span, calendar, start, got))


def told_in_time(facts: Facts) -> bool:
    """Tell whether the customer was told of the right by the time of the order."""
    return facts.informed_on is None or facts.informed_on <= facts.ordered_on


def _awaiting(facts: Facts, line: Line, starts: Start) -> bool | None:
    own = starts in _OF_ITEM and line.delivered_on is not None
    return False if own or starts in _OF_CONTRACT else facts.awaiting_delivery


def _start(facts: Facts, line: Line, starts: Start) -> date | None:
    if starts is _LAST:
        return facts.last_delivered_on
    if starts is _COPY:
        # No copy can come before the contract.
        return facts.informed_on or facts.ordered_on
    if starts is _PURCHASE:
        return facts.ordered_on
    document = starts is _DOCUMENT
    if document and facts.informed_on and line.delivered_on:
        return max(facts.informed_on, line.delivered_on)
    return line.delivered_on


def _possessed(facts: Facts, line: Line, starts: Start, start: date) -> date:
    if starts in _OF_CONTRACT:
        return start
    counted = (line,) if starts in _OF_ITEM else facts.lines
    return max((start, *(each.possessed_by or start for each in counted)))


def _later(period: _Period) -> Reach:
    """Look beyond the first period: got later than thought, or not informed."""
    late = period.got > period.start
    if late and period.held(period.span, period.got) is not False:
        return period.unknown("the day on which the customer got it is not known")
    found = _extended(period)
    by_copy = period.right.starts is _COPY
    if found.inside is False and by_copy:
        return _by_copy(period) or found
    return found


def _by_copy(period: _Period) -> Reach | None:
    """Say that nobody can tell, where the contract's copy may have come late."""
    came, longer = period.facts.informed_on, period.right.not_informed
    if came is None:
        return period.unknown("the day on which the copy of the contract came is open")
    if longer is None or longer.copy_days is None or longer.from_order is None:
        return None
    ordered = period.facts.ordered_on
    in_time = came <= ordered + timedelta(days=longer.copy_days)
    if in_time or period.held(longer.from_order, ordered) is False:
        return None
    why = "the copy of the contract came late, and the days run from the order"
    return period.unknown(why, longer.cites)


def _extended(period: _Period) -> Reach:
    longer, facts = period.right.not_informed, period.facts
    if longer is None:
        return period.over()
    missing = longer.needs - facts.practice
    told = facts.informed_on
    if told is None or INFORMED not in longer.needs:
        pass
    elif told > facts.requested_on:
        missing |= {INFORMED}
    else:
        restarted = _restarted(period, longer, told)
        if restarted is not None:
            return restarted
        missing -= {INFORMED}
    return _not_informed(period, longer, missing) if missing else period.over()


def _restarted(period: _Period, longer: Extension, told: date) -> Reach | None:
    """Tell whether the period that began with a late information still runs."""
    span = longer.restart or period.span
    inside = period.held(span, told)
    if told <= period.start or inside is False:
        return None
    # Told when the goods had come, and while the longer period surely ran.
    if inside and told > period.got and _runs(period, longer, period.start, told):
        why = "within the period that began with the information"
        sure = period.sure(span, told, longer.gives)
        return Reach(True, told, why, longer.cites, sure)
    return period.unknown(_NO_END, longer.cites)


def _not_informed(period: _Period, longer: Extension, missing: frozenset[str]) -> Reach:
    day = period.facts.requested_on
    if _runs(period, longer, period.got, day) is False:
        why = "even the longer period is over"
        cites = period.right.cites
        return Reach(False, period.start, why, cites, longer.ends)
    lacking = missing & period.facts.lacking
    if lacking and _runs(period, longer, period.start, day):
        why = f"the longer period runs without {', '.join(sorted(lacking))}"
        sure = longer.gives
        if longer.whole is not None:
            sure = period.sure(longer.whole, period.start, sure)
        return Reach(True, period.start, why, longer.cites, sure)
    names = ", ".join(sorted(missing))
    why = f"the period may be longer: not confirmed that {names}"
    return period.unknown(why, longer.cites)


def _runs(period: _Period, longer: Extension, start: date, day: date) -> bool | None:
    """Tell whether the longer period holds a day; None when nobody can tell."""
    if longer.endless:
        return True
    if longer.whole is not None:
        return longer.whole.holds(start, day, period.calendar)
    if longer.months is None:
        return None
    span, calendar = period.span, period.calendar
    if day <= add_months(span.last_day(start), longer.months):
        return True
    # Both ends may have moved, and there is one period more for a customer who was
    # informed on the very last day.
    first = span.possible_end(start, calendar)
    end = span.latest_roll(add_months(first, longer.months), calendar)
    last = (longer.restart or span).holds(end, day, calendar)
    return False if last is False else None
