"""Policy documents of no sensible size: refused at once, with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.packs import parse_policy
from plugin.schemas.strict import MOST_UNKNOWN
from tests.builders import errors_of, faults_of, make_clause, make_document

MONEY = {"amount": "5.00", "currency": "EUR"}


def errors_of_when(when: Any) -> dict[str, list[str]]:
    """Read a policy with one condition and give its errors by path."""
    return errors_of(make_document(clauses=[make_clause(when=when)]))


@pytest.mark.parametrize(
    ("fact", "most", "unit"),
    [
        ("photos", 10_000, "pieces"),
        ("customer_orders", 10_000, "orders"),
        ("customer_returns", 10_000, "returns"),
        ("customer_returns_in_90_days", 10_000, "returns"),
        ("customer_items_in_90_days", 10_000, "items"),
        ("customer_offers_in_9999_days", 10_000, "offers"),
        ("days_past_window", 100_000, "days"),
        ("hours_since_order", 100_000, "hours"),
        ("customer_return_percent", 1000, "percent"),
        ("used_percent", 1000, "percent"),
        ("price", 999_999_999, "smallest currency unit"),
    ],
)
def test_no_fact_is_compared_with_a_number_it_never_has(
    fact: str, most: int, unit: str
) -> None:
    why = f"`{fact}` is counted in {unit}: give at most {most}"
    too_large = "give a whole number" if unit == "smallest currency unit" else why

    assert errors_of_when({"fact": fact, "at_least": most}) == {}
    assert errors_of_when({"fact": fact, "at_most": -most}) == {}
    for number in (most + 1, -most - 1):
        assert errors_of_when({"fact": fact, "equals": number}) == {
            "clauses.0.when.equals": [too_large]
        }


def test_no_tier_starts_at_a_number_that_its_fact_never_has() -> None:
    tiers = [{"at_least": 0}, {"at_least": 100_001, "flat": MONEY}]
    fee = {"id": "fee", "by": "days_since_delivery", "tiers": tiers}

    assert faults_of("fees", {**fee, "by": "price"}) == {}
    assert faults_of("fees", fee) == {
        "tiers.1.at_least": [
            "`days_since_delivery` is counted in days: give at most 100000"
        ]
    }


def test_a_document_has_at_most_so_many_conditions() -> None:
    card = {"fact": "gift_card", "equals": True}
    full = {"any": [{"all": [card] * 250}] * 8}
    more = make_clause(id="more", when=card)

    assert errors_of(make_document(clauses=[make_clause(when=full)])) == {}
    assert errors_of(make_document(clauses=[make_clause(when=full), more])) == {
        "document": [
            "2001 comparisons with facts are too many; at most 2000 can be read"
        ]
    }


def test_a_document_asks_for_at_most_so_many_facts() -> None:
    spans = [f"customer_returns_in_{days}_days" for days in range(1, 102)]
    tests = [{"fact": name, "at_least": 1} for name in spans]

    assert errors_of_when({"any": tests[:100]}) == {}
    assert errors_of_when({"any": tests}) == {
        "document": ["101 different facts are too many; at most 100 can be read"]
    }


def test_a_document_has_at_most_so_many_words() -> None:
    tags = {"fact": "product_tags", "contains_any": ["sale"] * 250}

    assert errors_of_when({"any": [tags] * 80}) == {}
    assert errors_of_when({"any": [tags] * 81}) == {
        "document": ["20250 words in lists are too many; at most 20000 can be read"]
    }


def test_a_document_has_at_most_so_many_parts() -> None:
    errors = errors_of(make_document(seasons=[{}] * 10_000))

    assert list(errors) == ["document"]
    assert errors["document"][0].endswith(
        " rules and parts of rules are too many; at most 10000 can be read"
    )


def test_a_document_nested_without_end_is_refused() -> None:
    when: dict[str, Any] = {}
    for _ in range(2000):
        when = {"not": when}

    assert list(errors_of_when(when).values()) == [["nest at most 8 levels"]]


def test_it_names_the_nearest_of_twenty_unknown_names_and_counts_the_rest() -> None:
    errors = errors_of(make_document(**{f"nam{n}": n for n in range(90_000)}))

    assert errors["nam19"] == ["unknown name `nam19`; did you mean `name`?"]
    assert errors["document"] == ["89980 more names are unknown; correct these first"]
    assert len(errors) == MOST_UNKNOWN + 1 == 21


def test_it_counts_unknown_names_wherever_they_stand() -> None:
    rules = [make_clause(id=f"c{n}", when={f"fakt{n}": 1}) for n in range(25)]
    errors = errors_of(make_document(clauses=rules))

    assert errors["document"] == ["5 more names are unknown; correct these first"]
    assert "clauses.19.when.fakt19" in errors
    assert "clauses.20.when.fakt20" not in errors


def test_a_name_without_end_is_told_by_its_beginning() -> None:
    errors = errors_of(make_document(**{"k" * 900_000: 1}))

    assert list(errors) == ["k" * 80]
    assert len(errors["k" * 80][0]) < 250


def test_a_document_as_large_as_allowed_can_be_used() -> None:
    clauses = [make_clause(id=f"c{n}") for n in range(100)]

    assert (
        len(parse_policy(make_document(clauses=clauses), version="v1").clauses) == 100
    )
