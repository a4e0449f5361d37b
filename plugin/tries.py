"""One try at a story: how a step ends, in a word, and when to try again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import structlog

from plugin.ports import NotThere, PlatformError, Services, StaleCase
from plugin.tally import count

# Seconds between tries, from 2 s to an hour, about eight hours in all; then a person.
PAUSES: Sequence[float] = (2, 5, 15, 30, 60, 120, 300, 600, 1800, *[3600] * 7)
# What is tried for ever is tried once a day after those.
DAY = 86400.0
RETRY = "retry:"
FAILED = "failed:"
NOT_THERE = RETRY + NotThere.code
# What a shop does not show after two minutes is not the shop's, or is found by a sweep.
NOT_THERE_TRIES = 5
CASE = ("shop", "return_id")

Story = Callable[..., object]
Step = tuple[Story, tuple[str, ...]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """One try at a story; `base` is the workflow id of its first try."""

    story: str
    base: str
    attempt: int
    arguments: Mapping[str, Any]

    @property
    def log(self) -> Any:
        """A log about the shop and return of the story."""
        about = {key: self.arguments[key] for key in CASE if key in self.arguments}
        return log.bind(story=self.story, attempt=self.attempt, **about)

    @property
    def next_id(self) -> str:
        """The next try's workflow id, which no job's can equal.

        A job's id begins with the name of its story.
        """
        return f"try-{self.attempt + 1}:{self.base}"

    def pause(self, result: str, *, forever: bool) -> float | None:
        """Seconds until the next try; None when this was the last."""
        if not forever and not result.startswith(RETRY):
            return None
        if result == NOT_THERE and self.attempt >= NOT_THERE_TRIES:
            return None
        if self.attempt < len(PAUSES):
            return PAUSES[self.attempt]
        return DAY if forever else None


def failed(result: str) -> bool:
    """Tell whether a step ended in failure."""
    return result.startswith((RETRY, FAILED))


def tell_step(one: Try, services: Services, step: Step) -> str:
    """Tell one step and say in a word how it ended; nothing escapes unrecorded.

    Arguments that an older job does not have are left to the story's own default.
    """
    result = _tell(one, services, step)
    ended = result if failed(result) else "ok"
    count("steps", story=one.story, step=step[0].__name__, result=ended)
    return result


def _tell(one: Try, services: Services, step: Step) -> str:
    story, names = step
    wanted = {key: one.arguments[key] for key in names if key in one.arguments}
    try:
        signature(story).bind(services, **wanted)
    except TypeError:
        one.log.error("story_lacks_arguments", step=story.__name__)
        return f"{FAILED}bad_arguments"
    try:
        return _word(story(services, **wanted))
    except PlatformError as error:
        one.log.warning("story_failed", step=story.__name__, code=error.code)
        return (RETRY if _may_pass(error) else FAILED) + error.code
    except StaleCase as error:
        return RETRY + error.code
    except Exception:
        # A fault of ours or of the database: kept, told, and tried again.
        one.log.exception("story_broke", step=story.__name__)
        return f"{RETRY}unexpected"


def _may_pass(error: PlatformError) -> bool:
    # A dead token lives again once the merchant opens the app, and so does a right
    # that was taken away.
    return not error.permanent or error.code in ("no_access", "access_denied")


def _word(value: object) -> str:
    status = getattr(value, "status", value)
    return str(getattr(status, "value", status))
