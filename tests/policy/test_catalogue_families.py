"""Facts with a number in their name: what came before, by days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from plugin.policy.catalogue import FAMILIES, Kind, known
from plugin.policy.facts import Facts, Line, Past
from tests.builders import ASKED_ON, make_facts


def read(name: str, facts: Facts, line: Line | None = None) -> object:
    """Read a fact of the first line, or of another."""
    return known(name).reads(facts, line or facts.lines[0])


def past(*days_ago: int, **parts: Any) -> tuple[Past, ...]:
    """List earlier returns or offers, so many days before the request."""
    return tuple(Past(on=ASKED_ON - timedelta(days=n), **parts) for n in days_ago)


@pytest.mark.parametrize(
    ("days", "returns"), [(1, 1), (89, 2), (90, 2), (91, 3), (365, 3), (366, 4)]
)
def test_a_family_counts_the_days_in_its_name(days: int, returns: int) -> None:
    facts = make_facts(
        returns_before=past(0, 88, 90, 365, items=2), offers_before=past(0, 90)
    )

    assert read(f"customer_returns_in_{days}_days", facts) == returns
    assert read(f"customer_items_in_{days}_days", facts) == 2 * returns
    assert read(f"customer_offers_in_{days}_days", facts) == (1 if days < 91 else 2)


def test_a_history_that_is_not_known_is_not_empty() -> None:
    empty = make_facts(returns_before=(), offers_before=())

    for family in FAMILIES:
        name = family.format(days=30)
        assert (read(name, make_facts()), read(name, empty)) == (None, 0)


def test_a_family_is_known_by_its_whole_name() -> None:
    fact = known("customer_items_in_90_days")

    assert (fact.name, fact.kind, fact.unit) == (
        "customer_items_in_90_days",
        Kind.NUMBER,
        "items",
    )
    assert fact.meaning == FAMILIES["customer_items_in_{days}_days"][0]
    assert fact.unknown == (
        "for a guest, or where the history could not be read to its end"
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "prize",
        "customer_returns_in_0_days",
        "customer_returns_in_030_days",
        "customer_returns_in_10000_days",
        "customer_returns_in_-1_days",
        "customer_returns_in_30_days\n",
        "customer_returns_in_٣_days",
        "customer_returns_in_30_hours",
        "my_customer_returns_in_30_days",
        "customer_orders_in_30_days",
    ],
)
def test_any_other_name_is_no_fact(name: str) -> None:
    with pytest.raises(KeyError):
        known(name)


def test_the_longest_family_reaches_back_thousands_of_days() -> None:
    facts = make_facts(returns_before=(Past(on=date(1999, 6, 21)),))

    assert read("customer_returns_in_9999_days", facts) == 0
    assert read("customer_returns_in_1_days", facts) == 0
