"""World: the facts of one policy with their telling values, ready to be tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from plugin.policy.catalogue import known
from plugin.policy.clauses import Guard
from plugin.policy.conditions import Condition, Test
from plugin.policy.known import Kind, Value
from plugin.policy.linting.links import ALWAYS, DAYS, HOURS, hours_of, links_of
from plugin.policy.linting.telling import (
    Signature,
    changes,
    limits_of,
    numbers,
    part_of,
    rewritten,
    signatures,
    tests_in,
    words,
)
from plugin.policy.terms import Policy


class World:
    """What a policy's conditions can tell apart.

    A set is tried word by word: each telling word is a fact of its own, true or false.
    """

    def __init__(self, policy: Policy, conditions: Iterable[Condition]) -> None:
        """Collect the comparisons of all conditions, and pick the values for each."""
        self._tests: dict[str, list[Test]] = defaultdict(list)
        for condition in conditions:
            for test in tests_in(condition):
                self._tests[test.fact].append(test)
        self.links = links_of(policy, self._tests)
        self._told = {
            name: _told(name, tests)
            for name, tests in self._tests.items()
            if known(name).kind is Kind.SET
        }
        self._sets = {
            part_of(name, word): (name, word)
            for name, told in self._told.items()
            for word in told.values()
        }
        self._points = self._shared_points()
        self.values: dict[str, tuple[Value, ...]] = {
            name: self._values(name) for name in self._tests if name not in self._told
        }
        self.values |= dict.fromkeys(self._sets, (True, False))
        self._together = self._groups()
        self._met: dict[str, tuple[dict[str, Signature], dict[Signature, str]]] = {}

    def told_with(self, name: str) -> tuple[str, ...]:
        """Name the facts that are known whenever one is; none where it stands alone."""
        return self._together.get(name, ())

    def always_known(self, name: str) -> bool:
        """Tell whether a fact is never unknown."""
        return self.links.together.get(name) == ALWAYS

    def guard(self, condition: Condition) -> Guard:
        """Compile a condition so that it can be asked in this world."""
        return Guard(rewritten(condition, self._told))

    def like(self, name: str, word: str) -> Value:
        """Find the value that stands for a word, which no condition tells from it."""
        if name not in self._met:
            met = signatures(self._tests.get(name, ()))
            standing = map(str, self.values.get(name, ()))
            # The first of several that no condition tells apart.
            first = {met.get(v, ()): v for v in reversed(tuple(standing))}
            self._met[name] = met, first
        met, first = self._met[name]
        return first.get(met.get(word, ()), word)

    def joined(self, values: Mapping[str, object]) -> dict[str, object]:
        """Write values as the facts have them: sets whole, and only what is known."""
        found: dict[str, object] = {}
        words: dict[str, set[str]] = {}
        for name, value in values.items():
            if value is None:
                continue
            if name in self._sets:
                fact, word = self._sets[name]
                words.setdefault(fact, set()).update({word} if value else ())
            else:
                found[name] = value
        return found | {name: frozenset(held) for name, held in words.items()}

    def _groups(self) -> dict[str, tuple[str, ...]]:
        """Put facts that are told together side by side, as the words of a set are."""
        groups = dict(self.links.together)
        groups |= {part: fact for part, (fact, _) in self._sets.items()}
        members: dict[str, list[str]] = defaultdict(list)
        for name, group in groups.items():
            members[group].append(name)
        told = {group: tuple(names) for group, names in members.items()}
        return {name: told[group] for name, group in groups.items()}

    def _values(self, name: str) -> tuple[Value, ...]:
        kind = known(name).kind
        if kind is Kind.FLAG:
            return (True, False)
        if kind is Kind.TEXT:
            return words(name, self._tests[name])
        floor, ceiling = limits_of(name)
        group = self.links.groups.get(name, name)
        shift = self.links.shifts.get(name, 0)
        # A fact that is moved against the others has their floor, moved.
        if name in self.links.shifts:
            floor = -shift
        points = {point - shift for point in self._points[group]}
        found = set(numbers(points, floor, ceiling))
        return tuple(sorted(found | self._hours(name)))

    def _shared_points(self) -> dict[str, set[int]]:
        """Collect where answers change, by the groups of facts that hang together."""
        found: dict[str, set[int]] = defaultdict(set)
        for name, tests in self._tests.items():
            group = self.links.groups.get(name, name)
            shift = self.links.shifts.get(name, 0)
            found[group] |= {point + shift for point in changes(tests)}
            if name in HOURS:
                found["days"] |= _days_around(changes(tests))
        return found

    def _hours(self, name: str) -> set[int]:
        """Add the ends of the hours that each telling day allows."""
        if name not in HOURS or not any(day in self._tests for day in DAYS):
            return set()
        days = numbers(self._points["days"], 0, None)
        return {hour for day in days for hour in hours_of(day)}


def _told(name: str, tests: list[Test]) -> dict[str, str]:
    """Say for each word of a set which telling word stands for it."""
    met = signatures(tests)
    telling = {met.get(word, ()): word for word in words(name, tests)}
    return {word: telling[signature] for word, signature in met.items()}


def _days_around(points: set[int]) -> set[int]:
    """Find the days from which on so many hours become possible, or no longer are."""
    found: set[int] = set()
    for point in (max(0, each) for each in points):
        near = range(max(0, point // 25 - 2), point // 24 + 4)
        found |= {next(d for d in near if hours_of(d)[1] >= point)}
        found |= {next(d for d in near if hours_of(d)[0] >= point)}
    return found
