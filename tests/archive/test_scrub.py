"""Nothing is called scrubbed while anybody may still read what was deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from plugin.archive import scrub as scrubbing
from plugin.archive.database import connect, migrate
from plugin.archive.scrub import scrub
from plugin.archive.tables import cases
from plugin.privacy import NotYet
from tests.conftest import new_database
from tests.databases import as_superuser


@pytest.fixture
def served(postgres_url: str) -> Iterator[sa.Engine]:
    engine = connect(new_database(postgres_url))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("role", ["its own", "another"])
def test_it_waits_for_every_roles_readers(
    served: sa.Engine, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup reads as another role; what that one does, only few roles may see."""
    engine = as_superuser(served) if role == "another" else served
    reader = engine.execution_options(isolation_level="REPEATABLE READ").connect()
    reader.execute(sa.select(cases)).all()

    with monkeypatch.context() as hurried:
        hurried.setattr(scrubbing, "LOCK_SECONDS", 1)
        with pytest.raises(NotYet, match="since before"):
            scrub(served)
    reader.close()
    scrub(served)

    engine.dispose()


def test_it_waits_for_none_that_began_later(
    served: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = served.connect()
    began.execute(sa.select(cases)).all()

    def turn(_seconds: float) -> None:
        began.rollback()
        began.execute(sa.select(cases)).all()

    monkeypatch.setattr("plugin.archive.scrub.time.sleep", turn)
    scrub(served)

    began.close()
