"""The database: reachable, in its newest shape, durable, with room, on time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from plugin.archive import marks
from plugin.archive.database import MIGRATIONS, brief
from plugin.archive.scope import Across, across
from plugin.archive.tables import Moment, metadata, shops
from plugin.doctor.finding import Finding, fail, fine, warn

SCHEMA = "evenhand_schema"
LITTLE_ROOM = 1024**3
NO_ROOM = 100 * 1024**2
SKEW_SECONDS = 5.0
LOCK_SECONDS = 5.0
# What the driver says, and what that means; its own words may hold a password.
SIGNS = (
    ("connection option", "a setting after its `?` cannot be read"),
    ("Connection refused", "nothing answers there"),
    ("authentication failed", "it refuses the user or the password"),
    ("resolve host", "there is no such host"),
    ("translate host", "there is no such host"),
    ("timeout", "it does not answer in time"),
    ("does not exist", "there is no such database or user"),
)


def examine_database(engine: sa.Engine) -> Iterator[Finding]:
    """Look at the database as far as it lets; the first error ends it."""
    if _is_missing(engine.url):
        yield fail(
            "database",
            f"there is no file `{engine.url.database}`",
            "check `DATABASE_URL`, or run `evenhand serve` once, which makes it",
        )
        return
    try:
        found = list(_reachable(engine))
    except (sa.exc.SQLAlchemyError, OSError) as error:
        # The error's own text may hold the address with its password.
        yield fail(
            "database",
            f"{_place(engine.url)} cannot be used: {_why(error)}",
            "check the host, user, password and database in `DATABASE_URL`, that the "
            "server runs and can be reached from here, and who may write",
        )
        return
    yield from found


def _place(url: sa.URL) -> str:
    """Name a database by what is no secret of its address."""
    if url.get_backend_name() == "sqlite":
        return f"the file `{url.database}`"
    # What stands after the `?` is taken before what stands before it.
    host = url.query.get("host") or url.host or "this machine"
    if isinstance(host, tuple):
        where = ", ".join(host)
    elif host.startswith("/"):
        # The folder of the socket of a server of this machine.
        where = host
    else:
        where = f"{host}:{url.query.get('port') or url.port or 5432}"
    return f"the database `{url.database}` at `{where}`"


def _why(error: Exception) -> str:
    """Say what is wrong in our own words, as far as the driver's tell it."""
    told = str(error)
    return next((said for sign, said in SIGNS if sign in told), type(error).__name__)


def _is_missing(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()


def _reachable(engine: sa.Engine) -> Iterator[Finding]:
    yield shape(engine)
    yield _whole(engine)
    yield _writable(engine)
    yield _durable(engine)
    yield _clock(engine)
    if engine.dialect.name == "sqlite":
        yield room(Path(engine.url.database or "").resolve().parent)
    else:
        yield _walls(engine)


def shape(engine: sa.Engine) -> Finding:
    """Tell whether the tables are those that this release works with."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    there = sa.inspect(engine)
    version = None
    if there.has_table(SCHEMA):
        with engine.connect() as db:
            table = sa.table(SCHEMA, sa.column("version_num"))
            version = db.scalar(sa.select(table.c.version_num))
    if version == head:
        return fine("migrated", f"its shape is the newest, {head}")
    if version in {script.revision for script in scripts.walk_revisions()} | {None}:
        says = f"its shape is {version or 'none yet'}, this release wants {head}"
        return fail("migrated", says, "start `evenhand serve`, which migrates")
    says = f"its shape {version} is newer than this release, which knows {head}"
    return fail("migrated", says, "run the newer release again; nothing goes back")


def _whole(engine: sa.Engine) -> Finding:
    """Tell whether it may be served: a copy of it, or to it, is ended or not."""
    try:
        marks.refuse_unusable(engine)
    except marks.NotUsable as error:
        says, _, do = str(error).partition("; ")
        return fail("whole", says, do)
    return fine("whole", "it is no unfinished copy, and was not moved away")


def _writable(engine: sa.Engine) -> Finding:
    """Take the lock of a writer; nothing is changed."""
    try:
        with brief(across(engine, Across.COMMANDS), LOCK_SECONDS) as db:
            db.execute(sa.update(shops).where(sa.false()).values(shop=shops.c.shop))
    except sa.exc.SQLAlchemyError as error:
        return fail(
            "writable",
            f"it cannot be written to: {type(error).__name__}",
            "look for a lock held long, a read-only replica or file, a full disk",
        )
    return fine("writable", "it can be written to")


def _durable(engine: sa.Engine) -> Finding:
    """Ask whether what is acknowledged survives a power cut."""
    wanted = {"journal_mode": "wal", "synchronous": "2"}
    how = "PRAGMA"
    if engine.dialect.name != "sqlite":
        wanted, how = {"fsync": "on", "synchronous_commit": "on"}, "SHOW"
    with engine.connect() as db:
        shown = {n: str(db.exec_driver_sql(f"{how} {n}").scalar()) for n in wanted}
    says = ", ".join(f"{name} {value}" for name, value in shown.items())
    if shown == wanted:
        return fine("durable", says)
    should = ", ".join(f"{name} {value}" for name, value in wanted.items())
    return fail("durable", says, f"set {should}; an acknowledged event could be lost")


def _clock(engine: sa.Engine) -> Finding:
    with engine.connect() as db:
        # PostgreSQL's now() is the start of the transaction, which is this moment.
        theirs = db.scalars(sa.select(sa.func.now(type_=Moment))).one()
    return clock("the database", theirs)


def clock(whose: str, theirs: datetime, *, shop: str | None = None) -> Finding:
    """Compare a clock with ours."""
    skew = (theirs - datetime.now(UTC)).total_seconds()
    if abs(skew) <= SKEW_SECONDS:
        return fine("clock", f"it agrees with {whose}", shop)
    says = f"{whose} is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"
    return warn("clock", says, "let both machines keep time by NTP", shop)


def _walls(engine: sa.Engine) -> Finding:
    """Ask whether the database itself keeps the shops apart."""
    owned = [table.name for table in metadata.sorted_tables if "shop" in table.c]
    with engine.connect() as db:
        passes = db.scalar(_PASSES)
        walled = set(db.scalars(_WALLED))
    if missing := sorted(set(owned) - walled):
        says = f"no wall stands between shops in {', '.join(missing)}"
        return fail("walls", says, "restore the database with its policies")
    if passes:
        says = "the role passes the wall between shops: nothing holds it"
        do = "connect as a role that is no superuser and has no BYPASSRLS"
        return warn("walls", says, do)
    return fine("walls", "the database keeps the shops apart")


_PASSES = sa.text(
    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
)
_WALLED = sa.text(
    "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
    " WHERE relrowsecurity AND relforcerowsecurity"
)


def room(folder: Path) -> Finding:
    """Tell whether there is room where the database grows."""
    free = shutil.disk_usage(folder).free
    says = f"{free / 1024**3:.1f} GiB are free beside the database"
    if free < NO_ROOM:
        return fail("disk", says, "make room now: events cannot be kept on a full disk")
    if free < LITTLE_ROOM:
        return warn("disk", says, "make room, or move the database")
    return fine("disk", says)
