"""Conditions in a policy document: read, or refused with the fault by its path."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.packs import parse_policy
from plugin.policy.conditions import Test as Comparison
from tests.builders import errors_of, make_clause, make_document


def errors_of_when(when: Any) -> dict[str, list[str]]:
    """Read a clause whose condition cannot be used and give the errors."""
    return errors_of(make_document(clauses=[make_clause(when=when)]))


@pytest.mark.parametrize(
    ("when", "value"),
    [
        ({"fact": "product_tags", "contains": " Final-SALE "}, "final-sale"),
        (
            {"fact": "order_tags", "contains_any": ["VIP", "Gift"]},
            frozenset({"vip", "gift"}),
        ),
        ({"fact": "vendor", "equals": "Potter"}, "potter"),
        ({"fact": "reason", "one_of": ["my-own-reason"]}, frozenset({"my-own-reason"})),
        ({"fact": "country", "one_of": ["de", "FR"]}, frozenset({"DE", "FR"})),
    ],
)
def test_it_writes_words_as_the_facts_have_them(
    when: dict[str, Any], value: object
) -> None:
    policy = parse_policy(make_document(clauses=[make_clause(when=when)]), version="v1")
    found = policy.clauses[0].when

    assert isinstance(found, Comparison)
    assert found.value == value


SHAPE = ["give `all`, `any`, `not`, or `fact` with one operator"]


@pytest.mark.parametrize(
    ("when", "path", "why"),
    [
        (None, "", ["nothing is given here; give a value"]),
        ("late", "", SHAPE),
        ({}, "", SHAPE),
        ({"all": [], "any": []}, "", SHAPE),
        ({"all": []}, ".all", ["give a list of 1 to 250 conditions"]),
        ({"any": "x"}, ".any", ["give a list of 1 to 250 conditions"]),
        ({"any": [{}] * 251}, ".any", ["give a list of 1 to 250 conditions"]),
        (
            {"fact": "reason", "one_of": ["defectiv"]},
            ".one_of",
            ["unknown reason `defectiv`; did you mean `defective`?"],
        ),
        (
            {"fact": "country", "equals": "Germany"},
            ".equals",
            ["`Germany` is no country; give a code such as DE"],
        ),
        ({"al": []}, ".al", ["unknown name `al`; did you mean `all`?"]),
        ({"not": {"not": 3}}, ".not.not", SHAPE),
        (
            {"fact": "reson", "equals": "x"},
            ".fact",
            ["unknown name `reson`; did you mean `reason`?"],
        ),
        (
            {"fact": "reason", "equal": "x"},
            ".equal",
            ["unknown name `equal`; did you mean `equals`?"],
        ),
        ({"fact": "reason"}, "", ["give `reason` exactly one of equals, one_of"]),
        (
            {"fact": "gift_card", "equals": True, "at_most": 3},
            "",
            ["give `gift_card` exactly one of equals"],
        ),
        (
            {"fact": "reason", "more_than": 3},
            ".more_than",
            ["`more_than` does not fit `reason`; use equals, one_of"],
        ),
        (
            {"fact": "product_tags", "equals": "x"},
            ".equals",
            ["`equals` does not fit `product_tags`; use contains, contains_any"],
        ),
        ({"fact": "price", "at_most": 9.99}, ".at_most", ["give a whole number"]),
        ({"fact": "gift_card", "equals": "yes"}, ".equals", ["give true or false"]),
        (
            {"fact": "vendor", "equals": ""},
            ".equals",
            ["give a text of 1 to 255 characters"],
        ),
        (
            {"fact": "vendor", "one_of": []},
            ".one_of",
            ["give a list of 1 to 250 texts"],
        ),
        (
            {"fact": "vendor", "one_of": ["a"] * 251},
            ".one_of",
            ["give a list of 1 to 250 texts"],
        ),
        (
            {"fact": ["reason"], "equals": "x"},
            ".fact",
            ["unknown name `['reason']`; did you mean `reason`?"],
        ),
    ],
)
def test_it_names_the_fault_in_a_condition(
    when: Any, path: str, why: list[str]
) -> None:
    assert errors_of_when(when) == {f"clauses.0.when{path}": why}


def test_it_names_each_faulty_part_of_a_condition() -> None:
    good = {"fact": "gift_card", "equals": True}
    errors = errors_of_when({"all": [good, {"any": [good, {"fact": "x"}]}, 3]})

    assert list(errors) == ["clauses.0.when.all.1.any.1.fact", "clauses.0.when.all.2"]


def nested(levels: int) -> dict[str, Any]:
    """Nest a condition as deep as told."""
    when: dict[str, Any] = {"fact": "gift_card", "equals": True}
    for _ in range(levels - 1):
        when = {"not": when}
    return when


def test_it_nests_eight_levels_and_no_more() -> None:
    parse_policy(make_document(clauses=[make_clause(when=nested(8))]), version="v1")
    errors = errors_of_when(nested(9))

    assert list(errors.values()) == [["nest at most 8 levels"]]
