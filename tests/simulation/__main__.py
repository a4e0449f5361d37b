"""Play worlds from the command line: one, many, or with faults planted in the app."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from tests.simulation.planted import ENOUGH, FAULTS, planted
from tests.simulation.playing import Played, play, play_many
from tests.simulation.seeds import kept_seeds

ONE = ".venv/bin/python -m tests.simulation --seed {seed} -v"


def main(given: Sequence[str] | None = None) -> int:
    """Play what is asked for; the exit code is 1 where anything does not hold."""
    asked = _parser().parse_args(given)
    if asked.planted is not None:
        return _plant(asked.planted or list(FAULTS), asked.seeds or range(ENOUGH))
    if asked.seed is not None:
        return _one(asked.seed, told=asked.verbose, plant=asked.plant)
    seeds = range(100) if asked.seeds is None else asked.seeds
    played = [*kept_seeds()] if asked.kept else []
    return _many(seeds, asked.jobs, played, asked.minutes * 60)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m tests.simulation", description=__doc__
    )
    made.add_argument("--seed", type=int, help="play one world")
    made.add_argument("-v", "--verbose", action="store_true", help="tell all of it")
    made.add_argument("--plant", choices=FAULTS, help="with a fault planted in it")
    made.add_argument("--seeds", type=_range, help="play many, such as 0:1000")
    made.add_argument("--jobs", type=int, default=1, help="in so many processes")
    made.add_argument(
        "--minutes", type=float, default=math.inf, help="end after so many"
    )
    made.add_argument(
        "--kept", action="store_true", help="and the seeds kept in a file"
    )
    made.add_argument(
        "--planted",
        nargs="*",
        metavar="FAULT",
        help="plant each fault, or these, and tell at which seed it is found",
    )
    return made


def _range(text: str) -> range:
    start, _, stop = text.partition(":")
    return range(int(start), int(stop))


def _one(seed: int, *, told: bool, plant: str | None) -> int:
    if plant is None:
        played = play(seed, told=told)
    else:
        with planted(plant):
            played = play(seed, told=told)
    _tell(played.trace)
    _tell([_summed(played.counts)] if told else [])
    _tell([f"seed {seed}: {played.digest}", *played.broken])
    return int(bool(played.broken))


def _many(seeds: range, jobs: int, kept: Sequence[int], seconds: float) -> int:
    began, failing, count = time.monotonic(), 0, 0
    counts: Counter[str] = Counter()
    all_ = play_these(seeds, jobs, kept)
    for played in all_:
        count += 1
        counts += played.counts
        if played.broken:
            failing += 1
            _tell([f"seed {played.seed}:", *(f"  {each}" for each in played.broken)])
            _tell([f"  again: {ONE.format(seed=played.seed)}"])
        # A world that was played is told of, however late it ends.
        if time.monotonic() - began >= seconds:
            break
    all_.close()
    spent = time.monotonic() - began
    rate = count / spent
    _tell([_summed(counts)])
    done = f"{count} of {len({*seeds, *kept})} seeds in {spent:.0f} s"
    _tell([f"{done}, {rate:.1f} a second; {failing} failing"])
    # Where none was played, none held.
    return int(failing > 0 or count == 0)


def play_these(
    seeds: range, jobs: int, kept: Sequence[int]
) -> Generator[Played, None, None]:
    """Play the kept ones first, so that they are played where time runs out, too."""
    yield from map(play, kept)
    with closing(play_many(seeds, jobs)) as others:
        yield from (each for each in others if each.seed not in kept)


def _plant(names: Sequence[str], seeds: range) -> int:
    missed = 0
    _tell([f"{'planted':26} {'seed':>5}  what the judge said"])
    for name in names:
        with planted(name):
            found = next((one for one in map(play, seeds) if one.broken), None)
        missed += found is None
        seed, said = (
            ("-", "nothing") if found is None else (found.seed, found.broken[0])
        )
        _tell([f"{name:26} {seed:>5}  {said}"])
    return int(missed > 0)


def _summed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _tell(lines: Sequence[str] | Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
