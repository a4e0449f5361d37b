"""The one clock of a world, and all that is still to happen in it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BEGAN_AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)

Task = Callable[[], object]


@dataclass(order=True)
class Planned:
    """Something that is still to happen, at a second since the beginning."""

    at: float
    number: int
    task: Task = field(compare=False)
    done: bool = field(default=False, compare=False)


class Timeline:
    """Runs what is planned, one thing after the other, and jumps over the rest."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._planned: list[Planned] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        """Tell the present moment of the world."""
        return BEGAN_AT + timedelta(seconds=self.seconds)

    def after(self, seconds: float, task: Task) -> None:
        """Plan a task so many seconds from now."""
        at = self.seconds + max(0.0, seconds)
        heapq.heappush(self._planned, Planned(at, next(self._numbers), task))

    def wait(self, seconds: float) -> None:
        """Let time pass in the middle of a task."""
        self.seconds += seconds

    def step(self, until: float) -> bool:
        """Let the next thing happen; False when nothing is left until a second."""
        while self._planned and self._planned[0].at <= until:
            following = heapq.heappop(self._planned)
            if not following.done:
                self.seconds = max(self.seconds, following.at)
                self.hurry(following)
                return True
        return False

    def soon(self, within: float) -> list[Planned]:
        """Tell what is due within so many seconds, in its order."""
        until = self.seconds + within
        near = [each for each in self._planned if not each.done and each.at <= until]
        return sorted(near)

    def hurry(self, planned: Planned) -> None:
        """Let something happen now, also in the middle of something else."""
        planned.done = True
        planned.task()
