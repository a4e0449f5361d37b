"""Things to be done later, on one thread."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Task = Callable[[], object]


class Agenda:
    """Runs each task once its time has come."""

    def __init__(self) -> None:
        self._tasks: list[tuple[float, int, Task]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        # Whoever plans nothing needs no thread: a process may see many stores.
        self._works = False

    def after(self, seconds: float, task: Task) -> None:
        """Run a task so many real seconds from now."""
        due = time.monotonic() + seconds
        with self._changed:
            heapq.heappush(self._tasks, (due, next(self._numbers), task))
            if not self._works:
                threading.Thread(target=self._work, name="agenda", daemon=True).start()
                self._works = True
            self._changed.notify()

    def _work(self) -> None:
        while True:
            self._next_due()()

    def _next_due(self) -> Task:
        with self._changed:
            while not self._tasks or self._tasks[0][0] > time.monotonic():
                self._changed.wait(self._pause())
            return heapq.heappop(self._tasks)[2]

    def _pause(self) -> float | None:
        if not self._tasks:
            return None
        return max(0.0, self._tasks[0][0] - time.monotonic())
