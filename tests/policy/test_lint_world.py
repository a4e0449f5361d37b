"""The solver's world: facts that hang together, words that stand for others."""

from __future__ import annotations

import pytest

from plugin.policy.clauses import ALWAYS
from plugin.policy.conditions import All, Not, Operator
from plugin.policy.linting.solve import Solver, Want
from plugin.policy.linting.world import World
from plugin.policy.terms import Window
from tests.policy.test_lint_solve import compare, plain_policy


@pytest.mark.parametrize(
    ("days", "hours", "there"),
    [
        ((Operator.EQUALS, 2), (Operator.EQUALS, 24), True),
        ((Operator.EQUALS, 2), (Operator.EQUALS, 23), False),
        ((Operator.EQUALS, 2), (Operator.EQUALS, 75), True),
        ((Operator.EQUALS, 2), (Operator.EQUALS, 76), False),
        ((Operator.AT_LEAST, 5), (Operator.LESS_THAN, 100), True),
        ((Operator.AT_LEAST, 5), (Operator.LESS_THAN, 96), False),
        ((Operator.EQUALS, 0), (Operator.LESS_THAN, 1), True),
        ((Operator.EQUALS, 0), (Operator.LESS_THAN, 0), False),
        ((Operator.LESS_THAN, 3), (Operator.AT_LEAST, 76), False),
    ],
)
def test_it_lets_hours_fit_their_days(
    days: tuple[Operator, int], hours: tuple[Operator, int], there: bool
) -> None:
    both = All(
        (
            compare("days_since_delivery", *days),
            compare("hours_since_delivery", *hours),
        )
    )
    world = World(plain_policy(), [both])
    answer = Solver(world).example([Want(guard=world.guard(both))])

    assert (answer.values is not None) is there


def test_it_knows_that_a_percentage_ends_at_a_hundred() -> None:
    more = compare("used_percent", Operator.MORE_THAN, 100)
    world = World(plain_policy(), [more])

    assert Solver(world).example([Want(guard=world.guard(more))]).impossible


def test_it_leaves_the_window_free_where_it_hangs_on_the_item() -> None:
    both = All(
        (
            compare("days_past_window", Operator.EQUALS, 50),
            compare("days_since_delivery", Operator.EQUALS, 1),
        )
    )
    free = World(plain_policy(Window(hours=48)), [both])
    tied = World(plain_policy(), [both])

    assert Solver(free).example([Want(guard=free.guard(both))]).values is not None
    assert Solver(tied).example([Want(guard=tied.guard(both))]).impossible


def test_it_keeps_what_is_fixed() -> None:
    late = compare("days_since_delivery", Operator.AT_LEAST, 3)
    world = World(plain_policy(), [late])
    solver = Solver(world)
    want = Want(guard=world.guard(late))

    assert solver.example([want], fixed={"days_since_delivery": 2}).impossible
    assert solver.example([want], fixed={"days_since_delivery": 3}).values == {
        "days_since_delivery": 3
    }


def test_it_says_that_it_does_not_know_when_its_steps_are_used_up() -> None:
    parts = tuple(compare("order_tags", Operator.CONTAINS, word) for word in "abc")
    world = World(plain_policy(), [All(parts)])
    solver = Solver(world, question_steps=5)
    answer = solver.example([Want(guard=world.guard(All(parts)))])

    assert answer.values is None
    assert not answer.impossible
    assert solver.not_proven == 1


def test_it_shares_its_steps_among_the_parts_of_a_study() -> None:
    solver = Solver(World(plain_policy(), []), total_steps=90)
    solver.share(3)

    assert not solver.affords(31)
    assert solver.affords(10)
    solver.share(2)
    assert solver.affords(40)
    assert not solver.affords(1)
    solver.share(1)
    assert solver.affords(40)
    assert not solver.affords(1)


def test_it_counts_once_what_a_part_can_no_longer_ask() -> None:
    solver = Solver(World(plain_policy(), []), total_steps=0)
    answers = [solver.example([Want(guard=ALWAYS)]) for _ in range(9)]

    assert not any(answer.proven for answer in answers)
    assert solver.not_proven == 1
    solver.share(1)
    assert not solver.affords(1)
    assert solver.not_proven == 2


def test_it_needs_no_facts_for_what_always_holds() -> None:
    world = World(plain_policy(), [])

    assert Solver(world).example([Want(guard=ALWAYS)]).values == {}


@pytest.mark.parametrize(
    ("fact", "named", "stands_for_the_rest"),
    [
        ("country", {"US", "DE"}, "GB"),
        ("country", {"US", "DE", "GB", "FR", "JP", "CA", "AU"}, "AA"),
        ("reason", {"unwanted"}, "color"),
        ("vendor", {"acme"}, "other vendor 1"),
        ("vendor", {"acme", "other vendor 1"}, "other vendor 2"),
        ("return_method", {"mail", "store"}, "collection"),
    ],
)
def test_it_finds_a_word_that_the_policy_does_not_name(
    fact: str, named: set[str], stands_for_the_rest: str
) -> None:
    one = compare(fact, Operator.ONE_OF, frozenset(named))
    world = World(plain_policy(), [one])

    assert set(world.values[fact]) == {min(named), stands_for_the_rest}
    assert world.like(fact, max(named)) == min(named)
    assert world.like(fact, "ZW") == stands_for_the_rest


def test_it_knows_that_a_fact_with_few_choices_may_have_no_other_word() -> None:
    ways = frozenset({"mail", "store", "collection", "drop-off"})
    every = compare("return_method", Operator.ONE_OF, ways)
    world = World(plain_policy(), [every])

    assert Solver(world).example([Want(guard=world.guard(Not(every)))]).impossible


def test_it_knows_nothing_of_words_that_no_condition_compares() -> None:
    assert World(plain_policy(), []).like("country", "DE") == "DE"
