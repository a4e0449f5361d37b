"""Counting: how often something happened in this process, until it is written down."""

from __future__ import annotations

import threading
from typing import NamedTuple

# So that no flood of odd labels (a probe's refusal codes) fills memory or a database.
MOST = 2000


class Key(NamedTuple):
    """What is counted: a name and its labels, in order of their names."""

    name: str
    labels: tuple[tuple[str, str], ...]


def key(name: str, **labels: str) -> Key:
    """Name a count by its labels; they are stable words, never a customer's data."""
    return Key(name, tuple(sorted(labels.items())))


class Tally:
    """Counts of one process; `drain` hands them over once."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._counts: dict[Key, float] = {}
        self._lock = threading.Lock()

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to one count."""
        what = key(name, **labels)
        with self._lock:
            if what in self._counts or len(self._counts) < MOST:
                self._counts[what] = self._counts.get(what, 0) + amount

    def drain(self) -> dict[Key, float]:
        """Take everything that was counted since the last time."""
        with self._lock:
            taken, self._counts = self._counts, {}
        return taken

    def put_back(self, counts: dict[Key, float]) -> None:
        """Return what could not be written down."""
        for what, amount in counts.items():
            self.count(what.name, amount, **dict(what.labels))


# Like the log: one a process, so that nothing has to be handed through every layer.
HERE = Tally()
count = HERE.count
