"""Windows of days: where one starts, how it is counted and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

SATURDAY = 5

# The longest run of holidays and weekends that the packs' countries know (Christmas
# with a weekend, Golden Week). Holidays are not listed yet, so this many days after
# a window that may roll nobody can tell without a calendar.
HOLIDAY_SLACK_DAYS = 9


class CountFrom(Enum):
    """Which day is day one."""

    NEXT_DAY = "next_day"
    SAME_DAY = "same_day"


class EndRoll(Enum):
    """What happens when the last day is not a working day."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"
    HUMAN_IF_NONWORKING = "human_if_nonworking"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A counted period; `days` calendar days from an event."""

    days: int
    count_from: CountFrom = CountFrom.NEXT_DAY
    end_roll: EndRoll = EndRoll.NONE

    def last_day(self, start: date) -> date:
        """Name the last day before any roll (EU Reg. 1182/71 art. 3 for next_day)."""
        extra = 0 if self.count_from is CountFrom.NEXT_DAY else -1
        return start + timedelta(days=self.days + extra)

    def holds(self, start: date, day: date) -> bool | None:
        """Tell whether `day` lies within the period; None when nobody can tell.

        Weekends roll exactly; a public holiday could move the end further, so the
        days right after the end of a rolling period are not known either way.
        """
        last = self.last_day(start)
        if day <= last:
            return True
        if self.end_roll is EndRoll.NONE:
            return False
        if self.end_roll is EndRoll.NEXT_WORKING_DAY and day <= _weekday_from(last):
            return True
        return None if self._may_roll(last, day) else False

    def _may_roll(self, last: date, day: date) -> bool:
        return day <= _weekday_from(last) + timedelta(days=HOLIDAY_SLACK_DAYS)


def _weekday_from(day: date) -> date:
    """Find the first day from `day` on that is not a Saturday or Sunday."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def add_months(day: date, months: int) -> date:
    """Move by whole months; a day that does not exist becomes the month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(day.year + year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
