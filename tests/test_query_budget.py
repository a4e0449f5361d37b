from __future__ import annotations

import pytest
from graphql import build_schema, parse

from plugin.devstore import graph_cost
from plugin.shopify.client import OPERATIONS
from tests.devstore.world import ROOT

# Shopify refuses a single query above this, whatever the plan.
MOST_POINTS = 1000
SCHEMA = build_schema((ROOT / "plugin/devstore/schema.graphql").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_fits_the_budget_with_full_pages(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_cost, "PAGE_SHARE", 1.0)
    document = parse(OPERATIONS[name])
    operation = document.definitions[0]

    costs = graph_cost.Costs(SCHEMA, document, operation, {})  # type: ignore[arg-type]  # each file holds one operation

    assert 0 < costs.requested < MOST_POINTS
