"""Windows in words: what fills a clause's placeholders for one item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from plugin.policy.facts import Facts, Line
from plugin.policy.reading import known_values
from plugin.policy.terms import Policy, Window
from plugin.policy.windows import window_end, window_of, window_start
from plugin.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The window of one item, with its first and last day where they are known."""

    window: Window
    start: date | None
    end: date | None

    @property
    def days(self) -> int | None:
        """How many days the window has of its own; hours count as begun days."""
        if self.window.days is not None:
            return self.window.days
        if self.window.hours is not None:
            return -(-self.window.hours // 24)
        if self.start is None or self.end is None:
            return None
        days = (self.end - self.start).days
        # A last day before the start leaves no days to speak of.
        return days if days >= 0 else None

    @property
    def moved(self) -> bool:
        """Whether the last day is another than the window's own length gives."""
        if self.window.until is not None or self.start is None or self.end is None:
            return self.end is not None
        return self.end != self.start + timedelta(days=self.days or 0)


def period_of(facts: Facts, line: Line, policy: Policy) -> Period:
    """Find the window of an item and its days."""
    values = known_values(facts, line, policy)
    window = window_of(policy, values) or policy.window
    return Period(
        window=window,
        start=window_start(facts, line, window),
        end=window_end(facts, line, policy, values),
    )


def window_marks(
    facts: Facts, line: Line, policy: Policy, words: Words
) -> dict[str, str]:
    """Fill in what a clause may say of the window, in the language of the clause."""
    period = period_of(facts, line, policy)
    start = words.sentences[f"starts.{period.window.starts.value}"]
    end = _end(period, start, words)
    days, hours = period.days, period.window.hours
    if hours is None and days is not None:
        hours = days * 24
    return {
        "window_days": end if days is None else str(days),
        "window_hours": end if hours is None else str(hours),
        "window_end": end,
        "window_start": start,
    }


def _end(period: Period, start: str, words: Words) -> str:
    """Write the last day out, or how it is counted where it is not known."""
    if period.end is not None:
        return words.day(period.end)
    if period.window.hours is not None:
        return words.say("window_hours", hours=str(period.window.hours), start=start)
    return words.say("window_days", days=str(period.days or 0), start=start)
