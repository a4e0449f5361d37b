"""What killed runs of the tests left behind is cleared, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import DATA, clear

# As a server does: whatever it was started with, it ends when it is told to.
SLEEPER = """
import signal, time
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def gone() -> int:
    """The number of a run that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as run:
        run.wait()
    return run.pid


@pytest.fixture
def left(tmp_path: Path, gone: int) -> Path:
    """The folder of a server whose run has ended."""
    folder = tmp_path / f"{DATA}{gone}-abc"
    folder.mkdir()
    return folder


def sleeper(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SLEEPER, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


@pytest.fixture
def server(left: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program that works in that folder."""
    yield from sleeper(str(left))


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A program of somebody else."""
    yield from sleeper()


def test_a_server_of_a_run_that_ended_is_ended(
    left: Path, server: subprocess.Popen[bytes]
) -> None:
    (left / "postmaster.pid").write_text(f"{server.pid}\n{left}\n")

    clear(left.parent)

    assert server.wait(timeout=10) == -signal.SIGQUIT
    assert not left.exists()


def test_whoever_has_its_number_by_now_is_left_alone(
    left: Path, stranger: subprocess.Popen[bytes]
) -> None:
    (left / "postmaster.pid").write_text(f"{stranger.pid}\n{left}\n")

    clear(left.parent)

    with pytest.raises(subprocess.TimeoutExpired):
        stranger.wait(timeout=0.5)
    assert not left.exists()


@pytest.mark.parametrize("said", ["", "nothing\n", "999999999\n"])
def test_a_folder_that_names_no_server_is_removed(left: Path, said: str) -> None:
    (left / "postmaster.pid").write_text(said)

    clear(left.parent)

    assert not left.exists()


def test_what_belongs_to_a_living_run_or_to_none_stays(tmp_path: Path) -> None:
    names = {f"{DATA}{os.getpid()}-abc", f"{DATA}abc", "else"}
    for name in names:
        (tmp_path / name).mkdir()

    clear(tmp_path)

    assert {each.name for each in tmp_path.iterdir()} == names
