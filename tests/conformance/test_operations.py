"""Every operation of ours is one the real Admin API understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLSchema, parse, validate
from graphql.validation import NoDeprecatedCustomRule

from plugin.devstore.graph_schema import load_schema

ROOT = Path(__file__).parents[2]
OPERATIONS = sorted((ROOT / "plugin" / "shopify" / "operations").rglob("*.graphql"))


def test_there_are_operations() -> None:
    assert len(OPERATIONS) >= 13


@pytest.mark.parametrize("file", OPERATIONS, ids=lambda file: file.stem)
def test_an_operation_is_valid_and_current(
    file: Path, real_schema: GraphQLSchema
) -> None:
    document = parse(file.read_text(encoding="utf-8"))

    assert validate(real_schema, document) == []
    assert validate(real_schema, document, [NoDeprecatedCustomRule]) == []


@pytest.mark.parametrize("file", OPERATIONS, ids=lambda file: file.stem)
def test_the_development_store_answers_an_operation(file: Path) -> None:
    document = parse(file.read_text(encoding="utf-8"))

    assert validate(load_schema(), document) == []
