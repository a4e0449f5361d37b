"""A world: made of one seed, played to its end, and then judged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from plugin.archive.tables import cases, entries
from tests.simulation.deeds import DEEDS, choose
from tests.simulation.disk import disk, watched
from tests.simulation.durable import Durable
from tests.simulation.faults import Faults
from tests.simulation.hearing import heard
from tests.simulation.judge import judge
from tests.simulation.life import Life
from tests.simulation.people import People
from tests.simulation.places import SHOPS
from tests.simulation.post import Post
from tests.simulation.program import SERVED, Program, engine_of
from tests.simulation.timeline import Timeline
from tests.simulation.town import make_store
from tests.simulation.wire import Wire

TROUBLE_SECONDS = 2 * 3600.0
SWEEP_SECONDS = 3600.0
# After the faults, what tries for as long as it may comes to its end within days.
REST_SECONDS = 4 * 86400.0
ROUNDS = 8
MOST_STEPS = 3000


@dataclass(kw_only=True)
class World:
    """The store, the app and everybody, on one timeline."""

    seed: int
    trace: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.timeline = Timeline()
        self.faults = Faults.drawn(self.dice, list(SHOPS))
        self.steps = 0
        self.store = make_store(
            self.timeline, self.faults, lambda *given: self.life.bring(*given)
        )
        self.wire = Wire(
            store=self.store,
            faults=self.faults,
            timeline=self.timeline,
            between=lambda: self.life.between_calls(),
            note=self.note,
        )
        self.people = People(
            dice=self.dice,
            store=self.store,
            timeline=self.timeline,
            use=lambda act: self.life.use(act),
            note=self.note,
            deeds=DEEDS,
        )

    @property
    def post(self) -> Post:
        """The store's messages."""
        assert isinstance(self.store.outbox, Post)
        return self.store.outbox

    @property
    def program(self) -> Program:
        """The living process."""
        assert self.life.program is not None
        return self.life.program

    def note(self, *words: Any) -> None:
        """Write a line of what happened."""
        self.trace.append(f"{self.timeline.seconds:.1f} " + " ".join(map(str, words)))

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the world's disk; nothing of it is left afterwards."""
        self.disk, self.engine = disk().path, disk().engine
        self.durable = Durable(
            engine=self.engine, timeline=self.timeline, served=SERVED
        )
        self.life = Life(
            timeline=self.timeline,
            faults=self.faults,
            durable=self.durable,
            start=self._start,
            note=self.note,
        )
        with disk().lent(), closing(self.durable):
            yield

    def play(self) -> None:
        """Let everything happen, then the faults end, then all comes to rest."""
        with ExitStack() as stack:
            stack.enter_context(_tries_drawn(self.seed))
            stack.enter_context(engine_of(self.durable))
            stack.enter_context(watched(self.life.around_commit))
            stack.enter_context(heard(self.broken))
            self._open()
            self._trouble()
            self._rest()
            self.broken = judge(self)

    def _start(self) -> Program:
        return Program(self.engine, self.durable, self.wire, self.timeline)

    def _open(self) -> None:
        """Let two shops install the app before anything goes wrong."""
        self.life.boot()
        for domain, shop in self.store.shops.items():
            self.people.come(shop)
            choose(self.people, domain)

    def _trouble(self) -> None:
        """Let everybody act while everything may fail, for a while."""
        self.faults.lasting = True
        self.people.begin(choose)
        for turn in range(1, int(TROUBLE_SECONDS // SWEEP_SECONDS)):
            self.timeline.after(turn * SWEEP_SECONDS, self._keep_house)
        end = self.timeline.seconds + TROUBLE_SECONDS
        while self._step(end):
            pass
        self.faults.lasting = False

    def _rest(self) -> None:
        """Let all work end, and sweep until nothing new is found."""
        self.life.boot()
        self._settle()
        while self.faults.out_of_reach(self.timeline.seconds):
            self._sweep()
        for _ in range(ROUNDS):
            before = self._state()
            self._sweep()
            if self._state() == before:
                return
        self.broken.append("restless: each sweep does something new")

    def _sweep(self) -> None:
        self.timeline.wait(SWEEP_SECONDS)
        self._keep_house()
        self._settle()

    def _state(self) -> tuple[int, ...]:
        """Tell by numbers whether anything was written down or done."""
        queries = (sa.select(sa.func.count()).select_from(t) for t in (cases, entries))
        with self.engine.connect() as db:
            kept = [db.scalar(query) or 0 for query in queries]
        calls = (
            each for shop in self.store.shops.values() for each in shop.counted.values()
        )
        return (*kept, sum(each.effective for each in calls))

    def _settle(self) -> None:
        end = self.timeline.seconds + REST_SECONDS
        while self._step(end):
            pass

    def _step(self, until: float) -> bool:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise AssertionError("it goes on for ever: " + " | ".join(self.trace[-5:]))
        self.life.plan_work()
        return self.timeline.step(until)

    def _keep_house(self) -> None:
        self.life.use(lambda program: program.keep_house(SWEEP_SECONDS))


@contextmanager
def _tries_drawn(seed: int) -> Iterator[None]:
    """Draw the waits of the app's own tries from the seed too."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
