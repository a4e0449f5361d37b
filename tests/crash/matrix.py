"""The kill matrix: the app dies at every write boundary of every kind of event.

`python -m tests.crash.matrix` plays each kind once to list the boundaries that it
passes, then once for each of them with a kill there, starts the app again, waits until
all has come to rest, and compares with the development store's own truth. It ends with
1 where one does not hold; `--only "refused / after commit: inbox #1"` repeats that one.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click
import requests

from plugin.demo.play import WentWrong
from tests.crash.doomed import LIST
from tests.crash.kinds import PLAYS
from tests.crash.play import Play
from tests.crash.stage import Stage
from tests.crash.verdicts import everywhere
from tests.databases import postgres

PATIENCE_SECONDS = 240.0
LOOK_SECONDS = 0.2
BETWEEN = " / "
BROKEN = (requests.RequestException, WentWrong)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kill:
    """What became of one kill; `complaints` name what does not hold."""

    kind: str
    boundary: str
    reached: bool
    complaints: tuple[str, ...]

    @property
    def name(self) -> str:
        """How it is repeated."""
        return f"{self.kind}{BETWEEN}{self.boundary}"


@contextmanager
def stage(database: str, *, plant: str | None = None) -> Iterator[Stage]:
    """Set a stage on a database of a kind."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres()) if database == "postgresql" else None
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="evenhand-"))
        made = Stage(Path(folder), database_url=url, plant=plant)
        stack.callback(made.close)
        made.set_up()
        yield made


def boundaries(stage: Stage, kind: str) -> list[str]:
    """List the boundaries that an event of a kind passes each of two times.

    What happened to go on beside it is left out so, and what was found is kept.
    Raises `AssertionError` where the kind does not hold even without a kill.
    """
    if kind not in stage.boundaries:
        first, second = _passed(stage, kind), _passed(stage, kind)
        common = [each for each in dict.fromkeys(first) if each in second]
        stage.boundaries[kind] = common
    return list(stage.boundaries[kind])


def _passed(stage: Stage, kind: str) -> list[str]:
    complaints, _ = _perform(PLAYS[kind](stage), LIST)
    assert not complaints, f"{kind}, without a kill: {complaints}"
    return stage.passed()


def kill(stage: Stage, kind: str, boundary: str) -> Kill:
    """Let the app die at a boundary while an event of a kind is handled."""
    complaints, reached = _perform(PLAYS[kind](stage), boundary)
    return Kill(
        kind=kind, boundary=boundary, reached=reached, complaints=tuple(complaints)
    )


def _perform(play: Play, order: str) -> tuple[list[str], bool]:
    """Play to the end; returns what does not hold, and whether the app was killed."""
    stage = play.stage
    play.before()
    stage.wait_until_quiet(play.shop)
    known = stage.events(play.shop)
    stage.arm(order)
    rests = _play_on(play, known)
    killed = stage.disarm()
    if killed or stage.is_dead():
        # It may have died at the very last moment.
        rests = _play_on(play, known)
    if not rests:
        return ["unfinished: it never came to rest"], killed
    return [*play.verdicts(), *everywhere(stage.day.truth(play.shop))], killed


def _play_on(play: Play, known: set[str]) -> bool:
    """Let it happen, whoever dies, until all has come to rest."""
    stage, happened, quiet = play.stage, bool(play.happened), 0
    end = time.monotonic() + PATIENCE_SECONDS
    while quiet < 2:
        if time.monotonic() > end:
            return False
        if stage.is_dead():
            stage.revive()
        if not happened:
            with suppress(*BROKEN):
                play.happen()
                happened = play.happened = True
        quiet = quiet + 1 if happened and _rests(play, known) else 0
        time.sleep(LOOK_SECONDS)
    return True


def _rests(play: Play, known: set[str]) -> bool:
    stage = play.stage
    return not stage.is_dead() and stage.is_quiet(play.shop, play.topic, known)


def every(
    stage: Stage, kinds: Iterable[str], *, sample: int | None = None, seed: int = 0
) -> Iterator[Kill]:
    """Kill at every boundary of every kind, or at a few of each that a seed draws.

    Of those that are drawn, whoever was not reached gives their turn to the next.
    """
    chance = random.Random(seed)
    for kind in kinds:
        found = boundaries(stage, kind)
        if sample is not None:
            chance.shuffle(found)
        reached = 0
        for boundary in found:
            if reached == sample:
                break
            yield (one := kill(stage, kind, boundary))
            reached += one.reached


def table(kills: Iterable[Kill]) -> str:
    """Count by kind: killed, held, not reached."""
    rows = ["| kind | killed | held | not reached |", "|---|---:|---:|---:|"]
    by_kind: dict[str, list[Kill]] = {}
    for each in kills:
        by_kind.setdefault(each.kind, []).append(each)
    by_kind["all"] = [each for found in by_kind.values() for each in found]
    for kind, found in by_kind.items():
        killed = [each for each in found if each.reached]
        held = [each for each in killed if not each.complaints]
        missed = len(found) - len(killed)
        rows.append(f"| {kind} | {len(killed)} | {len(held)} | {missed} |")
    return "\n".join(rows)


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]))
@click.option("--kinds", help="Some of them, separated by commas.")
@click.option("--sample", type=int, help="So many of each kind, instead of all.")
@click.option("--seed", type=int, default=0, help="Which ones are drawn.")
@click.option("--only", help='One alone, as "kind / boundary".')
@click.option("--plant", help="A fault of the simulator's, to see whether it is seen.")
def main(
    database: str | None,
    kinds: str | None,
    sample: int | None,
    seed: int,
    only: str | None,
    plant: str | None,
) -> None:
    """Kill the app at every write boundary; ends with 1 where one does not hold."""
    with stage(database or "sqlite", plant=plant) as made:
        chosen = kinds.split(",") if kinds else list(PLAYS)
        if only:
            kind, _, boundary = only.partition(BETWEEN)
            found: Iterable[Kill] = [kill(made, kind, boundary)]
        else:
            found = every(made, chosen, sample=sample, seed=seed)
        kills = [_told(each) for each in found]
    click.echo(table(kills))
    names = {each.boundary.rpartition(" #")[0] for each in kills if each.reached}
    times = {each.boundary for each in kills if each.reached}
    click.echo(f"{len(names)} boundaries by name, {len(times)} with their occurrence")
    if any(each.complaints for each in kills):
        raise SystemExit(1)


def _told(each: Kill) -> Kill:
    click.echo(f"{_said(each)}  {each.name}")
    for complaint in each.complaints:
        click.echo(f"    {complaint}")
    return each


def _said(each: Kill) -> str:
    if each.complaints:
        return "BROKE "
    return "held  " if each.reached else "missed"


if __name__ == "__main__":
    main()
