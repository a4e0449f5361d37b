"""Moving an installation to another database: all of it, once, and while nobody works.

The copy can be ended at any moment and goes on where it was, as long as nobody worked
on the source meanwhile. The target is not served before it is whole, nor the source
after.

    CannotMove           the copy is refused; nothing was changed
    ├── SourceInUse      a web, a worker or another copy works on the source
    ├── TargetInUse      the same, on the target
    ├── SourceMoved      the source was moved before, and another is served
    ├── SourceChanged    the source was worked on since the copy began
    ├── TargetTaken      the target holds an installation, or another's work
    └── OtherShape       source and target do not have the shape of this program
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from plugin.archive import marks
from plugin.archive.copying import (
    ENGINE,
    ENGINE_VERSION,
    Pair,
    copy_some,
    count,
    far,
    follow_on,
    pairs,
    progress,
)
from plugin.archive.marks import BEGUN, DONE, FROM, TO, Mark
from plugin.archive.scope import Across, across
from plugin.archive.tables import metadata

BATCH = 500
# How many batches of one table pass before it is told of again.
TOLD_EVERY = 50


class CannotMove(Exception):
    """The copy is refused; nothing was changed."""

    code = "cannot_move"


class SourceInUse(CannotMove):
    """A web, a worker or another copy works on the source."""

    code = "source_in_use"


class TargetInUse(CannotMove):
    """A web, a worker or another copy works on the target."""

    code = "target_in_use"


class SourceMoved(CannotMove):
    """The source was moved before, and another database is served."""

    code = "source_moved"


class SourceChanged(CannotMove):
    """The source was worked on since the copy began."""

    code = "source_changed"


class TargetTaken(CannotMove):
    """The target holds an installation, or another's work."""

    code = "target_taken"


class OtherShape(CannotMove):
    """Source and target do not have the shape of this program."""

    code = "other_shape"


def move(
    source: sa.Engine,
    target: sa.Engine,
    *,
    prepare: Callable[[], None],
    say: Callable[[str], None],
    batch: int = BATCH,
) -> bool:
    """Copy everything, or go on with it; tells whether the counts agree.

    `prepare` gives the target its tables. Raises `CannotMove`.
    """
    source, target = (across(each, Across.MOVING) for each in (source, target))
    with _alone(source, SourceInUse), _alone(target, TargetInUse):
        id = _copy_of(source, target)
        prepare()
        _refuse_other_shape(source, target)
        _mark(source, target, id)
        found = pairs(source, target)
        for pair in found:
            _copy(source, target, pair, say=say, batch=batch)
        if not _agree(source, target, found, say):
            return False
        _finish(source, target, found, id)
    return True


@contextmanager
def _alone(engine: sa.Engine, refused: type[CannotMove]) -> Iterator[None]:
    lock = marks.alone(engine)
    if lock is None:
        side = "source" if refused is SourceInUse else "target"
        stop = "stop every `evenhand serve`, `worker` and `db copy` there first"
        raise refused(f"somebody works on the {side}; {stop}")
    try:
        yield
    finally:
        lock.close()


def _copy_of(source: sa.Engine, target: sa.Engine) -> str:
    """Name the copy that goes on, or a new one."""
    here, there = marks.find(source), marks.find(target)
    if there is not None:
        if here is None or here.id != there.id:
            anew = "make the target's database anew and run this again"
            raise SourceChanged(
                f"the source was worked on since the copy began; {anew}"
            )
        return str(here.id)
    if here is not None and here.state == DONE:
        ways = "serve that one, or run `evenhand db reopen` to stay with this one"
        raise SourceMoved(f"the source was moved to another database before; {ways}")
    taken = _taken(target)
    if taken is not None:
        raise TargetTaken(f"`{taken}` has rows in the target; give an empty database")
    return secrets.token_hex(16)


def _taken(target: sa.Engine) -> str | None:
    """Find a table that holds rows, of ours or of anybody's durable engine."""
    there = sa.inspect(target)
    ours = [sa.table(name) for name in metadata.tables if there.has_table(name)]
    names = there.get_table_names(ENGINE) if ENGINE in there.get_schema_names() else []
    engines = [sa.table(n, schema=ENGINE) for n in names if n != ENGINE_VERSION]
    for table in (*ours, *engines):
        if count(target, table):
            return table.fullname
    return None


def _refuse_other_shape(source: sa.Engine, target: sa.Engine) -> None:
    """Compare the shapes of the engine's tables; ours were looked at before."""
    if _engine_version(source, None) != _engine_version(target, ENGINE):
        way = (
            "start `evenhand serve` of this release on it once, stop it, run this again"
        )
        raise OtherShape(f"the durable engine's tables in the source are older; {way}")


def _engine_version(engine: sa.Engine, schema: str | None) -> int | None:
    if not sa.inspect(engine).has_table(ENGINE_VERSION, schema=schema):
        return None
    table = sa.table(ENGINE_VERSION, sa.column("version"), schema=schema)
    with engine.connect() as db:
        version: int | None = db.scalar(sa.select(sa.func.max(table.c.version)))
    return version


def _mark(source: sa.Engine, target: sa.Engine, id: str) -> None:
    """Say on both sides that this copy is under way; the source first."""
    if marks.find(target) is not None:
        return
    now = datetime.now(UTC)
    marks.copies.create(source, checkfirst=True)
    with source.begin() as db:
        marks.put(db, Mark(id=id, side=FROM, state=BEGUN, at=now))
    with target.begin() as db:
        marks.metadata.create_all(db)
        marks.put(db, Mark(id=id, side=TO, state=BEGUN, at=now))


def _copy(
    source: sa.Engine,
    target: sa.Engine,
    pair: Pair,
    *,
    say: Callable[[str], None],
    batch: int,
) -> None:
    """Copy what is left of one table."""
    done, total, batches = far(target, pair), count(source, pair.read), 0
    while not done.whole:
        done = copy_some(source, target, pair, done, batch=batch)
        batches += 1
        if batches % TOLD_EVERY == 0 and not done.whole:
            say(f"{pair.name}: {done.rows} of {total}")
    say(f"{pair.name}: {done.rows} of {total}")


def _agree(
    source: sa.Engine, target: sa.Engine, found: list[Pair], say: Callable[[str], None]
) -> bool:
    """Count both sides of every table, and tell where they differ."""
    counts = {
        pair.name: (count(source, pair.read), count(target, pair.write))
        for pair in found
    }
    wrong = {name: both for name, both in counts.items() if both[0] != both[1]}
    for name, (here, there) in wrong.items():
        say(f"{name}: {here} rows in the source, {there} in the target")
    rows = sum(here for here, _ in counts.values())
    said = f"{len(wrong)} differ" if wrong else "all counts agree"
    say(f"{len(counts)} tables, {rows} rows: {said}")
    return not wrong


def _finish(source: sa.Engine, target: sa.Engine, found: list[Pair], id: str) -> None:
    """Let the target be served, and the source no more."""
    with target.begin() as db:
        for pair in found:
            follow_on(db, pair)
    done = Mark(id=id, side=FROM, state=DONE, at=datetime.now(UTC))
    # The source first: two that are served would answer the same requests.
    with source.begin() as db:
        marks.put(db, done)
    with target.begin() as db:
        progress.drop(db)
        marks.copies.drop(db)
