"""Windows of days: where one starts, how it is counted and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

SATURDAY = 5
SUNDAY = 6

# The longest run of holidays and weekends that the packs' countries know (Christmas
# with a weekend, Golden Week). Where no calendar is known, nobody can tell for so many
# days after a window that may roll.
HOLIDAY_SLACK_DAYS = 9

_DAY = timedelta(days=1)


class CountFrom(Enum):
    """Which day is day one; disputed where a law and the law above it differ."""

    NEXT_DAY = "next_day"
    SAME_DAY = "same_day"
    DISPUTED = "disputed"


class EndRoll(Enum):
    """What happens when the last day is not a working day."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"
    HUMAN_IF_NONWORKING = "human_if_nonworking"


_NEXT_DAY, _DISPUTED = CountFrom.NEXT_DAY, CountFrom.DISPUTED
_NO_ROLL, _ROLLS = EndRoll.NONE, EndRoll.NEXT_WORKING_DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The days off of one place: some surely, some only for a part of it."""

    certain: frozenset[date] = frozenset()
    possible: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})

    def off(self, day: date, *, doubt: bool) -> bool:
        """Tell whether nobody works on `day`; with doubt a possible holiday counts."""
        if day.weekday() in self.weekend or day in self.certain:
            return True
        return doubt and day in self.possible

    def working_day(self, day: date, *, doubt: bool) -> date:
        """Find the first working day from `day` on."""
        while self.off(day, doubt=doubt):
            day += _DAY
        return day

    def count(self, day: date, days: int, *, doubt: bool) -> date:
        """Find the working day that is `days` working days after `day`."""
        for _ in range(days):
            day = self.working_day(day + _DAY, doubt=doubt)
        return day


WEEKENDS = Calendar()


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A counted period: `days` calendar days from an event, or as many business days.

    `working_days` of them at least are working days (EU Reg. 1182/71 art. 3(5)).
    """

    days: int
    count_from: CountFrom = _NEXT_DAY
    end_roll: EndRoll = _NO_ROLL
    business: bool = False
    working_days: int = 0

    def last_day(
        self, start: date, calendar: Calendar = WEEKENDS, *, doubt: bool = False
    ) -> date:
        """Name the last day before any roll (EU Reg. 1182/71 art. 3 for next_day).

        With doubt, possible holidays count and a disputed count is the longer one.
        """
        if self._day_one_counts(doubt):
            start -= _DAY
        if self.business:
            return calendar.count(start, self.days, doubt=doubt)
        last = start + timedelta(days=self.days)
        if self.working_days:
            last = max(last, calendar.count(start, self.working_days, doubt=doubt))
        return last

    def holds(
        self, start: date, day: date, calendar: Calendar | None = None
    ) -> bool | None:
        """Tell whether `day` lies within the period; None when nobody can tell.

        What is sure by the days that are off for certain is in; what only a possible
        holiday, or one that no calendar tells of, could add is not known.
        """
        # Most requests come well inside; the rest of the sum is not asked for then.
        if not self.business and day < start + timedelta(days=self.days):
            return True
        if day <= self.sure_end(start, calendar or WEEKENDS):
            return True
        return None if day <= self.possible_end(start, calendar) else False

    def sure_end(self, start: date, calendar: Calendar = WEEKENDS) -> date:
        """Name the day up to which the period surely runs."""
        last = self.last_day(start, calendar)
        if self.end_roll is _ROLLS and not self._disputed:
            return calendar.working_day(last, doubt=False)
        return last

    def possible_end(self, start: date, calendar: Calendar | None) -> date:
        """Name the day after which the period is surely over."""
        last = self.last_day(start, calendar or WEEKENDS, doubt=True)
        return self.latest_roll(last, calendar)

    def latest_roll(self, last: date, calendar: Calendar | None) -> date:
        """Name the latest day to which a last day may move."""
        if self.end_roll is not _NO_ROLL or self._disputed:
            last = (calendar or WEEKENDS).working_day(last, doubt=True)
        elif not self.business:
            return last
        slack = HOLIDAY_SLACK_DAYS if calendar is None else 0
        return last + timedelta(days=slack)

    def rolled(self, start: date, day: date, calendar: Calendar | None) -> bool:
        """Tell whether `day` comes after the last day, so that only a roll adds it."""
        if day < start + timedelta(days=self.days):
            return False
        return day > self.last_day(start, calendar or WEEKENDS)

    @property
    def _disputed(self) -> bool:
        return self.count_from is _DISPUTED

    def _day_one_counts(self, doubt: bool) -> bool:
        if self.count_from is _NEXT_DAY:
            return False
        return not (doubt and self._disputed)


def add_months(day: date, months: int) -> date:
    """Move by whole months; a day that does not exist becomes the month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        # Only a month of fewer than 31 days lacks a day, so December never comes here.
        return date(year, month + 2, 1) - _DAY
