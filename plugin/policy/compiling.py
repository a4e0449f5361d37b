"""Compiling: the rules of a policy become one function, once per version.

Its source is made of numbered names alone. What a merchant wrote, words and numbers,
goes in as constants beside it and never becomes text of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from plugin.policy.conditions import All, Condition, Not, Operator, Test

Values = Mapping[str, object]
Pairs = tuple[tuple[str, object], ...]
Answers = Callable[[Values], tuple[tuple[bool | None, ...], tuple[Pairs, ...]]]

# `{fact}` and `{value}` are numbered names; a set that has a value in common with
# another is not disjoint from it.
_COMPARE = {
    Operator.EQUALS: "{fact} == {value}",
    Operator.ONE_OF: "{fact} in {value}",
    Operator.CONTAINS: "{value} in {fact}",
    Operator.CONTAINS_ANY: "not {value}.isdisjoint({fact})",
    Operator.MORE_THAN: "{fact} > {value}",
    Operator.AT_LEAST: "{fact} >= {value}",
    Operator.LESS_THAN: "{fact} < {value}",
    Operator.AT_MOST: "{fact} <= {value}",
}


def compile_rules(rules: Iterable[tuple[Condition, tuple[str, ...]]]) -> Answers:
    """Make a function from known values to all rules' answers, and what each read.

    A rule is a condition and the facts to report; an answer is True, False or None.
    Logic is Kleene's: what hangs on an unknown fact is None, and nothing else is.
    """
    writer = _Writer()
    written = [(writer.condition(when), writer.pairs(reads)) for when, reads in rules]
    exec(writer.source(written), writer.constants)
    compiled: Answers = writer.constants["answer"]  # type: ignore[assignment]
    return compiled


class _Writer:
    """Writes conditions as expressions, and remembers the names it gave."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        self._keys: dict[str, str] = {}
        self._facts: dict[str, str] = {}
        self._pairs: dict[str, str] = {}
        self._parts = 0

    def source(self, written: list[tuple[str, str]]) -> str:
        """Write the whole function around the rules' answers and pairs."""
        lines = [f"{fact} = values[{key}]" for key, fact in self._facts.items()]
        lines += [
            f"{pair} = ({key}, {self._facts[key]})" for key, pair in self._pairs.items()
        ]
        answers = "".join(f"{answer}, " for answer, _ in written)
        reads = "".join(f"{pairs}, " for _, pairs in written)
        lines.append(f"return ({answers}), ({reads})")
        return "def answer(values):\n    " + "\n    ".join(lines)

    def pairs(self, names: tuple[str, ...]) -> str:
        """Write the pairs of name and value; each pair is made once for all rules."""
        for name in names:
            self._fact(name)
        keys = [self._key(name) for name in names]
        for key in keys:
            self._pairs.setdefault(key, f"r{len(self._pairs)}")
        return "(" + "".join(f"{self._pairs[key]}, " for key in keys) + ")"

    def condition(self, condition: Condition) -> str:
        if isinstance(condition, Test):
            return self._test(condition)
        if isinstance(condition, Not):
            part = self._part()
            inner = self.condition(condition.part)
            return f"(None if ({part} := {inner}) is None else not {part})"
        return self._join(condition.parts, settles=not isinstance(condition, All))

    def _test(self, test: Test) -> str:
        fact, value = self._fact(test.fact), self._constant(test.value)
        compared = _COMPARE[test.operator].format(fact=fact, value=value)
        return f"(None if {fact} is None else {compared})"

    def _join(self, parts: tuple[Condition, ...], *, settles: bool) -> str:
        """Join answers; one that equals `settles` decides, an unknown one clouds."""
        if not parts:
            return str(not settles)
        names = [self._part() for _ in parts]
        inner = [self.condition(part) for part in parts]
        asked = zip(names, inner, strict=True)
        decided = " or ".join(
            f"({name} := {part}) is {settles}" for name, part in asked
        )
        clouded = " or ".join(f"{name} is None" for name in names)
        return f"({settles} if {decided} else None if {clouded} else {not settles})"

    def _fact(self, name: str) -> str:
        return self._facts.setdefault(self._key(name), f"f{len(self._facts)}")

    def _key(self, name: str) -> str:
        if name not in self._keys:
            self._keys[name] = self._constant(name)
        return self._keys[name]

    def _constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def _part(self) -> str:
        self._parts += 1
        return f"p{self._parts}"
