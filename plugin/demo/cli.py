"""`evenhand demo`: everything started, a day played, the result shown and checked."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from plugin.demo.play import Day, WentWrong, play
from plugin.demo.processes import DidNotStart, Place, place, start_app, start_store
from plugin.demo.verdict import Row, judge

COLOURS = {"approve": "green", "decline": "yellow", "review": "cyan"}


@click.command(short_help="Play a day of refund requests in a development store.")
@click.option("--once", is_flag=True, help="Stop when the day is over.")
@click.option(
    "--json",
    "json_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write one JSON object per request to this file.",
)
@click.option("--store-port", default=4001, show_default=True)
@click.option("--app-port", default=4000, show_default=True)
def demo(once: bool, json_path: Path | None, store_port: int, app_port: int) -> None:
    """Play a day of refund requests in a development store on this machine.

    Exits 0 only if the store's own truth agrees with what the app believes.
    """
    if json_path is not None and not json_path.parent.is_dir():
        raise click.BadParameter(f"there is no folder `{json_path.parent}`")
    # Asked to end, it leaves as by Ctrl-C: through everything it has to stop.
    signal.signal(signal.SIGTERM, _leave)
    # A shell that starts it in the background makes it deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A log has room for codes and ids as they are.
    console = Console(width=None if sys.stdout.isatty() else 160)
    with tempfile.TemporaryDirectory(prefix="evenhand-demo-") as folder:
        try:
            where = place(Path(folder), store_port=store_port, app_port=app_port)
            agrees = _run(console, where, json_path, stay=not once)
        except (DidNotStart, WentWrong) as error:
            click.echo(f"evenhand: {error} ({error.code})", err=True)
            sys.exit(2)
    sys.exit(0 if agrees else 1)


def _leave(number: int, _frame: FrameType | None) -> None:
    # Once is enough: what is being stopped is not left half-way.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


def _run(console: Console, where: Place, json_path: Path | None, *, stay: bool) -> bool:
    """Start both programs, play, show, and stop them whatever happens."""
    console.print("Starting the development store and the app (SQLite) ...")
    store = start_store(where)
    try:
        app = start_app(where)
        try:
            rows = _play(console, where)
            _show(console, rows, json_path)
            _say_where(console, where, stay=stay)
            return all(not row.complaints for row in rows)
        finally:
            app.stop()
    finally:
        store.stop()


def _play(console: Console, where: Place) -> list[Row]:
    day = Day(place=where)
    total = len(day.asks())
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total)

        def tell(what: str, done: int) -> None:
            progress.update(task, description=what, completed=done)

        made = play(day, tell)
        progress.update(task, description="comparing with the store", completed=total)
        return judge(day, made)


def _show(console: Console, rows: list[Row], json_path: Path | None) -> None:
    if json_path is not None:
        lines = [json.dumps(row.as_json(), ensure_ascii=False) for row in rows]
        json_path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    console.print(_table(rows))
    for row in rows:
        if row.complaints:
            order, complaints = row.asked["order_name"], ", ".join(row.complaints)
            console.print(f"[red]{order}: the store disagrees on {complaints}[/red]")
    agreed = sum(not row.complaints for row in rows)
    console.print(f"The store's truth agrees on {agreed} of {len(rows)} requests.")


def _table(rows: list[Row]) -> Table:
    table = Table(title="A day of refund requests", pad_edge=False)
    for name in ("order", "asked", "outcome", "decided by", "code"):
        table.add_column(name, overflow="fold")
    table.add_column("ms", justify="right")
    for row in rows:
        colour = COLOURS.get(row.outcome, "white")
        table.add_row(
            row.asked["order_name"],
            row.asked["story"],
            f"[{colour}]{row.outcome}[/{colour}]",
            ", ".join(row.case["decided_by"]) or "-",
            row.case["code"] or "",
            "" if row.answer_ms is None else f"{row.answer_ms:.0f}",
        )
    return table


def _say_where(console: Console, where: Place, *, stay: bool) -> None:
    if not stay:
        return
    shop = "alpine-goods.myshopify.com"
    console.print(f"\nThe store:  {where.store_url}/{shop}")
    console.print(f"The app:    {where.store_url}/{shop}/admin/apps/evenhand")
    console.print("Both stay up until you press Ctrl-C.")
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    done.wait()
