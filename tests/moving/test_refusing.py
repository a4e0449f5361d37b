"""`evenhand db copy` refuses with a stable code and a way out, and changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from plugin.archive import marks
from plugin.archive.copying import ENGINE_VERSION
from plugin.cli import main
from tests.moving.conftest import Removal

SETTINGS = {
    "SHOPIFY_API_KEY": "client-id",
    "SHOPIFY_API_SECRET": "client-secret",
    "EVENHAND_SECRETS": "s" * 32,
}


@pytest.fixture(autouse=True)
def _settings(removal: Removal, monkeypatch: pytest.MonkeyPatch) -> None:
    url = removal.source.url.render_as_string()
    for name, value in {**SETTINGS, "DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)


def copy(to: str) -> Result:
    return CliRunner().invoke(main, ["db", "copy", to], catch_exceptions=False)


def refused(to: str) -> str:
    """Run it where it must be refused; gives the code."""
    done = copy(to)
    assert done.exit_code == 2
    return done.stderr.strip().rpartition(" ")[2].strip("()")


def is_empty(removal: Removal) -> bool:
    return sa.inspect(removal.target).get_table_names() == []


def test_it_moves_an_installation(removal: Removal, target_url: str) -> None:
    done = copy(target_url)

    assert done.exit_code == 0
    assert done.stdout.splitlines()[-2].endswith("0 rows: all counts agree")
    marks.use(removal.target).close()


def test_it_takes_the_address_from_the_environment(
    target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_COPY_TO", target_url)

    done = CliRunner().invoke(main, ["db", "copy"], catch_exceptions=False)

    assert done.exit_code == 0


def test_not_while_somebody_works_on_the_source(
    removal: Removal, target_url: str
) -> None:
    held = marks.use(removal.source)

    assert refused(target_url) == "source_in_use"
    assert is_empty(removal)
    held.close()
    assert copy(target_url).exit_code == 0


def test_not_while_somebody_works_on_the_target(
    removal: Removal, target_url: str
) -> None:
    held = marks.use(removal.target)

    assert refused(target_url) == "target_in_use"
    held.close()
    assert is_empty(removal)


def test_nobody_starts_while_it_is_copied(removal: Removal) -> None:
    for engine in (removal.source, removal.target):
        held = marks.alone(engine)
        assert held is not None

        with pytest.raises(marks.BeingCopied) as caught:
            marks.use(engine)

        assert caught.value.code == "being_copied"
        held.close()


def test_not_onto_itself(removal: Removal) -> None:
    assert refused(removal.source.url.render_as_string()) == "same_database"


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("sqlite:////tmp/other.db", "target_not_postgresql"),
        ("postgresql://127.0.0.1/evenhand", "target_not_postgresql"),
        ("nothing", "bad_usage"),
        ("postgresql+psycopg://canary:canary@127.0.0.1:9/evenhand", "copy_stopped"),
    ],
)
def test_not_to_what_is_no_server(to: str, code: str) -> None:
    assert refused(to) == code
    assert "canary" not in copy(to).stderr


def test_not_from_a_server(target_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", target_url)

    assert refused(target_url) == "same_database"
    assert refused(f"{target_url}2") == "source_not_sqlite"


@pytest.mark.parametrize("version", ["0016", "9999"])
def test_not_from_a_source_of_another_release(
    removal: Removal, target_url: str, version: str
) -> None:
    _change(removal.source, f"UPDATE evenhand_schema SET version_num = '{version}'")

    assert refused(target_url) == "database_not_migrated"
    assert is_empty(removal)


def test_not_from_a_source_with_an_older_engine(
    removal: Removal, target_url: str
) -> None:
    _change(removal.source, f"UPDATE {ENGINE_VERSION} SET version = version - 1")

    assert refused(target_url) == "other_shape"
    assert marks.find(removal.source) is None
    marks.use(removal.target).close()


def test_not_to_a_target_of_a_newer_release(removal: Removal, target_url: str) -> None:
    removal.prepare()
    _change(removal.target, "UPDATE evenhand_schema SET version_num = '9999'")

    assert refused(target_url) == "other_shape"
    assert marks.find(removal.source) is None


def _change(engine: sa.Engine, statement: str) -> None:
    with engine.begin() as db:
        db.execute(sa.text(statement))
