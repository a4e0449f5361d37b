"""The solver: it finds an example exactly where trying everything finds one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.policy.clauses import compile_condition
from plugin.policy.conditions import All, Any, Condition, Not, Operator, facts_read
from plugin.policy.conditions import Test as Comparison
from plugin.policy.linting.solve import Solver, Want
from plugin.policy.linting.world import World
from plugin.policy.terms import Clock, Policy, Window

NUMBER = (
    Operator.EQUALS,
    Operator.MORE_THAN,
    Operator.AT_LEAST,
    Operator.LESS_THAN,
    Operator.AT_MOST,
)
# Every value that differs from its neighbours for thresholds from -1 to 4.
SMALL = range(8)
DAYS = 2
DOMAINS: dict[str, tuple[object, ...]] = {
    "days_since_delivery": tuple(SMALL),
    "days_since_order": tuple(SMALL),
    "days_past_window": tuple(range(-DAYS, 6)),
    "customer_returns_in_10_days": tuple(SMALL),
    "customer_returns_in_90_days": tuple(SMALL),
    "customer_items_in_30_days": tuple(SMALL),
    "price": tuple(SMALL),
    "order_total": tuple(SMALL),
    "gift_card": (True, False),
    "channel": ("a", "b", "c", "d"),
    "return_method": ("mail", "store", "collection", "drop-off"),
    "order_tags": tuple(
        frozenset(words) for size in range(4) for words in combinations("abc", size)
    ),
}
WINDOW = Window(days=DAYS, starts=Clock.DELIVERED)


def compare(fact: str, operator: Operator, value: object) -> Comparison:
    """Compare one fact."""
    return Comparison(fact=fact, operator=operator, value=value)  # type: ignore[arg-type]


def comparisons(facts: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    """Make comparisons of these facts."""
    return st.sampled_from(facts).flatmap(_comparison)


def _comparison(fact: str) -> st.SearchStrategy[Condition]:
    values = DOMAINS[fact]
    words = st.sampled_from(
        ("a", "b", "c") if fact != "return_method" else ("mail", "store")
    )
    some = st.frozensets(words, min_size=1)
    fitting = {
        bool: st.tuples(st.just(Operator.EQUALS), st.booleans()),
        int: st.tuples(st.sampled_from(NUMBER), st.integers(-1, 4)),
        str: st.tuples(st.just(Operator.EQUALS), words)
        | st.tuples(st.just(Operator.ONE_OF), some),
        frozenset: st.tuples(st.just(Operator.CONTAINS), words)
        | st.tuples(st.just(Operator.CONTAINS_ANY), some),
    }
    return fitting[type(values[0])].map(lambda two: compare(fact, *two))


def conditions() -> st.SearchStrategy[Condition]:
    """Make conditions over three facts at most, a few levels deep."""
    names = st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=3)
    return names.flatmap(lambda facts: _joined(comparisons(tuple(facts))))


def pairs() -> st.SearchStrategy[tuple[Condition, Condition]]:
    """Make two conditions over the same three facts at most."""
    names = st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=3)
    return names.flatmap(
        lambda facts: st.tuples(*[_joined(comparisons(tuple(facts)))] * 2)
    )


def _joined(base: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        base,
        lambda inner: (
            inner.map(Not)
            | st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts)))
            | st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts)))
        ),
        max_leaves=6,
    )


def plain_policy(window: Window = WINDOW) -> Policy:
    """Make a policy that is a window alone."""
    return Policy(name="Plain", version="v1", window=window, clauses=())


def worlds(
    names: tuple[str, ...], extra: tuple[object, ...]
) -> Iterator[Mapping[str, object]]:
    """Try every consistent value of the named facts."""
    for row in product(*((*DOMAINS[name], *extra) for name in names)):
        values = dict(zip(names, row, strict=True))
        if consistent(values):
            yield values


def consistent(values: Mapping[str, object]) -> bool:
    """Tell whether facts that hang together agree."""
    past = values.get("days_past_window")
    came = values.get("days_since_delivery")
    if isinstance(past, int):
        came = past + DAYS if came is None else came
        if came != past + DAYS:
            return False
    least = (
        (values.get("days_since_order"), came),
        (values.get("order_total"), values.get("price")),
        (_counted(values, "returns", 90), _counted(values, "returns", 10)),
        (_counted(values, "items", 30), _counted(values, "returns", 10)),
    )
    return all(
        more >= less
        for more, less in least
        if isinstance(more, int) and isinstance(less, int)
    )


def told(values: Mapping[str, object]) -> bool:
    """Tell whether only such facts are unknown as can be, together with their kin."""
    history = {v is None for name, v in values.items() if name.startswith("customer_")}
    window = {
        values[name] is None
        for name in ("days_past_window", "days_since_delivery")
        if name in values
    }
    ordered = values.get("days_since_order", 0) is not None
    return ordered and len(history) < 2 and len(window) < 2


def _counted(values: Mapping[str, object], what: str, days: int) -> object:
    return values.get(f"customer_{what}_in_{days}_days")


@given(condition=conditions())
@settings(max_examples=150, deadline=None)
def test_it_agrees_with_trying_everything(condition: Condition) -> None:
    world = World(plain_policy(), [condition])
    answer = Solver(world).example([Want(guard=world.guard(condition))])
    asks = compile_condition(condition)
    names = facts_read(condition)
    there = any(asks(values) is True for values in worlds(names, ()))

    assert answer.proven
    assert (answer.values is not None) is there
    if answer.values is not None:
        found = world.joined(answer.values)
        assert asks({**dict.fromkeys(names), **found}) is True
        assert consistent(found)


@given(pair=pairs())
@settings(max_examples=120, deadline=None)
def test_it_agrees_with_trying_everything_where_facts_may_be_unknown(
    pair: tuple[Condition, Condition],
) -> None:
    first, second = pair
    world = World(plain_policy(), pair)
    answer = Solver(world).example(
        [
            Want(guard=world.guard(first)),
            Want(guard=world.guard(Not(second)), doubt_will_do=True),
        ]
    )
    asks, other = compile_condition(first), compile_condition(second)
    names = tuple(dict.fromkeys((*facts_read(first), *facts_read(second))))
    there = any(
        asks(values) is True and other(values) is not True
        for values in worlds(names, (None,))
        if told(values)
    )

    assert answer.proven
    assert (answer.values is not None) is there
