"""Compiled rules: the same answers as read, and no words of a merchant in a program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.clauses import compile_condition
from plugin.policy.compiling import compile_rules
from plugin.policy.conditions import All, Any, Condition, Not, Operator
from tests.policy.logic import NAMES, answer_of, conditions, known_flags, seeded
from tests.policy.parts import asks, at_least, is_flag

HOSTILE = [
    "",
    "'",
    '"',
    '"""',
    "\\",
    "\n",
    "\x00",
    "{fact}",
    "{0.__class__}",
    "%s",
    "k0",
    "f0",
    "answer",
    "values",
    "None",
    "True) or (True",
    "') or exit() or ('",
    "__import__('os').abort()",
    "values.clear()",
    "\u2028\u202e\ud800",
    "é" * 255,
    "0" * 5000,
]


@pytest.mark.parametrize("word", HOSTILE)
def test_any_word_is_a_constant_and_never_a_program(word: str) -> None:
    one, both = frozenset({word}), frozenset({word, "other"})
    equals = compile_condition(asks(word, Operator.EQUALS, word))
    one_of = compile_condition(asks(word, Operator.ONE_OF, one))
    has = compile_condition(asks(word, Operator.CONTAINS, word))
    shares = compile_condition(asks(word, Operator.CONTAINS_ANY, one))

    assert [equals({word: word}), equals({word: "other"})] == [True, False]
    assert [one_of({word: word}), one_of({word: "other"})] == [True, False]
    assert [has({word: both}), has({word: frozenset({"x"})})] == [True, False]
    assert [shares({word: both}), shares({word: frozenset()})] == [True, False]
    assert [ask({word: None}) for ask in (equals, one_of, has, shares)] == [None] * 4


@pytest.mark.parametrize("number", [0, -1, 10**30, -(10**400)])
def test_any_number_is_a_constant(number: int) -> None:
    more = compile_condition(asks("n", Operator.MORE_THAN, number))

    assert [more({"n": number + 1}), more({"n": number})] == [True, False]


def test_no_name_of_a_rule_or_fact_is_a_name_of_the_program() -> None:
    names = ("answer", "values", "k0", "f0", "p1", "r0", "None", "isdisjoint")
    rules = [(is_flag(name), (name,)) for name in names]
    answers, reads = compile_rules(rules)(dict.fromkeys(names, True))

    assert answers == (True,) * len(names)
    assert reads == tuple(((name, True),) for name in names)


def test_every_rule_answers_and_tells_what_it_read() -> None:
    answer = compile_rules(
        [
            (is_flag("a"), ("a",)),
            (Not(is_flag("b")), ("b", "a")),
            (All(()), ()),
            (Any(()), ("c",)),
        ]
    )

    assert answer({"a": True, "b": None, "c": 3}) == (
        (True, None, True, False),
        ((("a", True),), (("b", None), ("a", True)), (), (("c", 3),)),
    )


def test_no_rules_are_no_answers() -> None:
    assert compile_rules([])({}) == ((), ())


def test_a_fact_that_rules_share_is_read_once() -> None:
    reads: list[str] = []

    class Watched(dict[str, object]):
        def __getitem__(self, name: str) -> object:
            reads.append(name)
            return super().__getitem__(name)

    answer = compile_rules([(is_flag("a"), ("a",)), (is_flag("a"), ("a", "b"))])
    answer(Watched(a=True, b=False))

    assert reads == ["a", "b"]


def test_equal_values_of_other_types_are_kept_apart() -> None:
    answer = compile_rules(
        [(asks("n", Operator.EQUALS, 1), ()), (asks("n", Operator.EQUALS, "1"), ())]
    )

    assert answer({"n": 1})[0] == (True, False)
    assert answer({"n": "1"})[0] == (False, True)


def test_a_fact_that_is_missing_is_an_error_and_no_silence() -> None:
    with pytest.raises(KeyError):
        compile_condition(at_least("n", 1))({})


def test_it_compiles_the_largest_policy_there_can_be() -> None:
    leaves = tuple(at_least(f"f{n}", n) for n in range(250))
    deep: Condition = All(leaves)
    for _ in range(7):
        deep = Any((Not(deep), is_flag("flag")))
    rules = [(deep, ("flag",))] * 40
    values = {f"f{n}": n for n in range(250)}

    answers, _ = compile_rules(rules)({**values, "flag": False})

    assert set(answers) == {answer_of(deep, {**values, "flag": False})}


@seeded
@given(
    rules=st.lists(conditions(), max_size=5),
    values=st.lists(known_flags(), min_size=1, max_size=4),
)
def test_rules_together_answer_as_each_by_itself_and_as_written(
    rules: list[Condition], values: list[dict[str, bool | None]]
) -> None:
    together = compile_rules((rule, NAMES) for rule in rules)

    for known in values:
        answers, reads = together(known)
        assert answers == tuple(compile_condition(rule)(known) for rule in rules)
        assert answers == tuple(answer_of(rule, known) for rule in rules)
        assert set(reads) <= {tuple((name, known[name]) for name in NAMES)}
