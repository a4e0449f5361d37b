"""Every stored table belongs to shops, row by row, or says why it does not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.tables import metadata

# What has no shop, and why none is missing there.
WITHOUT_SHOP = {
    "tallies": "counts of all shops together; no label names a shop",
    "workers": "names of programs, and when they were seen",
    "evenhand_schema": "which migration was the last",
}
# What is found by a number of the database's own, beside the shop.
NUMBERED = {"inbox", "looks"}


@pytest.fixture
def engine(bare_engine: sa.Engine) -> sa.Engine:
    """The durable engine's tables come later."""
    return bare_engine


def test_every_table_has_a_shop_or_a_reason(engine: sa.Engine) -> None:
    there = sa.inspect(engine)
    shopless = {
        table
        for table in there.get_table_names()
        if not any(
            column["name"] == "shop" and not column["nullable"]
            for column in there.get_columns(table)
        )
    }

    assert shopless == set(WITHOUT_SHOP)


def test_the_shop_leads_every_key() -> None:
    first = {t.name: next(iter(t.primary_key.columns)).name for t in _owned()}

    assert {name for name, column in first.items() if column != "shop"} == NUMBERED


def test_beside_ours_there_are_only_the_durable_engines_tables(
    engine: sa.Engine,
) -> None:
    """Its rows are jobs; each names its shop in its arguments and its queue's key."""
    before = set(sa.inspect(engine).get_table_names())
    workflows.migrate(engine)
    there = sa.inspect(engine)

    if engine.dialect.name == "postgresql":
        assert set(there.get_table_names()) == before
        schemas = set(there.get_schema_names())
        assert schemas == {"dbos", "information_schema", "public"}
    else:
        assert "workflow_status" in set(there.get_table_names()) - before


def _owned() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if "shop" in table.c]
