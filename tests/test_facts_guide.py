"""The table of facts, as the docs and the rule editor show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.facts_guide import as_markdown, editor_facts
from plugin.packs import parse_policy
from plugin.policy.catalogue import CATALOGUE, FAMILIES
from plugin.policy.conditions import Operator
from tests.builders import make_clause, make_document

DOCS = Path(__file__).parent.parent / "docs"
VALUES = {"number": 3, "flag": True}
LISTS = {"one_of", "contains_any"}


def test_the_page_is_what_the_table_says() -> None:
    assert (DOCS / "facts.md").read_text("utf-8") == as_markdown()


def test_every_fact_has_one_row() -> None:
    rows = [row for row in as_markdown().splitlines() if row.startswith("| `")]
    named = [row.split("`")[1] for row in rows]

    assert named == [*CATALOGUE, *(family.format(days=90) for family in FAMILIES)]
    assert all(row.count("|") == 6 for row in rows)


def test_the_editor_is_told_of_one_fact_in_full() -> None:
    facts = {fact["name"]: fact for fact in editor_facts()}

    assert facts["return_method"] == {
        "name": "return_method",
        "kind": "text",
        "unit": "",
        "meaning": "how the item comes back",
        "source": "the customer's choice",
        "unknown": "until it was chosen; the store's own returns do not tell",
        "choices": ["collection", "drop-off", "mail", "store"],
        "operators": ["equals", "one_of"],
    }


def test_every_operator_fits_a_fact() -> None:
    used = {name for fact in editor_facts() for name in _operators(fact)}

    assert used == {operator.value for operator in Operator}


def _operators(fact: dict[str, object]) -> list[str]:
    operators = fact["operators"]
    assert isinstance(operators, list)
    return operators


@pytest.mark.parametrize("fact", editor_facts(), ids=lambda fact: fact["name"])
def test_what_the_editor_offers_can_be_saved(fact: dict[str, object]) -> None:
    choices = fact["choices"]
    assert isinstance(choices, list)
    word = choices[0] if choices else "DE"
    for operator in _operators(fact):
        value = VALUES.get(str(fact["kind"]), word)
        when = {"fact": fact["name"], operator: [value] if operator in LISTS else value}
        clause = make_clause(when=when)

        assert parse_policy(make_document(clauses=[clause]), version="v1").clauses
