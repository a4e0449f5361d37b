"""However a demo ends, nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plugin.demo.processes import DidNotStart, Program, place

ROOT = Path(__file__).parents[2]


@contextmanager
def demo(folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run a demo whose temporary folder is made inside ours."""
    process = subprocess.Popen(
        [sys.executable, "-m", "plugin", "demo", "--store-port=0", "--app-port=0"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def programs_in(folder: Path) -> list[int]:
    """Find the living programs that work in a folder or below."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if f"DATABASE_URL=sqlite:///{folder}".encode() in environment:
            found.append(int(entry.name))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_both_programs_when_it_is_told_to_end(
    tmp_path: Path, number: signal.Signals
) -> None:
    with demo(tmp_path) as process:
        end = time.monotonic() + 60
        while len(programs_in(tmp_path)) < 2:
            assert time.monotonic() < end, "the programs never started"
            time.sleep(0.1)
        time.sleep(2)

        process.send_signal(number)
        process.wait(timeout=40)

    assert programs_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
    assert process.returncode == (143 if number is signal.SIGTERM else 1)


def test_it_says_why_a_program_did_not_start(tmp_path: Path) -> None:
    with demo(tmp_path, EVENHAND_THREADS="none") as process:
        _, said = process.communicate(timeout=60)

    assert process.returncode == 2
    assert said.startswith("evenhand: app ended with 2:\n")
    assert "`EVENHAND_THREADS` is malformed" in said
    assert said.endswith("(did_not_start)\n")
    assert programs_in(tmp_path) == []


def test_it_stops_a_program_that_stays_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.demo.processes.START_SECONDS", 2.0)
    where = place(tmp_path, store_port=0, app_port=0)
    store = Program("store", ["devstore", "--port", "0"], where, where.environment)

    with pytest.raises(DidNotStart, match="store stays silent"):
        store.wait_for(f"{where.store_url}/_control/day")

    assert store.process.poll() is not None
