"""Refusals and windows that fall short of the law, shown with a request."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.catalogue import WINDOW
from plugin.policy.counting import counted
from plugin.policy.facts import Facts
from plugin.policy.linting.example import shown
from plugin.policy.linting.lawyer import FAULTS, MIND, WAIT, WAY, Lawyer
from plugin.policy.linting.remark import Remark, Severity
from plugin.policy.linting.rules import Verdicts
from plugin.policy.linting.study import Rule
from plugin.policy.reading import known_values
from plugin.policy.terms import Clock, Policy, Window

_COUNTED = {
    Clock.ORDERED: {"days_since_order", "hours_since_order"},
    Clock.FULFILLED: {"days_since_fulfillment", "hours_since_fulfillment"},
}
_FAULT_DAYS = (0, 7, 14, 30, 60, 90, 180, 365)


def below_law(verdicts: Verdicts, lawyer: Lawyer) -> Iterator[Remark]:
    """Point out refusals that the law of some place turns into approvals."""
    for rule in verdicts.deciding:
        if rule.refuses:
            yield from _overruled(rule, lawyer, MIND, tuple(lawyer.days), "")
            yield from _overruled(rule, lawyer, FAULTS, _FAULT_DAYS, "faulty ")


def short_windows(lawyer: Lawyer) -> Iterator[Remark]:
    """Point out windows that end before the law's own period does."""
    policy = lawyer.study.policy
    if not policy.plan.needs_window:
        return
    named = [("window", policy.window)]
    named += [(f"windows.{n}", rule.window) for n, rule in enumerate(policy.windows)]
    for where, window in named:
        found: dict[tuple[int, ...], list[str]] = {}
        for place in lawyer.packs:
            days = tuple(d for d in lawyer.days if _ended(lawyer, window, place, d))
            found.setdefault(days, []).append(place)
        for days, places in found.items():
            if days:
                yield _short(where, window, days, places)


def _ended(lawyer: Lawyer, window: Window, place: str, day: int) -> bool:
    # A window up to a given day does not hang on the delivery.
    over = window.until is None and lawyer.past_window(window, day) > 0
    return over and lawyer.entitled(place, day, "unwanted")


def _overruled(
    rule: Rule,
    lawyer: Lawyer,
    reasons: tuple[str, ...],
    days: tuple[int, ...],
    what: str,
) -> Iterator[Remark]:
    """Group the places in which a rule is overruled on the same days."""
    found: dict[tuple[int, ...], tuple[list[str], Facts]] = {}
    for place in lawyer.packs:
        refused = {
            day: facts
            for day in days
            if any(lawyer.entitled(place, day, reason) for reason in reasons)
            and (facts := lawyer.refused(rule, place, day, reasons))
        }
        if refused:
            first = next(iter(refused.values()))
            found.setdefault(tuple(refused), ([], first))[0].append(place)
    for on, (places, facts) in found.items():
        yield _below(rule, lawyer, what, on, places, facts)


def _below(
    rule: Rule,
    lawyer: Lawyer,
    what: str,
    days: tuple[int, ...],
    places: list[str],
    facts: Facts,
) -> Remark:
    """Say on which days a refusal gives way to the law, with the first as example."""
    policy, line = lawyer.study.policy, facts.lines[0]
    read = known_values(facts, line, policy)
    values = {
        **{name: read[name] for name in rule.clause.reads},
        **{"days_since_delivery": days[0], "reason": line.reason},
        "country": places[0],
    }
    return Remark(
        kind="below_law",
        severity=Severity.WARNING,
        where=rule.where,
        message=(
            f"Refusals of {what}items by `{rule.clause.id}` {_when(what, days)} after"
            f" the delivery will be approved by law in"
            f" {', '.join(places)}{_supposed(_starts(rule, policy))}."
        ),
        example=shown(values),
        fix="Let the clause leave these requests out, as they are approved anyway.",
    )


def _starts(rule: Rule, policy: Policy) -> set[Clock]:
    """Name the days that a rule counts from, itself or by the windows."""
    reads = rule.clause.reads
    found = {clock for clock, names in _COUNTED.items() if names & set(reads)}
    if WINDOW in reads:
        windows = (policy.window, *(one.window for one in policy.windows))
        found |= {window.starts for window in windows if window.until is None}
    return found


def _supposed(starts: set[Clock]) -> str:
    """Say how long a parcel is taken to have been on its way, where that counts."""
    if Clock.ORDERED in starts:
        return f", if it comes {WAY + WAIT} days after the order"
    if Clock.FULFILLED in starts:
        return f", if it comes {WAY} days after it left"
    return ""


def _when(what: str, days: tuple[int, ...]) -> str:
    # For faulty items not every day was tried.
    return f"on day {days[0]} as on day {days[-1]}" if what else said_days(days)


def _short(
    where: str, window: Window, days: tuple[int, ...], places: list[str]
) -> Remark:
    longer = counted(days[-1] - days[0] + 1, "days")
    return Remark(
        kind="below_law",
        severity=Severity.HINT,
        where=where,
        message=(
            f"The window is over while the law still gives a return in"
            f" {', '.join(places)}: {said_days(days)} after the"
            f" delivery{_supposed({window.starts})}."
        ),
        example=shown({"days_since_delivery": days[0], "country": places[0]}),
        fix=f"Make the window {longer} longer for these places.",
    )


def said_days(days: tuple[int, ...]) -> str:
    """Say days as runs: `on days 11 to 14`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [f"{run[0]} to {run[-1]}" if run[1:] else str(run[0]) for run in runs]
    return f"on day{'s' if days[1:] else ''} {', '.join(said)}"
