"""Telling values: the few values of each fact that conditions can tell apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import count, product
from string import ascii_uppercase

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.conditions import All, Any, Condition, Not, Operator, Test
from plugin.policy.facts import CHANGE_OF_MIND, REASONS
from plugin.policy.known import Kind

Words = tuple[str, ...]
# The numbers of the comparisons that a word meets.
Signature = tuple[int, ...]

# Parts of a whole; other percentages may be above a hundred.
_SHARES = frozenset({"used_percent", "discount_percent"})

# Where the answer of a comparison with a number changes, counted from that number.
_CHANGES = {
    Operator.MORE_THAN: (1,),
    Operator.AT_LEAST: (0,),
    Operator.LESS_THAN: (0,),
    Operator.AT_MOST: (1,),
    Operator.EQUALS: (0, 1),
}
# Likely words for "none of those that the policy names".
_OTHERS: dict[str, Words] = {
    "country": ("US", "DE", "GB", "FR", "JP", "CA", "AU"),
    "region": ("NY", "TX", "CA"),
    "channel": ("web", "pos"),
    "reason": ("unwanted", *sorted(CHANGE_OF_MIND), *sorted(REASONS)),
}
# Facts that are written as a code of two letters.
_CODES = frozenset({"country", "region"})


def tests_in(condition: Condition) -> Iterator[Test]:
    """List the comparisons of a condition, in order."""
    if isinstance(condition, Test):
        yield condition
        return
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    for part in parts:
        yield from tests_in(part)


def changes(tests: Iterable[Test]) -> set[int]:
    """Find the numbers from which on the answer of some comparison is another."""
    return {
        test.value + step
        for test in tests
        if isinstance(test.value, int)
        for step in _CHANGES[test.operator]
    }


def limits_of(fact: str) -> tuple[int | None, int | None]:
    """Name the least and the largest value that a number can have."""
    if fact == WINDOW:
        return None, None
    return 0, 100 if fact in _SHARES else None


def numbers(
    points: Iterable[int], floor: int | None, ceiling: int | None
) -> tuple[int, ...]:
    """Pick one number between each two points, the one next to the upper point."""
    inside = sorted(
        point
        for point in points
        if (floor is None or point > floor) and (ceiling is None or point <= ceiling)
    )
    last = inside[-1] if inside else floor or 0
    return (*(point - 1 for point in inside), last)


def words(fact: str, tests: Iterable[Test]) -> Words:
    """Pick one of the words that no comparison tells apart, and one beside them."""
    met = signatures(tests)
    found: dict[Signature, str] = {}
    for word in (*sorted(met), *_other(fact, met)):
        found.setdefault(met.get(word, ()), word)
    return tuple(found.values())


def signatures(tests: Iterable[Test]) -> dict[str, Signature]:
    """Say of each word which comparisons it meets; of any other word it is none."""
    found: dict[str, list[int]] = {}
    for number, test in enumerate(tests):
        for word in _mentioned(test):
            found.setdefault(word, []).append(number)
    return {word: tuple(met) for word, met in found.items()}


def split(test: Test, told: dict[str, str]) -> Condition:
    """Write a comparison with a set as questions about its telling words."""
    parts = dict.fromkeys(told[word] for word in sorted(_mentioned(test)))
    return Any(
        tuple(
            Test(fact=part_of(test.fact, word), operator=Operator.EQUALS, value=True)
            for word in parts
        )
    )


def part_of(fact: str, word: str) -> str:
    """Name the question whether a set has a word."""
    return f"{fact}: {word}"


def rewritten(condition: Condition, told: dict[str, dict[str, str]]) -> Condition:
    """Write a condition without sets, by the telling word of each word."""
    if isinstance(condition, Test):
        by_word = told.get(condition.fact)
        return condition if by_word is None else split(condition, by_word)
    if isinstance(condition, Not):
        return Not(rewritten(condition.part, told))
    parts = tuple(rewritten(part, told) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else Any(parts)


def _mentioned(test: Test) -> frozenset[str]:
    if isinstance(test.value, frozenset):
        return test.value
    return frozenset({str(test.value)})


def _other(fact: str, mentioned: Collection[str]) -> Iterator[str]:
    """Find a word that no comparison names; a fact with few choices may have none."""
    entry = known(fact)
    if entry.kind is Kind.SET:
        return
    pool: Iterable[str] = sorted(entry.choices)
    if not entry.choices:
        likely = _OTHERS.get(fact, ())
        pool = (*likely, *_codes()) if fact in _CODES else _endless(fact, likely)
    free = next((word for word in pool if word not in mentioned), None)
    if free is not None:
        yield free


def _codes() -> Iterator[str]:
    return (first + second for first, second in product(ascii_uppercase, repeat=2))


def _endless(fact: str, likely: Words) -> Iterator[str]:
    yield from likely
    yield from (f"other {fact} {number}" for number in count(1))
