"""The migrations build what the tables say, and may run again."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from plugin.archive.database import connect, migrate
from plugin.archive.tables import metadata
from tests.archive.shelves import at_once


def test_it_builds_from_nothing_exactly_what_the_tables_say(engine: sa.Engine) -> None:
    options = {"version_table": "evenhand_schema", "compare_type": True}
    with engine.connect() as db:
        context = MigrationContext.configure(db, opts=options)
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_it_changes_nothing_the_second_time(engine: sa.Engine) -> None:
    before = sorted(sa.inspect(engine).get_table_names())

    migrate(engine)

    assert sorted(sa.inspect(engine).get_table_names()) == before
    assert before == sorted([*metadata.tables, "evenhand_schema"])


def test_it_builds_once_when_all_programs_start_at_once(database_url: str) -> None:
    engines = [connect(database_url) for _ in range(4)]

    raised = at_once([partial(migrate, engine) for engine in engines])

    tables = sorted(sa.inspect(engines[0]).get_table_names())
    for engine in engines:
        engine.dispose()
    assert raised == []
    assert tables == sorted([*metadata.tables, "evenhand_schema"])


def test_it_leaves_tables_of_others_alone(database_url: str) -> None:
    engine = connect(database_url)
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE workflow_status (id INTEGER)"))

    migrate(engine)

    assert "workflow_status" in sa.inspect(engine).get_table_names()
    engine.dispose()
