"""A worker: the one living process of its name that does the durable work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from plugin import backfill, housekeeping, sweeps, workflows
from plugin.archive import workers
from plugin.archive.database import Lock, exclusive
from plugin.housekeeping import SILENT_SECONDS
from plugin.outgoing import queue
from webhooks.pump import Pump

BEAT_SECONDS = 5.0
SWEEP_SECONDS = 10.0
FORGET_SECONDS = 3600.0
ERASE_SECONDS = 86400.0
ERASE_LATER = 120.0
PLAN_SECONDS = 30.0
TIDY_SECONDS = 60.0
CHECK_SECONDS = 3600.0
RENEW_SECONDS = 3600.0
# How soon a name that became free is taken, and trouble tried again.
NAME_SECONDS = 0.5
TROUBLE_SECONDS = 2.0
STOP_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, slots=True)
class Chore:
    """Something that is done every so often, for the first time after a while."""

    do: Callable[[], object]
    every: float
    due: float

    def do_when_due(self) -> None:
        """Do it, if it is time."""
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + self.every
            self.do()


class Worker:
    """Waits for its name in a thread of its own, then works until it is stopped."""

    def __init__(
        self,
        engine: sa.Engine,
        client: DBOSClient,
        arrived: threading.Event,
        *,
        name: str,
        poll_seconds: float,
        sweep_seconds: float = sweeps.EVERY_SECONDS,
        renew: Callable[[], object] = lambda: None,
        erase_old: Callable[[], object] = lambda: None,
    ) -> None:
        """Prepare; `start` starts the thread."""
        self.erase_old = erase_old
        self.engine = engine
        self.client = client
        self.arrived = arrived
        self.name = name
        self.poll_seconds = poll_seconds
        self.sweep_seconds = sweep_seconds
        self.renew = renew
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Start waiting for the name; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop soon; work in hand is finished by the next start."""
        self._stopping.set()
        self._thread.join(timeout=STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Broken logs must not end the thread either.
            with suppress(Exception):
                self._work()

    def _work(self) -> None:
        try:
            with self._named() as lock, self._working():
                self._keep_house(lock)
        except _Stopped:
            return
        except Exception:
            self._stopping.wait(TROUBLE_SECONDS)
            log.exception("worker_failed", worker=self.name)

    @contextmanager
    def _named(self) -> Iterator[Lock]:
        """Hold the name of this worker, as soon as nobody else does."""
        lock = exclusive(self.engine, self.name)
        if lock is None:
            log.warning("waiting_for_name", worker=self.name)
        while lock is None:
            if self._stopping.wait(NAME_SECONDS):
                raise _Stopped
            lock = exclusive(self.engine, self.name)
        try:
            yield lock
        finally:
            lock.close()

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Take from the queue, and hand over what arrives."""
        workers.beat(self.engine, self.name)
        pump = Pump(self.engine, self.client, self.arrived, self.poll_seconds)
        with ExitStack() as stack:
            stack.callback(workflows.stop)
            workflows.launch(
                self.engine, worker=self.name, poll_seconds=self.poll_seconds
            )
            sweeps.launch(self.poll_seconds)
            backfill.launch(self.poll_seconds)
            queue.launch(self.poll_seconds)
            pump.start()
            stack.callback(pump.stop)
            log.info("working", worker=self.name)
            yield

    def _keep_house(self, lock: Lock) -> None:
        """Do the chores until it is time to stop, or the name is lost."""
        chores = self._chores()
        while not self._stopping.wait(BEAT_SECONDS):
            if not lock.held():
                log.error("name_lost", worker=self.name)
                return
            try:
                workers.beat(self.engine, self.name)
            except Exception:
                log.exception("chore_failed", worker=self.name)
                # Others had no chance to be seen either: nobody is judged soon.
                chores = self._chores()
                continue
            for chore in chores:
                self._do(chore)

    def _do(self, chore: Chore) -> None:
        """Do a chore if it is time; one that fails keeps no other from being done."""
        try:
            chore.do_when_due()
        except Exception:
            log.exception("chore_failed", worker=self.name)

    def _chores(self) -> list[Chore]:
        forget = partial(housekeeping.forget, self.engine, self.client)
        plan = partial(
            housekeeping.plan_sweeps, self.engine, self.client, every=self.sweep_seconds
        )
        check = partial(housekeeping.plan_checks, self.engine, self.client)
        tidy = partial(housekeeping.plan_tidying, self.engine, self.client)
        past = partial(housekeeping.plan_backfills, self.engine, self.client)
        now = time.monotonic()
        return [
            Chore(do=self._sweep, every=SWEEP_SECONDS, due=now + SILENT_SECONDS),
            Chore(do=plan, every=PLAN_SECONDS, due=now),
            # Answers that were begun before a restart are finished first.
            Chore(do=tidy, every=TIDY_SECONDS, due=now + TIDY_SECONDS),
            Chore(do=check, every=CHECK_SECONDS, due=now + CHECK_SECONDS / 60),
            Chore(do=past, every=PLAN_SECONDS, due=now),
            Chore(do=self.renew, every=RENEW_SECONDS, due=now + RENEW_SECONDS / 60),
            Chore(do=forget, every=FORGET_SECONDS, due=now + FORGET_SECONDS / 60),
            Chore(do=self.erase_old, every=ERASE_SECONDS, due=now + ERASE_LATER),
        ]

    def _sweep(self) -> None:
        housekeeping.take_over(self.engine, self.client, me=self.name)
        housekeeping.free_stuck(self.client)
        # Looked at first: what is taken from the queue meanwhile is not old enough.
        in_hand = workflows.in_hand()
        housekeeping.free_dropped(self.client, me=self.name, in_hand=in_hand)


class _Stopped(Exception):
    """The worker was told to stop while it waited for its name."""
