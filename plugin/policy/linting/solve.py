"""Solving: an example for conditions that can hold together, or proof of none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plugin.policy.clauses import Guard
from plugin.policy.known import Value
from plugin.policy.linting.world import World

# How many readings of facts one question, and all of them together, may take. Ten
# thousand steps last about as long as a hundredth of a second.
QUESTION_STEPS = 200_000
TOTAL_STEPS = 6_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """A condition that has to hold; or at least may, on facts that are not known."""

    guard: Guard
    doubt_will_do: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An example, or none; without proof nobody knows whether there is one."""

    values: Mapping[str, object] | None
    proven: bool = True

    @property
    def impossible(self) -> bool:
        """Whether it is proven that there is no example."""
        return self.values is None and self.proven


_NOT_PROVEN = Answer(values=None, proven=False)
_Choice = tuple[str, Iterator[Value | None]]


class Solver:
    """Searches a world for examples, within a budget of steps."""

    def __init__(
        self,
        world: World,
        *,
        question_steps: int = QUESTION_STEPS,
        total_steps: int = TOTAL_STEPS,
    ) -> None:
        """Start with the whole budget."""
        self.world = world
        self.not_proven = 0
        self._question_steps = question_steps
        self._kept = 0
        self._left = total_steps
        self._spent = False

    def share(self, parts: int) -> None:
        """Let the next of so many parts that are to come spend its share and no more.

        What one part leaves goes to the others.
        """
        left = max(0, self._left) + self._kept
        self._left = left // parts
        self._kept = left - self._left
        self._spent = False

    def affords(self, steps: int) -> bool:
        """Spend steps on something else than a question, if there are so many left."""
        if self._left < max(1, steps):
            # What a part can no longer ask counts as one open question.
            self.not_proven += not self._spent
            self._spent = True
            return False
        self._left -= steps
        return True

    def example(
        self,
        wants: Sequence[Want],
        *,
        fixed: Mapping[str, object] | None = None,
    ) -> Answer:
        """Find values under which every wanted condition holds.

        Facts in `fixed` keep their value. Where doubt will do for some condition, a
        fact may also stay unknown.
        """
        if not self.affords(0):
            return _NOT_PROVEN
        budget = min(self._question_steps, self._left)
        values: dict[str, object] = dict.fromkeys(
            name for want in wants for name in want.guard.reads
        )
        values |= fixed or {}
        search = _Search(self.world, wants, values, set(fixed or ()), budget)
        answer = search.run()
        self._left -= search.steps
        self.not_proven += not answer.proven
        return answer


class _Search:
    """One question: facts are tried one by one, and given up as soon as one fails."""

    def __init__(
        self,
        world: World,
        wants: Sequence[Want],
        values: dict[str, object],
        settled: set[str],
        budget: int,
    ) -> None:
        self._world = world
        self._wants = wants
        self._values = values
        self._settled = settled
        self._budget = budget
        self._doubtful = any(want.doubt_will_do for want in wants)
        self._cost = sum(1 + len(want.guard.reads) for want in wants)
        self.steps = 0

    def run(self) -> Answer:
        """Go through the choices, the last one first, until an example stands."""
        choices: list[_Choice] = []
        going = True
        while going:
            self.steps += self._cost
            if self.steps > self._budget:
                return _NOT_PROVEN
            verdict = self._judge()
            if verdict is True:
                return Answer(values=self._values)
            if isinstance(verdict, str):
                choices.append((verdict, self._choices(verdict)))
                self._settled.add(verdict)
            going = self._next(choices)
        return Answer(values=None)

    def _judge(self) -> bool | str:
        """Tell whether all holds, or cannot; else name the fact to try next."""
        next_fact: bool | str = True
        for want in self._wants:
            answer = want.guard.asks(self._values)
            if answer is False:
                return False
            if answer is None and next_fact is True:
                next_fact = self._next_fact(want)
        return next_fact

    def _next_fact(self, want: Want) -> bool | str:
        """Name a fact that an open condition needs; True where doubt may stay."""
        reads = (name for name in want.guard.reads if name not in self._settled)
        if not want.doubt_will_do:
            return next(reads, False)
        return next((name for name in reads if self._known(name)), True)

    def _known(self, name: str) -> bool:
        """Tell whether a fact has to be known, as one told with it is."""
        return self._world.always_known(name) or any(
            self._values.get(other) is not None for other in self._world.told_with(name)
        )

    def _choices(self, name: str) -> Iterator[Value | None]:
        values = self._world.values[name]
        if not self._doubtful or self._known(name):
            return iter(values)
        others = self._settled.intersection(self._world.told_with(name))
        # None of those told together is known, so this one is not, either.
        return iter((None,) if others else (*values, None))

    def _next(self, choices: list[_Choice]) -> bool:
        """Take the next choice that agrees with the others; False when none is left."""
        while choices:
            name, rest = choices[-1]
            cost = self._world.links.cost(name)
            for value in rest:
                self.steps += cost
                self._values[name] = value
                if value is None or self._world.links.allow(self._values, name):
                    return True
            self._values[name] = None
            self._settled.discard(name)
            choices.pop()
        return False
