"""How long one input may take, in processor time, so that a busy machine is no hang."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Beside other work less is done in a second of a processor, so that the suite gives
# three, unless it is told otherwise.
ALONE_SECONDS = 1.0
SECONDS = float(os.environ.get("EVENHAND_INPUT_SECONDS", 3 * ALONE_SECONDS))


class Hang(BaseException):
    """An input that took too long; nothing on the way may take it for an error."""


@contextmanager
def in_time(seconds: float = SECONDS) -> Iterator[None]:
    """Break off with `Hang` what takes longer; for the main thread of a process."""
    before = signal.signal(signal.SIGVTALRM, _break_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def next_request() -> None:
    """Give the next request of the same input as long as the first had."""
    _, allowed = signal.getitimer(signal.ITIMER_VIRTUAL)
    signal.setitimer(signal.ITIMER_VIRTUAL, allowed, allowed)


def _break_off(_number: int, _frame: FrameType | None) -> None:
    raise Hang("too long for one input")
