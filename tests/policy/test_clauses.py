"""Conditions: three-valued logic over known values."""

from __future__ import annotations

from itertools import product

import pytest

from plugin.policy.clauses import ALWAYS, Clause, Evidence, Guard, compile_condition
from plugin.policy.conditions import All, Any, Condition, Not, Operator, facts_read
from plugin.policy.conditions import Test as Comparison
from plugin.policy.decision import Outcome

Answer = bool | None
TRIPLE: tuple[Answer, ...] = (True, False, None)


def flag(name: str) -> Comparison:
    """Ask whether a fact is true."""
    return Comparison(fact=name, operator=Operator.EQUALS, value=True)


def kleene_and(a: Answer, b: Answer) -> Answer:
    """Join by Kleene's table for "and"."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def kleene_or(a: Answer, b: Answer) -> Answer:
    """Join by Kleene's table for "or"."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


@pytest.mark.parametrize(("a", "b"), list(product(TRIPLE, TRIPLE)))
def test_it_joins_by_the_tables_of_kleene(a: Answer, b: Answer) -> None:
    values = {"a": a, "b": b}
    parts = (flag("a"), flag("b"))

    assert compile_condition(All(parts))(values) is kleene_and(a, b)
    assert compile_condition(Any(parts))(values) is kleene_or(a, b)


@pytest.mark.parametrize(("a", "answer"), [(True, False), (False, True), (None, None)])
def test_it_turns_an_answer_round_but_not_a_doubt(a: Answer, answer: Answer) -> None:
    assert compile_condition(Not(flag("a")))({"a": a}) is answer


@pytest.mark.parametrize(
    ("operator", "value", "fact", "answer"),
    [
        (Operator.EQUALS, 3, 3, True),
        (Operator.EQUALS, 3, 4, False),
        (Operator.MORE_THAN, 3, 4, True),
        (Operator.MORE_THAN, 3, 3, False),
        (Operator.AT_LEAST, 3, 3, True),
        (Operator.AT_LEAST, 3, 2, False),
        (Operator.LESS_THAN, 3, 2, True),
        (Operator.LESS_THAN, 3, 3, False),
        (Operator.AT_MOST, 3, 3, True),
        (Operator.AT_MOST, 3, 4, False),
        (Operator.ONE_OF, frozenset({"a", "b"}), "a", True),
        (Operator.ONE_OF, frozenset({"a", "b"}), "c", False),
        (Operator.CONTAINS, "a", frozenset({"a", "b"}), True),
        (Operator.CONTAINS, "c", frozenset({"a", "b"}), False),
        (Operator.CONTAINS_ANY, frozenset({"b", "c"}), frozenset({"b"}), True),
        (Operator.CONTAINS_ANY, frozenset({"b", "c"}), frozenset({"a"}), False),
    ],
)
def test_it_compares(
    operator: Operator, value: int | str | frozenset[str], fact: object, answer: bool
) -> None:
    ask = compile_condition(Comparison(fact="x", operator=operator, value=value))

    assert ask({"x": fact}) is answer
    assert ask({"x": None}) is None


def test_every_operator_can_be_compiled() -> None:
    asks = [
        compile_condition(Comparison(fact="x", operator=operator, value=1))
        for operator in Operator
    ]

    assert [ask({"x": None}) for ask in asks] == [None] * len(Operator)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (flag("a"), ("a",)),
        (Not(flag("a")), ("a",)),
        (All((flag("b"), Any((flag("a"), flag("b"))))), ("b", "a")),
    ],
)
def test_it_names_the_facts_it_reads_once(
    condition: Condition, names: tuple[str, ...]
) -> None:
    assert facts_read(condition) == names


def test_a_clause_keeps_its_parts_readable() -> None:
    clause = Clause(id="c", when=flag("a"), then=Outcome.REVIEW)

    assert (clause.id, clause.when, clause.then) == ("c", flag("a"), Outcome.REVIEW)
    assert (clause.texts, clause.ground, clause.offers) == ((), None, True)
    assert (clause.evidence, clause.refund) == ((), None)
    assert clause.reads == ("a",)
    assert clause.asks({"a": True}) is True


def test_a_clause_reads_what_it_asks_the_customer_to_show() -> None:
    shown = (
        Evidence(fact="photos", at_least=1),
        Evidence(fact="a", at_least=1),
        Evidence(fact="photos", at_least=2),
    )
    clause = Clause(id="c", when=flag("a"), then=Outcome.APPROVE, evidence=shown)

    assert clause.reads == ("a", "photos")


def test_a_guard_keeps_its_condition_readable() -> None:
    guard = Guard(All((flag("a"), flag("b"), flag("a"))))

    assert guard.when == All((flag("a"), flag("b"), flag("a")))
    assert guard.reads == ("a", "b")
    assert guard.asks({"a": True, "b": None}) is None


def test_what_always_holds_asks_for_nothing() -> None:
    assert (ALWAYS.asks({}), ALWAYS.reads) == (True, ())
