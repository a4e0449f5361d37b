"""`evenhand doctor`, `shops`, `replay`, `privacy`: for whoever runs the app."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from config.settings import BadSetting, read
from plugin.archive.canonical import as_data
from plugin.archive.keyring import Keyring
from plugin.archive.scope import Across, across
from plugin.archive.store import SqlArchive
from plugin.clock import SystemClock
from plugin.doctor import Level, examine, worst
from plugin.doctor.finding import Finding, fail
from plugin.keys import archive_keys
from plugin.library import Library
from plugin.opened import database, end, settings
from plugin.packs import BadPack, Packs
from plugin.replay import Replay, Verdict, replay
from plugin.roll import (
    Ref,
    ShopRow,
    all_cases,
    asked_by_law,
    find_cases,
    is_known,
    shop_rows,
)

CONFIG = Path(__file__).resolve().parent.parent / "config"
COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "red"}


@click.command(short_help="Look whether all is in order, and say what to do.")
@click.option("--shop", help="Look at this shop only, beside what all share.")
@click.option("--offline", is_flag=True, help="Call no store.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
def doctor(shop: str | None, offline: bool, as_json: bool) -> None:
    """Look whether everything is in order, and say what to do where it is not.

    Changes nothing, but marks a token that its store refuses. Exits 0 when all is well,
    1 with warnings, 2 with errors.
    """
    try:
        found = list(examine(read(), shop=shop, offline=offline))
    except BadSetting as error:
        found = [fail("settings", str(error), "set it and run this again")]
    if as_json:
        click.echo(json.dumps([each.as_json() for each in found], ensure_ascii=False))
    else:
        _print_findings(found)
    sys.exit(worst(found).value)


def _print_findings(found: list[Finding]) -> None:
    for each in found:
        word = click.style(f"{each.level.name.lower():<8}", fg=COLOURS[each.level])
        where = f"{each.shop}: " if each.shop else ""
        click.echo(f"{word}{where}{each.check}: {each.says}")
        if each.do:
            click.echo(f"{'':<8}-> {each.do}")
    bad = sum(each.level is not Level.OK for each in found)
    click.echo(f"{len(found)} looked at, {bad or 'none'} to see to.")


@click.command(short_help="List the shops, and how each of them stands.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def shops(as_json: bool) -> None:
    """List the shops: mode, policy, cases that wait, last event, token, past."""
    with across(database(settings()), Across.COMMANDS).connect() as db:
        rows = shop_rows(db, SystemClock().now())
    if as_json:
        click.echo(json.dumps([as_data(row) for row in rows], ensure_ascii=False))
        return
    Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))


def _table(rows: list[ShopRow]) -> Table:
    table = Table(pad_edge=False)
    for name in ("shop", "installed", "mode", "policy", "waiting", "last event"):
        table.add_column(name, justify="right" if name == "waiting" else "left")
    table.add_column("token")
    table.add_column("past returns")
    for row in rows:
        policy = "-" if row.policy is None else f"v{row.policy}"
        table.add_row(
            row.shop,
            _minute(row.installed_at) if row.installed else "left",
            row.mode,
            policy,
            str(row.waiting),
            _minute(row.last_event),
            row.token,
            row.past,
        )
    return table


def _minute(at: datetime | None) -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M}Z"


@click.command(
    "replay", short_help="Decide an archived case again and compare every byte."
)
@click.argument("name", metavar="[CASE|EVENT]", required=False)
@click.option("--all", "every", is_flag=True, help="Replay every case.")
@click.option("--shop", help="Look in this shop only.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a case.")
def replay_command(
    name: str | None, every: bool, shop: str | None, as_json: bool
) -> None:
    """Decide an archived case again and compare every byte; the store is not asked.

    CASE is a return's id or name (#1001-R1, which several shops may have: say --shop),
    EVENT a webhook's id. Exits 0 when all are the same, 1 when one differs, 2 when one
    cannot be replayed.
    """
    if (name is None) is not every:
        end("give either a case, an event or --all", "bad_usage")
    engine = database(settings())
    with across(engine, Across.COMMANDS).connect() as db:
        refs = all_cases(db, shop) if name is None else find_cases(db, name, shop)
        if not refs:
            _end_unless_known(db, shop)
    if name is not None:
        _end_unless_one_shop(name, refs)
    counts = dict.fromkeys(Verdict, 0)
    for done in _replays(engine, refs, shown=every and not as_json):
        counts[done.verdict] += 1
        if as_json:
            click.echo(json.dumps(as_data(done), ensure_ascii=False))
        elif not every or done.verdict in (Verdict.DIFFERENT, Verdict.BROKEN):
            _print_replay(done)
    if not as_json:
        said = ", ".join(
            f"{count} {verdict.value}" for verdict, count in counts.items()
        )
        click.echo(f"{len(refs)} replayed: {said}")
    sys.exit(2 if counts[Verdict.BROKEN] else 1 if counts[Verdict.DIFFERENT] else 0)


def _replays(engine: sa.Engine, refs: list[Ref], *, shown: bool) -> Iterator[Replay]:
    archive = SqlArchive(engine, SystemClock().now, _keyring())
    library = Library(_packs())
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("replayed"))
    progress = Progress(*columns, console=Console(stderr=True), disable=not shown)
    with progress:
        for ref in progress.track(refs):
            yield replay(archive.of(ref.shop), library, ref.shop, ref.return_id)


def _print_replay(done: Replay) -> None:
    why = f" ({done.why})" if done.why else ""
    click.echo(f"{done.shop} {done.return_id}: {done.verdict.value}{why}")
    for each in (*done.terms, *done.differences):
        click.echo(f"  {each.path}: was {_json(each.was)}, now {_json(each.now)}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _packs() -> Packs:
    try:
        return Packs.load(CONFIG / "law", CONFIG / "presets")
    except BadPack as error:
        end(str(error), error.code)


@click.command(short_help="List what was asked by law, and what was done.")
@click.option("--shop", help="List this shop's only.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
def privacy(shop: str | None, as_json: bool) -> None:
    """List what was asked by law, when it is due, and the proof of what was done.

    Exits 1 when something is open for more than ten days.
    """
    engine = database(settings())
    with across(engine, Across.COMMANDS).connect() as db:
        found = asked_by_law(db, shop, SystemClock().now())
        if not found:
            _end_unless_known(db, shop)
    if not found and not as_json:
        click.echo("Nothing was asked by law so far.")
    for each in found:
        click.echo(json.dumps(as_data(each)) if as_json else each.said)
    sys.exit(1 if any(each.late for each in found) else 0)


def _end_unless_known(db: sa.Connection, shop: str | None) -> None:
    """Tell a shop that has nothing from a name that was mistyped."""
    if shop is not None and not is_known(db, shop):
        end(f"no shop `{shop}` is on record; see `evenhand shops`", "unknown_shop")


def _end_unless_one_shop(name: str, refs: list[Ref]) -> None:
    """Tell a name that nothing has, and one that returns of several shops have."""
    if not refs:
        end(f"there is no case or event `{name}`; see the app's pages", "not_found")
    found = list(dict.fromkeys(ref.shop for ref in refs))
    if len(found) > 1:
        listed = ", ".join(found)
        what = f"{len(found)} shops have a case `{name}`: {listed}"
        end(f"{what}; say which with --shop", "several_shops")


def _keyring() -> Keyring:
    """Make the keyring; the settings were read before, and are sound."""
    return Keyring(archive_keys(read().secrets))
