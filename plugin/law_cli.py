"""`evenhand law`: the law packs, and where they were read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from plugin.lawbook import Source, Standing, all_sources, as_data, page, standings
from plugin.packs import BadPack, Packs

CONFIG = Path(__file__).resolve().parent.parent / "config"


@click.group()
def law() -> None:
    """Show the law packs, and where they were read."""


@law.command()
@click.argument("id")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the order.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def show(id: str, on: datetime | None, as_json: bool) -> None:
    """Show the law for a country or region: DE, US-CA."""
    packs = _packs()
    day = on.date() if on else None
    code = id.upper()
    pack = packs.law_of(code, day)
    if pack is None:
        why = f"there is no law pack `{code}`; {packs.nearest(code)} (unknown_pack)"
        raise click.UsageError(why)
    edition = packs.edition(pack.id, day)
    since = edition.pack.since
    if day is not None and since is not None and day < since:
        why = f"of `{code}` no law is known before {since} (unknown_day)"
        raise click.UsageError(why)
    if as_json:
        click.echo(json.dumps(as_data(edition), ensure_ascii=False, indent=2))
    else:
        click.echo(page(edition, packs.editions[pack.id]), nl=False)


@law.command()
@click.option("--json", "as_json", is_flag=True, help="Print data instead of text.")
def sources(as_json: bool) -> None:
    """Show every source, and how well each pack's values are known."""
    packs = _packs()
    found, known = all_sources(packs), standings(packs)
    if as_json:
        data = {
            "sources": [asdict(s) for s in found],
            "packs": [asdict(k) for k in known],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        return
    for line in (*_source_lines(found), "", *_standing_lines(known)):
        click.echo(line)


def _source_lines(found: list[Source]) -> Iterator[str]:
    for source in found:
        yield f"{source.what} ({', '.join(source.packs)}; {source.checked_on})"
        yield f"  {source.url}"


def _standing_lines(known: list[Standing]) -> Iterator[str]:
    levels = list(known[0].counts)
    yield f"{'pack':<6}  {'checked':<10}  {'  '.join(f'{n:>9}' for n in levels)}"
    for each in known:
        counts = "  ".join(f"{each.counts[name]:>9}" for name in levels)
        yield f"{each.id:<6}  {each.checked_on}  {counts}"


def _packs() -> Packs:
    try:
        return Packs.load(CONFIG / "law", CONFIG / "presets")
    except BadPack as error:
        raise click.ClickException(f"{error} ({error.code})") from error
