"""Worlds of one seed: nothing lost, nothing twice, and the same again each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.__main__ import main, play_these
from tests.simulation.planted import ENOUGH, FAULTS, OFTEN, planted
from tests.simulation.playing import play
from tests.simulation.seeds import kept_seeds

ROOT = Path(__file__).parents[2]
SOME = range(10)


@pytest.mark.parametrize("seed", [*SOME, *kept_seeds()])
def test_a_world_holds(seed: int) -> None:
    assert play(seed).broken == ()


@pytest.mark.parametrize("name", OFTEN)
def test_it_sees_a_planted_fault(name: str) -> None:
    with planted(name) as fault:
        seeds = [fault.seed, *range(ENOUGH)]
        found = next(one for one in map(play, seeds) if one.broken)

    assert any(each.startswith(fault.says) for each in found.broken), found.broken
    assert play(found.seed).broken == ()


def test_every_planted_fault_takes_a_safeguard_away_that_is_there() -> None:
    for name in FAULTS:
        with planted(name):
            pass


def test_a_seed_makes_the_same_world_in_every_process() -> None:
    program = (
        "from tests.simulation.playing import play;"
        "print(*(play(seed).digest for seed in (2, 9, 14)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(number)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for number in (1, 2)
    }
    here = " ".join(play(seed).digest for seed in (2, 9, 14))

    assert found == {f"{here}\n"}
    assert len(set(here.split())) == 3


def test_it_tells_of_one_world(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--seed", "3", "-v"])
    told = capsys.readouterr().out

    assert code == 0
    assert "app starts" in told
    assert f"seed 3: {play(3).digest}" in told


def test_kept_seeds_come_first_and_once() -> None:
    played = play_these(range(3), 1, [7, 1])

    assert [one.seed for one in played] == [7, 1, 0, 2]


def test_it_plays_the_kept_seeds_of_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--kept", "--seeds", "0:0", "--minutes", "0"])

    assert code == 0
    assert f"1 of {len(kept_seeds())} seeds in" in capsys.readouterr().out


def test_it_counts_failing_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    with planted("known-by-topic"):
        code = main(["--seeds", "0:2"])
    told = capsys.readouterr().out

    assert code == 1
    assert "again: .venv/bin/python -m tests.simulation --seed 0 -v" in told
    assert "2 of 2 seeds in" in told


def test_it_ends_when_its_time_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--seeds", "0:1000", "--minutes", "0"])
    told = capsys.readouterr().out

    assert code == 0
    assert "1 of 1000 seeds in" in told


def test_a_broken_world_that_ends_after_the_time_is_told_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with planted("known-by-topic"):
        code = main(["--seeds", "0:1000", "--minutes", "0"])
    told = capsys.readouterr().out

    assert code == 1
    assert "again: .venv/bin/python -m tests.simulation --seed 0 -v" in told
    assert "1 of 1000 seeds in" in told


def test_where_no_world_was_played_none_held(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--seeds", "0:0"])

    assert code == 1
    assert "0 of 0 seeds in" in capsys.readouterr().out
