"""The laws of three-valued logic: what is not known never counts as an answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugin.policy.clauses import compile_condition
from plugin.policy.conditions import All, Any, Condition, Not
from tests.policy.logic import (
    NAMES,
    Flags,
    answer_of,
    completions,
    conditions,
    known_flags,
    seeded,
)

PARTS = st.lists(conditions(), max_size=4).map(tuple)


def same(one: Condition, other: Condition, known: Flags) -> bool:
    """Tell whether two conditions answer alike."""
    return compile_condition(one)(known) is compile_condition(other)(known)


@seeded
@given(condition=conditions(), known=known_flags())
def test_it_answers_as_written(condition: Condition, known: Flags) -> None:
    assert compile_condition(condition)(known) is answer_of(condition, known)


@seeded
@given(parts=PARTS, known=known_flags())
def test_not_all_is_any_not(parts: tuple[Condition, ...], known: Flags) -> None:
    turned = tuple(map(Not, parts))

    assert same(Not(All(parts)), Any(turned), known)
    assert same(Not(Any(parts)), All(turned), known)


@seeded
@given(one=conditions(), known=known_flags())
def test_not_not_changes_nothing(one: Condition, known: Flags) -> None:
    assert same(Not(Not(one)), one, known)


@seeded
@given(parts=PARTS, known=known_flags(), data=st.data())
def test_the_order_of_parts_does_not_matter(
    parts: tuple[Condition, ...], known: Flags, data: st.DataObject
) -> None:
    shuffled = tuple(data.draw(st.permutations(parts)))

    assert same(All(parts), All(shuffled), known)
    assert same(Any(parts), Any(shuffled), known)


@seeded
@given(a=conditions(), b=conditions(), c=conditions(), known=known_flags())
def test_all_and_any_distribute_and_absorb(
    a: Condition, b: Condition, c: Condition, known: Flags
) -> None:
    assert same(All((a, Any((b, c)))), Any((All((a, b)), All((a, c)))), known)
    assert same(Any((a, All((b, c)))), All((Any((a, b)), Any((a, c)))), known)
    assert same(All((a, Any((a, b)))), a, known)
    assert same(Any((a, All((a, b)))), a, known)


@seeded
@given(condition=conditions(), known=known_flags())
def test_what_gets_known_never_turns_an_answer(
    condition: Condition, known: Flags
) -> None:
    ask = compile_condition(condition)
    before = ask(known)
    after = {ask(full) for full in completions(known)}

    assert None not in after
    assert before is None or after == {before}


@seeded
@given(condition=conditions(), known=known_flags())
def test_what_gets_lost_leaves_an_answer_or_a_doubt(
    condition: Condition, known: Flags
) -> None:
    ask = compile_condition(condition)
    before = ask(known)

    for name in NAMES:
        assert ask({**known, name: None}) in {before, None}


def test_nothing_to_ask_holds_for_all_and_not_for_any() -> None:
    assert compile_condition(All(()))({}) is True
    assert compile_condition(Any(()))({}) is False
