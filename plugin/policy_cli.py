"""`evenhand policy`: decide from files, and read a policy for its own faults."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from plugin.clock import SystemClock
from plugin.documents import BadDocument, parse_document, read_document
from plugin.facts_guide import as_markdown, editor_facts
from plugin.letters import Letters
from plugin.library import Library
from plugin.packs import BadPack, Packs
from plugin.policy.provisions import LawPack
from plugin.policy_check import UNREADABLE, check_file
from plugin.schemas.facts import BadFacts, parse_facts
from plugin.schemas.policy import BadPolicy, parse_policy
from plugin.tone import Tone
from plugin.verdicts import Desk

Read = TypeVar("Read")

CONFIG = Path(__file__).resolve().parent.parent / "config"

# What a refusal names as the way to a person, where the command was given none.
NO_CONTACT = "the shop"

# The first line keeps the others as they are.
_EXIT_CODES = """\b
Exit codes, which the last line gives with its reason:
  0  no fault; hints are none
  1  warnings, no errors: the policy can be used; look at each warning
  2  errors: the policy cannot be used (or the command was called wrongly)
  3  the file cannot be read
"""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FAULTS = (BadDocument, BadFacts, BadPack, BadPolicy)


@click.group()
def policy() -> None:
    """Decide from files, and read a policy for its own faults."""


@policy.command("decide")
@click.option("--policy", "policy_file", type=_FILE, required=True)
@click.option("--facts", "facts_file", type=_FILE, help="One request, YAML or JSON.")
@click.option("--batch", "batch_file", type=_FILE, help="One request a line, JSON.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
@click.option("--contact", default=NO_CONTACT, help="Where a refusal sends objections.")
def decide_command(
    policy_file: Path,
    facts_file: Path | None,
    batch_file: Path | None,
    as_json: bool,
    contact: str,
) -> None:
    """Decide one request, or each line of a batch, as the app would.

    A facts file needs only the facts it knows. Exits 0 when all was decided, 1 when
    some lines of a batch could not be used (each is answered with its error), 2 when
    a file cannot be used.
    """
    if not contact.strip():
        _end("give --contact a way to a person, or leave it out", "bad_usage")
    desk = _or_end(lambda: _desk(policy_file, contact))
    if facts_file is not None and batch_file is None:
        facts = _or_end(lambda: parse_facts(read_document(facts_file)))
        click.echo(_json(desk.as_data(facts)) if as_json else desk.as_text(facts))
    elif batch_file is not None and facts_file is None:
        sys.exit(_batch(desk, batch_file))
    else:
        _end("give either --facts or --batch", "bad_usage")


def _desk(policy_file: Path, contact: str) -> Desk:
    packs = _packs()
    document = read_document(policy_file)
    own = parse_policy(document, version=policy_file.stem)
    return Desk(library=Library(packs), policy=own, contact=contact)


def _packs() -> Packs:
    return Packs.load(CONFIG / "law", CONFIG / "presets")


def _batch(desk: Desk, path: Path) -> int:
    """Answer each line as it is read, so that a batch of any size fits."""
    bad = 0
    for number, text in _lines(path):
        try:
            answer = desk.as_row(parse_facts(parse_document(text, f"line {number}")))
        except (BadDocument, BadFacts) as error:
            bad += 1
            answer = {"line": number, "error": error.code, "message": str(error)}
        click.echo(_json(answer))
    return 1 if bad else 0


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield number, text


def _json(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _or_end(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except _FAULTS as error:
        _end(str(error), error.code)


def _end(what: str, code: str) -> NoReturn:
    click.echo(f"evenhand: {what} ({code})", err=True)
    sys.exit(2)


@policy.command("check", epilog=_EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--place", "places", multiple=True, help="Sold to: DE, PL, US-CA.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
def check_command(file: Path, places: tuple[str, ...], as_json: bool) -> None:
    """Read a policy for its faults: form, dead or hidden rules, law, words, tone.

    The law is that of the places, or of all packs.
    """
    packs = _or_end(_packs)
    chosen = dict(_place(packs, code.upper()) for code in places) or packs.law_packs
    letters, tone = Letters.load(CONFIG / "messages"), Tone.load(CONFIG / "tone")
    try:
        today = SystemClock().today()
        report = check_file(file, chosen, letters.languages, tone, today=today)
    except BadDocument as error:
        click.echo(f"evenhand: {error} ({error.code})", err=True)
        sys.exit(UNREADABLE)
    click.echo(_json(report.as_json()) if as_json else report.as_text())
    sys.exit(report.exit_code)


def _place(packs: Packs, code: str) -> tuple[str, LawPack]:
    """Find the law of a place, and say where it is another's that covers it."""
    pack = packs.law_of(code)
    if pack is None:
        _end(f"no law is known for `{code}`; {packs.nearest(code)}", "unknown_place")
    if pack.id != code:
        click.echo(f"{code}: the law pack {pack.id} covers it ({pack.name})", err=True)
    return code, pack


@policy.command("facts")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of Markdown.")
def facts_command(as_json: bool) -> None:
    """List the facts that a policy may ask for."""
    click.echo(_json(editor_facts()) if as_json else as_markdown(), nl=as_json)
