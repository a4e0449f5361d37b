"""The work: nothing stranded, nobody forgotten, no promise without its answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from plugin.archive.scope import Across, across
from plugin.archive.standing import Pile, Standing, standing
from plugin.doctor.finding import Finding, fail, fine, warn
from plugin.policy.counting import counted
from plugin.privacy import DAYS_TO_DO

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
WORKER_SECONDS = 60.0
# The tries of a story take eight hours; what is older than that is stuck.
STORY_SECONDS = 9 * HOUR


def examine_work(engine: sa.Engine, now: datetime) -> Iterator[Finding]:
    """Look at everything that waits."""
    with across(engine, Across.COMMANDS).connect() as db:
        state = standing(db, now)
    yield _worker(state, now)
    for check, pile, longest, what, do in _piles(state):
        yield _pile(check, pile, now, longest, (what, do))
    yield _people(state, now)
    yield _requests(state, now)
    if state.asleep.count:
        says = f"{state.asleep.count} stories wait until a merchant opens the app"
        yield warn("asleep", says, "see in `evenhand shops` which shops' tokens died")


def _worker(state: Standing, now: datetime) -> Finding:
    seen = state.worker_seen
    age = None if seen is None else (now - seen).total_seconds()
    if age is not None and age <= WORKER_SECONDS:
        return fine("worker", f"one was seen {max(age, 0):.0f} s ago")
    says = "none was ever seen" if age is None else f"none was seen for {span(age)}"
    do = "run `evenhand worker`, or `evenhand serve` with work inline"
    busy = state.events.count or state.undecided.count
    return (fail if busy else warn)("worker", says, do)


def _piles(state: Standing) -> Iterator[tuple[str, Pile, float, str, str]]:
    log = "read the log for `pump_failed`, `worker_failed` or `story_stopped`"
    yield "inbox", state.events, MINUTE, "events not handed over", log
    yield "stories", state.undecided, STORY_SECONDS, "stories not finished", log
    yield "answers", state.unanswered, STORY_SECONDS, "cases decided, not answered", log
    code = "see whether the shop's token works; it is taken back once it does"
    yield "codes", state.codes, 0.0, "live codes beside no answer", code


def _pile(
    check: str, pile: Pile, now: datetime, longest: float, words: tuple[str, str]
) -> Finding:
    what, do = words
    if not pile.count:
        return fine(check, f"no {what}")
    says = f"{pile.count} {what}, the oldest for {span(pile.age(now))}"
    return fail(check, says, do) if pile.age(now) > longest else fine(check, says)


def _people(state: Standing, now: datetime) -> Finding:
    age = state.people.age(now)
    waiting = state.people.count
    verb = "waits" if waiting == 1 else "wait"
    says = f"{counted(waiting, 'cases')} {verb} for a person"
    if age <= 7 * DAY:
        return fine("people", says)
    says = f"{says}, the oldest for {span(age)}"
    return warn("people", says, "tell the shops: customers are waiting")


def _requests(state: Standing, now: datetime) -> Finding:
    """Look at what is asked by law: it must be done within thirty days."""
    age = state.requests.age(now)
    if not state.requests.count:
        return fine("privacy", "no request by law is open")
    left = (DAYS_TO_DO - timedelta(seconds=age)).total_seconds()
    count = state.requests.count
    verb = "is" if count == 1 else "are"
    open_ = f"{counted(count, 'requests')} by law {verb} open"
    said = f"{open_}, the oldest for {span(age)}"
    do = "see `evenhand privacy`, and the log for `story_failed` with `not_yet`"
    if left > 20 * DAY:
        return fine("privacy", said)
    level = warn if left > 5 * DAY else fail
    return level("privacy", f"{said}; it is due after 30 days", do)


def span(seconds: float) -> str:
    """Say a time in the unit that fits."""
    for unit, length in (("days", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
