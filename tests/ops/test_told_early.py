"""A server that is told to end while it begins ends, and is not waited for."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import uvloop

from plugin.demo.processes import ROOT, place
from plugin.serving import HEAR_AFTER_SECONDS, STOP_SECONDS, hear_signals

# Told after its app began and before it takes requests: its parent passes it on.
TOLD = """
import os, signal, time
from granian.server import mp
from plugin.cli import main

def told(*args, make=mp.ASGIWorker):
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1)
    print("told", flush=True)
    return make(*args)

mp.ASGIWorker = told
main(["serve"])
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_between_two_runs_of_a_loop_is_heard(number: signal.Signals) -> None:
    heard: list[signal.Signals] = []
    loop = uvloop.new_event_loop()
    try:
        loop.add_signal_handler(number, heard.append, number)
        loop.run_until_complete(begin())
        signal.raise_signal(number)
        loop.call_later(HEAR_AFTER_SECONDS[0] + 0.1, loop.stop)
        loop.run_forever()
    finally:
        loop.close()

    assert heard == [number]


async def begin() -> None:
    """Begin as the app does."""
    hear_signals()


@pytest.mark.slow
def test_a_server_told_to_end_as_it_begins_ends_by_itself(tmp_path: Path) -> None:
    where = place(tmp_path, store_port=0, app_port=0)
    server = subprocess.Popen(
        [sys.executable, "-c", TOLD],
        cwd=ROOT,
        env=where.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        assert server.stdout.readline() == "told\n"
        # By itself, and not because its time is over.
        assert server.wait(timeout=STOP_SECONDS / 2) == 0
