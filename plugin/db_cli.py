"""`evenhand db copy` and `db reopen`: an installation moves to another database."""

from __future__ import annotations

import sys
from functools import partial

import click
import sqlalchemy as sa
from alembic.util import CommandError

from plugin import workflows
from plugin.archive import marks
from plugin.archive.database import connect, migrate
from plugin.archive.moving import BATCH, CannotMove, OtherShape, move
from plugin.opened import database, end, settings


@click.group()
def db() -> None:
    """Move an installation to another database."""


@db.command("copy")
@click.argument("to_url", metavar="TO_URL", envvar="EVENHAND_COPY_TO")
@click.option(
    "--batch",
    type=click.IntRange(1, 10_000),
    default=BATCH,
    show_default=True,
    help="How many rows are copied in one transaction.",
)
def copy(to_url: str, batch: int) -> None:
    """Copy everything from `DATABASE_URL`, a SQLite file, to an empty PostgreSQL.

    Stop every process first. What was interrupted goes on when it is run again. Exits 1
    when the counts of a table differ, 2 when it is refused or stopped. TO_URL may be
    given as EVENHAND_COPY_TO, where nobody sees its password.
    """
    given = settings()
    _refuse_kinds(given.database_url, to_url)
    source, target = database(given), connect(to_url)
    click.get_current_context().call_on_close(target.dispose)
    whole = _copy(source, target, batch)
    if not whole:
        anew = "make the target's database anew and run this again"
        click.echo(f"evenhand: the copy is not whole; {anew} (counts_differ)", err=True)
        sys.exit(1)
    click.echo(
        "set `DATABASE_URL` to the target and start; the source is served no more"
    )


def _copy(source: sa.Engine, target: sa.Engine, batch: int) -> bool:
    try:
        return move(
            source, target, prepare=partial(_prepare, target), say=_say, batch=batch
        )
    except CannotMove as error:
        end(str(error), error.code)
    except sa.exc.SQLAlchemyError as error:
        # The error's own text may hold the address with its password.
        again = "put that right and run it again, it goes on where it was"
        end(f"the copy stopped: {type(error).__name__}; {again}", "copy_stopped")


def _refuse_kinds(from_url: str, to_url: str) -> None:
    """Refuse what is no way from SQLite to PostgreSQL."""
    try:
        here, there = sa.make_url(from_url), sa.make_url(to_url)
    except sa.exc.ArgumentError:
        end("TO_URL is no SQLAlchemy URL; give postgresql+psycopg://…", "bad_usage")
    if _place(here) == _place(there):
        end("source and target are the same database", "same_database")
    if here.get_backend_name() != "sqlite":
        way = "use `pg_dump` between servers"
        end(f"`DATABASE_URL` names no SQLite file; {way}", "source_not_sqlite")
    if there.drivername != "postgresql+psycopg":
        end("TO_URL is no postgresql+psycopg://…", "target_not_postgresql")


def _place(url: sa.URL) -> tuple[object, ...]:
    return url.get_backend_name(), url.host, url.port, url.database, url.query


def _prepare(target: sa.Engine) -> None:
    try:
        migrate(target)
    except CommandError:
        way = "use that release, or give an empty database"
        raise OtherShape(f"the target's shape is of a newer release; {way}") from None
    workflows.migrate(target)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


@db.command("reopen")
def reopen() -> None:
    """Let a database that was copied away be served again; never both of them."""
    found = marks.remove(database(settings()))
    click.echo("it is served again" if found else "it was not copied away")
