"""A policy's rules in plain words: what one asks for, waits for, and says."""

from __future__ import annotations

from datetime import date, timedelta

from plugin.policy.clauses import Clause, Evidence
from plugin.policy.compiling import Values
from plugin.policy.explaining.phrases import condition_said, currency_of, day_said
from plugin.policy.facts import Facts, Line
from plugin.policy.reading import known_values
from plugin.policy.terms import Clock, Policy, Window
from plugin.policy.windows import window_end, window_of, window_start

_STARTS = {
    Clock.DELIVERED: "delivery",
    Clock.FULFILLED: "dispatch",
    Clock.ORDERED: "the order",
}


class LineReading:
    """One line with its policy and the values that the policy's rules read."""

    __slots__ = ("currency", "facts", "line", "policy", "rules", "values")

    def __init__(self, facts: Facts, line: Line, policy: Policy) -> None:
        """Read the line once, as the engine does."""
        self.facts = facts
        self.line = line
        self.policy = policy
        self.values: Values = known_values(facts, line, policy)
        self.currency = currency_of(facts, line)
        self.rules = {rule.id: rule for rule in (*policy.limits, *policy.clauses)}

    def window_end(self) -> date | None:
        """Name the last day of the item's window; None when not known."""
        return window_end(self.facts, self.line, self.policy, self.values)


def rule_asks(rule: Clause, read: LineReading) -> str:
    """Say a rule's condition, and what the customer has to show for it."""
    said = condition_said(rule.when, read.currency)
    if not rule.evidence:
        return said
    shown = ", ".join(f"at least {pieces_said(item)}" for item in rule.evidence)
    return f"{said}; and the customer showed {shown}"


def rule_waits(rule: Clause, read: LineReading) -> str:
    """Say what the customer is still asked for, and until when."""
    missing = (item for item in rule.evidence if not is_shown(item, read.values))
    return f"the customer is asked for {', '.join(_asked(i, read) for i in missing)}"


def is_shown(item: Evidence, values: Values) -> bool:
    """Tell whether enough pieces of one kind were handed in."""
    count = values[item.fact]
    return isinstance(count, int) and count >= item.at_least


def _asked(item: Evidence, read: LineReading) -> str:
    if item.within_days is None:
        return pieces_said(item)
    until = read.facts.requested_on + timedelta(days=item.within_days)
    return f"{pieces_said(item)} by {day_said(until)}"


def pieces_said(item: Evidence) -> str:
    """Say how many pieces of which kind are asked for."""
    name = item.fact if item.at_least > 1 else item.fact.removesuffix("s")
    return f"{item.at_least} {name}"


def rule_says(rule: Clause, read: LineReading) -> str | None:
    """Give a rule's own words with its window filled in, in English where it can."""
    texts = dict(rule.texts)
    text = texts.get("en") or next(iter(texts.values()), None)
    if text is None or "{" not in text:
        return text
    for mark, said in _window_marks(read).items():
        text = text.replace(f"{{{mark}}}", said)
    return text


def _window_marks(read: LineReading) -> dict[str, str]:
    window = window_of(read.policy, read.values) or read.policy.window
    start = window_start(read.facts, read.line, window)
    end = read.window_end()
    days = _days(window, start, end)
    last = "its last day" if end is None else day_said(end)
    hours = window.hours if days is None or window.hours else days * 24
    return {
        "window_days": last if days is None else str(days),
        "window_hours": last if hours is None else str(hours),
        "window_end": last,
        "window_start": _STARTS[window.starts],
    }


def _days(window: Window, start: date | None, end: date | None) -> int | None:
    if window.days is not None:
        return window.days
    if window.hours is not None:
        return -(-window.hours // 24)
    return None if start is None or end is None else (end - start).days
