"""No statement of the app leaves its shop out, and the suite's own watch sees one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive.database import connect, migrate
from plugin.archive.scope import Across, across, of_shop
from plugin.archive.tables import cases, entries, inbox, looks, shops
from tests import scoping
from tests.archive.shelves import ALPINE, NORTH
from tests.pages.seeds import NOW
from tests.scoping import ROOT, Unscoped, shop_binds

# Whoever looks across shops, and why. A new one needs a line here, and a good reason.
LOOKS_ACROSS = {
    "plugin.archive.codes.lone_codes": Across.PLANNING,
    "plugin.archive.counted._count_window": Across.METRICS,
    "plugin.archive.database.migrate": Across.MIGRATION,
    "plugin.archive.deliveries.forget": Across.FORGETTING,
    "plugin.archive.fading.drop_forgotten": Across.FORGETTING,
    "plugin.archive.moving.move": Across.MOVING,
    "plugin.archive.past.due": Across.PLANNING,
    "plugin.archive.resealing.opened": Across.KEYS,
    "plugin.archive.resealing.reseal": Across.KEYS,
    "plugin.archive.retention.drop_files": Across.FORGETTING,
    "plugin.archive.retention.erase_left": Across.FORGETTING,
    "plugin.archive.retention.erase_old": Across.FORGETTING,
    "plugin.archive.retention.forget_looks": Across.FORGETTING,
    "plugin.archive.scrub._vacuum": Across.FORGETTING,
    "plugin.archive.store.askable_shops": Across.PLANNING,
    "plugin.archive.store.installed_shops": Across.PLANNING,
    "plugin.archive.sweeps.forget": Across.FORGETTING,
    "plugin.archive.vault.ending": Across.PLANNING,
    "plugin.doctor.__init__._inside": Across.COMMANDS,
    "plugin.doctor.database._writable": Across.COMMANDS,
    "plugin.doctor.events.examine_signatures": Across.COMMANDS,
    "plugin.doctor.work.examine_work": Across.COMMANDS,
    "plugin.housekeeping._forget_events": Across.FORGETTING,
    "plugin.metrics.exposition": Across.METRICS,
    "plugin.ops_cli.privacy": Across.COMMANDS,
    "plugin.ops_cli.replay_command": Across.COMMANDS,
    "plugin.ops_cli.shops": Across.COMMANDS,
    "webhooks.inbox.__init__": Across.INBOX,
    "webhooks.pump.hand_over": Across.INBOX,
}

MINE = cases.c.shop == ALPINE
OTHERS = cases.alias("others")
SAME = sa.and_(entries.c.shop == cases.c.shop, entries.c.return_id == "1")
WITH_ENTRIES = cases.join(entries, SAME)

SOUND = {
    "compared": sa.select(cases).where(MINE),
    "among others": sa.select(cases).where(cases.c.status == "x", MINE),
    "updated": sa.update(cases).where(MINE).values(status="x"),
    "deleted": sa.delete(cases).where(MINE),
    "joined": sa.select(cases).select_from(WITH_ENTRIES).where(MINE),
    "correlated": sa.delete(cases).where(
        MINE, ~sa.exists().where(entries.c.shop == cases.c.shop)
    ),
    "in a list": sa.select(entries).where(
        entries.c.shop == ALPINE,
        entries.c.return_id.in_(sa.select(cases.c.return_id).where(MINE)),
    ),
    "outer": sa.select(cases).select_from(cases.outerjoin(entries, SAME)).where(MINE),
    "of nobody": sa.select(sa.func.now()),
}
LOOSE = {
    "nothing": sa.select(cases),
    "something else": sa.select(cases).where(cases.c.status == "x"),
    "got around": sa.select(cases).where(sa.or_(MINE, cases.c.status == "x")),
    "the opposite": sa.select(cases).where(cases.c.shop != ALPINE),
    "updated": sa.update(cases).values(status="x"),
    "deleted": sa.delete(looks).where(looks.c.id == 1),
    "joined to no shop": sa.select(cases)
    .select_from(cases.join(entries, entries.c.return_id == cases.c.return_id))
    .where(MINE),
    "another time": sa.select(cases, OTHERS).where(MINE),
    "in a list": sa.delete(entries).where(
        entries.c.shop == ALPINE,
        entries.c.return_id.in_(sa.select(cases.c.return_id)),
    ),
    "in a count": sa.select(
        cases, sa.select(sa.func.count()).select_from(inbox).scalar_subquery()
    ).where(MINE),
    "under a table": sa.select(sa.select(shops).subquery()),
    "in a union": sa.union(sa.select(cases).where(MINE), sa.select(cases)),
    "kept by an outer join": sa.select(cases).select_from(
        cases.outerjoin(entries, sa.and_(SAME, entries.c.shop == ALPINE))
    ),
    "text": sa.text("SELECT * FROM cases"),
}


@pytest.mark.parametrize("name", SOUND)
def test_it_lets_a_statement_pass_that_holds_to_its_shop(name: str) -> None:
    values = {bind.value for bind in shop_binds(SOUND[name])}

    assert values == (set() if name == "of nobody" else {ALPINE})


@pytest.mark.parametrize("name", LOOSE)
def test_it_stops_a_statement_that_does_not(name: str) -> None:
    with pytest.raises(Unscoped):
        shop_binds(LOOSE[name])


# -- what the watch does with the app's own -------------------------------------------

Run = Callable[[sa.Engine, Any], None]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sa.Engine]:
    made = connect(f"sqlite:///{tmp_path / 'evenhand.db'}")
    migrate(made)
    yield made
    made.dispose()


@pytest.fixture
def run() -> Run:
    """Run a statement as a file of the app would."""
    code = (
        "def run(engine, it):\n    with engine.begin() as db:\n        db.execute(it)"
    )
    made: dict[str, Any] = {}
    exec(compile(code, str(ROOT / "plugin" / "rogue.py"), "exec"), made)
    return made["run"]  # type: ignore[no-any-return]  # it is what was just defined


def found() -> list[str]:
    """Take what the watch found, which would fail this test."""
    taken, scoping.FOUND[:] = scoping.FOUND[:], []
    return taken


def looked(shop: str) -> sa.Insert:
    return sa.insert(looks).values(shop=shop, at=NOW, by="staff:1", what="case")


@pytest.mark.parametrize(
    "statement",
    [
        sa.select(cases),
        sa.select(cases).where(cases.c.shop == NORTH),
        sa.text("SELECT * FROM cases"),
        looked(NORTH),
        sa.insert(looks).values([{"shop": s, "at": NOW} for s in (ALPINE, NORTH)]),
        sa.insert(looks).values(at=NOW, by="staff:1", what="case"),
    ],
    ids=["none", "another's", "text", "another's row", "both rows", "no shop's row"],
)
def test_the_app_cannot_send_it(
    database: sa.Engine, run: Run, statement: sa.Executable
) -> None:
    with pytest.raises(Unscoped):
        run(of_shop(database, ALPINE), statement)

    assert len(found()) == 1


def test_the_app_cannot_begin_without_a_scope(database: sa.Engine, run: Run) -> None:
    with pytest.raises(Unscoped):
        run(database, sa.select(cases).where(MINE))

    assert len(found()) == 1


def test_it_is_found_though_the_error_was_caught(database: sa.Engine, run: Run) -> None:
    with suppress(Exception):
        run(of_shop(database, ALPINE), sa.select(cases))

    assert len(found()) == 1


def test_the_same_statement_is_judged_anew_for_every_shop(
    database: sa.Engine, run: Run
) -> None:
    run(of_shop(database, ALPINE), looked(ALPINE))
    run(of_shop(database, NORTH), looked(NORTH))
    with pytest.raises(Unscoped):
        run(of_shop(database, NORTH), looked(ALPINE))

    assert len(found()) == 1


def test_two_that_read_alike_are_told_apart_by_their_values(
    database: sa.Engine, run: Run
) -> None:
    one: sa.BindParameter[str] = sa.bindparam("one", ALPINE)
    other: sa.BindParameter[str] = sa.bindparam("other", NORTH)
    own = sa.select(looks).where(looks.c.shop == one, looks.c.by == other)
    another_s = sa.select(looks).where(looks.c.shop == other, looks.c.by == one)

    run(of_shop(database, ALPINE), own)
    with pytest.raises(Unscoped):
        run(of_shop(database, ALPINE), another_s)

    assert len(found()) == 1


def test_what_has_a_reason_passes(database: sa.Engine, run: Run) -> None:
    run(across(database, Across.METRICS), sa.select(cases))

    assert found() == []


# -- who looks across ------------------------------------------------------------------


def test_whoever_looks_across_shops_is_on_the_list() -> None:
    calls = [
        (f"{_module(file)}.{name}", reason)
        for part in ("plugin", "webhooks")
        for file in sorted((ROOT / part).rglob("*.py"))
        for name, reason in _across(ast.parse(file.read_text("utf-8")))
    ]

    assert dict(calls) == {name: why.name for name, why in LOOKS_ACROSS.items()}


def test_no_face_looks_across_shops() -> None:
    faces = ("plugin.pages", "plugin.install", "plugin.grant", "webhooks.receive")

    assert [name for name in LOOKS_ACROSS if name.startswith(faces)] == []


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _across(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Find who calls `across`, and with which reason."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _is_across(call.func):
                    yield function.name, ast.unparse(call.args[1]).rpartition(".")[2]


def _is_across(called: ast.expr) -> bool:
    return ast.unparse(called).rpartition(".")[2] == "across"
