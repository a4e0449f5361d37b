"""One try at a story: how a step ends, in a word, and when to try again.

A shop whose budget is used up is no failure: its story comes again when the budget
has filled up, and the schedule of tries stays where it is. Nor is a shop that nobody
can enter: its stories sleep until the merchant opens the app, and then come at once.
In a shop that left nobody would wake them, so that they end.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

import structlog

from plugin.casework.record import SHOP_LEFT
from plugin.ports import (
    NoAccess,
    NotThere,
    PlatformError,
    Services,
    StaleCase,
    Throttled,
)
from plugin.privacy import NotYet
from plugin.tally import count

# Seconds between tries, from 2 s to an hour, about eight hours in all; then a person.
PAUSES: Sequence[float] = (2, 5, 15, 30, 60, 120, 300, 600, 1800, *[3600] * 7)
# What is tried for ever is tried once a day after those.
DAY = 86400.0
RETRY = "retry:"
FOR_GOOD = "failed:"
# Followed by the seconds until the story comes again.
BUSY = "busy:"
# A busy shop's stories come again at moments of their own, at most two minutes later.
SOONEST = 1.0
LATEST = 60.0
# For so long, as long as the schedule lasts; then the shop is in trouble, not busy.
BUSY_SECONDS = sum(PAUSES)
NOT_THERE = RETRY + NotThere.code
# Whoever opens the app wakes what sleeps; in between it looks by itself, ever less.
AWAY = "away:no_access"
ASLEEP = "away-"
NAPS: Sequence[float] = (15, 60, 600, 3600)
# What a shop does not show after two minutes is not the shop's, or is found by a sweep.
NOT_THERE_TRIES = 5
CASE = ("shop", "return_id")

Story = Callable[..., object]
Step = tuple[Story, tuple[str, ...]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """One try at a story; `base` is the workflow id of its first try.

    `busy` counts the times that the shop was busy, `waited` the seconds in all, and
    `away` the times that nobody could enter it. What `stays` is told to its end also
    where the shop left.
    """

    story: str
    base: str
    arguments: Mapping[str, Any]
    attempt: int = 0
    busy: int = 0
    waited: float = 0.0
    away: int = 0
    stays: bool = False

    @property
    def log(self) -> Any:
        """A log about the shop and return of the story."""
        about = {key: self.arguments[key] for key in CASE if key in self.arguments}
        return log.bind(story=self.story, attempt=self.attempt, **about)

    def pause(self, result: str, *, forever: bool) -> float | None:
        """Seconds until the next try; None when this was the last."""
        if result.startswith(BUSY):
            patient = forever or self.waited < BUSY_SECONDS
            return float(result.removeprefix(BUSY)) if patient else None
        if result == AWAY:
            return NAPS[self.away] if self.away < len(NAPS) else DAY
        if not forever and not result.startswith(RETRY):
            return None
        if result == NOT_THERE and self.attempt >= NOT_THERE_TRIES:
            return None
        if self.attempt < len(PAUSES):
            return PAUSES[self.attempt]
        return DAY if forever else None

    def again(self, result: str, pause: float) -> tuple[str, Try]:
        """Make the next try, under a workflow id which no job's can equal.

        A job's id begins with the name of its story.
        """
        if result.startswith(BUSY):
            later = replace(self, busy=self.busy + 1, waited=self.waited + pause)
            return f"busy-{later.busy}:{self.base}", later
        if result == AWAY:
            later = replace(self, away=self.away + 1)
            return f"{ASLEEP}{later.away}:{self.base}", later
        later = replace(self, attempt=self.attempt + 1)
        return f"try-{later.attempt}:{self.base}", later


def failed(result: str) -> bool:
    """Tell whether a step did not come to its end."""
    return result.startswith((RETRY, FOR_GOOD, BUSY)) or result in (AWAY, SHOP_LEFT)


def reason(result: str) -> str:
    """Say in a stable word how a step ended."""
    return f"{RETRY}{Throttled.code}" if result.startswith(BUSY) else result


def tell_steps(one: Try, services: Services, steps: Sequence[Step]) -> str:
    """Tell the steps up to the first that fails; says how the last one ended."""
    result = ""
    for step in steps:
        result = tell_step(one, services, step)
        if failed(result):
            break
    return result


def tell_step(one: Try, services: Services, step: Step) -> str:
    """Tell one step and say in a word how it ended; nothing escapes unrecorded.

    Arguments that an older job does not have are left to the story's own default.
    """
    result = _tell(one, services, step)
    ended = reason(result) if failed(result) else "ok"
    count("steps", story=one.story, step=step[0].__name__, result=ended)
    return result


def _tell(one: Try, services: Services, step: Step) -> str:
    story, names = step
    wanted = {key: one.arguments[key] for key in names if key in one.arguments}
    try:
        signature(story).bind(services, **wanted)
    except TypeError:
        one.log.error("story_lacks_arguments", step=story.__name__)
        return f"{FOR_GOOD}bad_arguments"
    try:
        return _word(story(services, **wanted))
    except NoAccess:
        return _shut_out(one, services, step=story.__name__)
    except Throttled as error:
        one.log.info("story_waits", step=story.__name__, code=error.code)
        return f"{BUSY}{_wait(one, error.wait_seconds):.1f}"
    except PlatformError as error:
        one.log.warning("story_failed", step=story.__name__, code=error.code)
        return (RETRY if error.may_pass else FOR_GOOD) + error.code
    except (StaleCase, NotYet) as error:
        return RETRY + error.code
    except Exception:
        # A fault of ours or of the database: kept, told, and tried again.
        one.log.exception("story_broke", step=story.__name__)
        return f"{RETRY}unexpected"


def _shut_out(one: Try, services: Services, *, step: str) -> str:
    """Sleep until the merchant comes; end where the shop left, or nobody knows it."""
    tenant = services.archive.of(one.arguments["shop"]).shop()
    here = tenant is not None and tenant.installed
    if here or one.stays:
        one.log.warning("story_sleeps", step=step)
        return AWAY
    one.log.warning("story_ends", step=step, result=SHOP_LEFT)
    return SHOP_LEFT


def _wait(one: Try, seconds: float) -> float:
    """Wait for the budget, and longer by chance the more often it was not enough.

    Those who wait for the same budget must not come all at once.
    """
    spread = min(SOONEST * 2.0 ** min(one.busy, 6), LATEST)
    return min(max(seconds, SOONEST), LATEST) + random.uniform(0, spread)


def _word(value: object) -> str:
    status = getattr(value, "status", value)
    return str(getattr(status, "value", status))
