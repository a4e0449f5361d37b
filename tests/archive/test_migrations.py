"""The migrations build what the tables say, and may run again."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from plugin.archive.database import MIGRATIONS, connect, migrate
from plugin.archive.promises import last_word
from plugin.archive.store import SqlArchive
from plugin.archive.tables import metadata
from plugin.case import promise_in
from tests.archive.shelves import ALPINE, at_once
from tests.conftest import HandClock
from tests.databases import KEYRING

OLD_CASE = """
INSERT INTO cases (shop, return_id, return_name, order_id, order_name, status, mode,
  asked, decided_by, offer, opened_at, updated_at)
VALUES (:shop, :return_id, '#1', '1', '#1', 'answered', 'automatic', '[]', '[]',
  :offer, '2026-11-01 12:00:00', '2026-11-01 12:00:00')
"""

LATER_CASE = """
INSERT INTO cases (shop, return_id, return_name, order_id, order_name, status, mode,
  decided_by, offering, has_code, opened_at, updated_at)
VALUES (:shop, :return_id, '#1', '1', '#1', 'answered', 'automatic', '[]', false,
  false, '2026-11-01 12:00:00', '2026-11-01 12:00:00')
"""
ENTRY = """
INSERT INTO entries (shop, return_id, key, seq, kind, at, body, sha256)
VALUES (:shop, :return_id, :key, :seq, 'event', '2026-11-01 12:00:00', '{}', 'x')
"""


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """Nothing is laid out here before the test begins."""
    return empty_database_url


@pytest.fixture
def engine(bare_engine: sa.Engine) -> sa.Engine:
    """What the durable engine lays out is no matter here."""
    return bare_engine


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


def test_it_drops_what_older_builds_kept_open(
    database_url: str, clock: HandClock
) -> None:
    engine = connect(database_url)
    _migrate_to(engine, "0002")
    with engine.begin() as db:
        values = {"shop": ALPINE, "return_id": "open", "offer": None}
        db.execute(sa.text(OLD_CASE), values)

    migrate(engine)

    found = SqlArchive(engine, clock.now, KEYRING).of(ALPINE).find("open")
    engine.dispose()
    assert found is None


@pytest.mark.parametrize(
    ("keys", "money"),
    [
        ([], None),
        (["may-pay"], "owed"),
        (["may-pay", "refund:left"], "left"),
        (["refund:left", "refund:granted:1", "refund:asked:1"], "owed"),
        (["refund:granted:1", "refund:left:1", "refund:covered:7"], "done"),
        (["call:refund", "refund:undone:7"], "left"),
    ],
)
def test_it_reads_what_was_said_of_money_before(
    database_url: str, keys: list[str], money: str | None
) -> None:
    assert money_after(database_url, "0017", keys) == money == last_word(keys)


@pytest.mark.parametrize(
    ("keys", "money"),
    [
        (["may-pay", "refund:covered:7", "refund:left"], "done"),
        (["may-pay", "refund:covered:7", "refund:undone:7", "refund:left"], "left"),
        (["may-pay", "refund:left"], "left"),
    ],
)
def test_what_was_left_after_all_was_given_waits_for_nobody(
    database_url: str, keys: list[str], money: str
) -> None:
    told = ("UPDATE cases SET money = 'left'",)
    assert money_after(database_url, "0019", keys, *told) == money


@pytest.mark.parametrize(
    ("keys", "money"),
    [
        (["call:refund", "close:left", "refund:covered:7"], "left"),
        (["call:refund", "close:left", "refund:covered:7", "call:close"], "done"),
        (["call:refund", "close:left", "call:close", "refund:undone:7"], "left"),
        (["call:refund", "refund:covered:7"], "done"),
    ],
)
def test_a_return_that_staff_are_to_close_waits(
    database_url: str, keys: list[str], money: str
) -> None:
    newest = next(word for word in map(promise_in, keys[::-1]) if word is not None)
    told = (f"UPDATE cases SET money = '{newest.value}'",)
    assert money_after(database_url, "0025", keys, *told) == money == last_word(keys)


def money_after(
    database_url: str, revision: str, keys: list[str], *changes: str
) -> str | None:
    """Migrate from a revision with one case; gives how its money stands then."""
    engine = connect(database_url)
    _migrate_to(engine, revision)
    mine = {"shop": ALPINE, "return_id": "r-1"}
    with engine.begin() as db:
        db.execute(sa.text(LATER_CASE), mine)
        for change in changes:
            db.execute(sa.text(change))
        for seq, key in enumerate(keys):
            db.execute(sa.text(ENTRY), {**mine, "key": key, "seq": seq})
    migrate(engine)
    with engine.connect() as db:
        found: str | None = db.scalar(sa.text("SELECT money FROM cases"))
    engine.dispose()
    return found


def _migrate_to(engine: sa.Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
