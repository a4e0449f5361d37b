"""The app's life in a world: it starts, works, dies of a fault, and starts again."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa

from plugin.devstore.hooks import Message
from tests.simulation.disk import FULL, Crash, is_full
from tests.simulation.durable import Durable
from tests.simulation.faults import Faults
from tests.simulation.program import Program
from tests.simulation.timeline import Timeline

RESTART_SECONDS = 5.0
# Others act within others at most so deep, and what is due within so many seconds.
DEEPEST = 2
HURRY_SECONDS = 900.0
# Clocks that are added up differ in the last place.
A_BIT = 1e-6


@dataclass(kw_only=True)
class Life:
    """The one process of the app, dead or alive, and the moments at which it may die.

    `start` makes a new process on the disk as the last one left it.
    """

    timeline: Timeline
    faults: Faults
    durable: Durable
    start: Callable[[], Program]
    note: Callable[..., None]
    counts: Counter[str] = field(default_factory=Counter)
    program: Program | None = None
    depth: int = 0
    planned: set[tuple[str, float]] = field(default_factory=set)

    # -- starting and dying ----------------------------------------------------------

    def boot(self) -> None:
        """Start the process unless it lives."""
        if self.program is None:
            program = self.start()
            self.durable.recover()
            self.program = program
            self.note("app starts")

    def use(self, act: Callable[[Program], Any]) -> Any:
        """Let the app do something, if it lives; when it dies of it, it comes back."""
        program = self.program
        if program is None:
            return None
        if self.depth:
            # In the middle of something else: what kills this kills that too.
            return _deadly(lambda: act(program))
        return self._safely(lambda: act(program))

    def _safely(self, act: Callable[[], Any]) -> Any:
        try:
            return _deadly(act)
        except Crash:
            self._die()
        return None

    def _die(self) -> None:
        self.note("app dies")
        self.counts["crashes"] += 1
        self.program = None
        self.planned.clear()
        self.timeline.after(RESTART_SECONDS, lambda: self._safely(self.boot))

    # -- working ---------------------------------------------------------------------

    def plan_work(self) -> None:
        """Hand over what arrived, and plan the telling of all that waits."""
        self.use(lambda program: program.hand_over())
        if self.program is None:
            return
        for id, due in self.durable.waiting().items():
            if (id, due) not in self.planned:
                self.planned.add((id, due))
                wait = due - self.timeline.seconds
                self.timeline.after(wait, partial(self._tell_next, id))

    def _tell_next(self, id: str) -> None:
        self.use(lambda _: self._tell(id))

    def _tell(self, id: str) -> None:
        due = self.durable.waiting().get(id)
        if due is None:
            return
        if due > self.timeline.seconds + A_BIT:
            # Somebody hurried it, and work does not come before its time.
            self.planned.discard((id, due))
            return
        output = self.durable.tell(id)
        self.note("told", id, output)

    def bring(self, message: Message, headers: dict[str, str]) -> int | None:
        """Bring a message to the app; None when nobody answers."""
        status = self.use(lambda program: program.receive(message.body, headers))
        self.note("message", message.topic, message.webhook_id, status)
        return None if status is None else int(status)

    # -- the seams ---------------------------------------------------------------------

    def between_calls(self) -> None:
        """Let somebody else act before or after a call to the store."""
        self._between("between_calls")

    def around_commit(self, commit: Callable[[], None]) -> None:
        """Let a commit fail, or be the last deed, or others act right after it."""
        if self.faults.happens("full_disk"):
            raise sqlite3.OperationalError(FULL)
        if self.faults.crash("crash_commit"):
            raise Crash("before a commit")
        commit()
        if self.faults.crash("crash_commit"):
            raise Crash("after a commit")
        self._between("between_commits")

    def _between(self, kind: str) -> None:
        if (
            self.program is None
            or self.depth >= DEEPEST
            or not self.faults.happens(kind)
        ):
            return
        self.depth += 1
        try:
            self.plan_work()
            near = self.timeline.soon(HURRY_SECONDS)
            if near:
                self.timeline.hurry(self.faults.dice.choice(near))
                self.counts[kind] += 1
        finally:
            self.depth -= 1


def _deadly(act: Callable[[], Any]) -> Any:
    """Let a full disk kill where the engine itself could not write where it is."""
    try:
        return act()
    except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
        if is_full(error):
            raise Crash(FULL) from error
        raise
