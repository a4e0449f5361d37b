"""The process that started the server is killed, and leaves nothing in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from plugin.demo.processes import Place, Program, place, start_app
from plugin.serving import STOP_SECONDS
from tests.devstore.world import wait_until

# A child that does not end when it is asked to, and says when it follows its parent.
DEAF = """
import multiprocessing, signal, time
from plugin.serving import follow_parent

def work():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    follow_parent()
    print("ready", flush=True)
    time.sleep(60)

child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
"""


@pytest.fixture
def somewhere(tmp_path: Path) -> Place:
    return place(tmp_path, store_port=0, app_port=0)


@pytest.fixture
def orphaned(somewhere: Place) -> Iterator[Program]:
    """A server whose parent alone was killed."""
    app = start_app(somewhere)
    os.kill(app.process.pid, signal.SIGKILL)
    app.process.wait()
    yield app
    app.kill()


@pytest.mark.slow
def test_its_server_ends_and_makes_room_for_the_next_start(
    somewhere: Place, orphaned: Program
) -> None:
    assert orphaned.process.returncode == -signal.SIGKILL
    # By itself, and not because its time is over.
    wait_until(lambda: not answers(somewhere), seconds=STOP_SECONDS - 2)

    successor = start_app(somewhere)

    try:
        assert answers(somewhere)
        assert successor.process.poll() is None
    finally:
        successor.stop()


def answers(somewhere: Place) -> bool:
    """Tell whether anybody answers where the app is served."""
    try:
        return requests.get(f"{somewhere.app_url}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.mark.slow
def test_who_does_not_end_by_itself_is_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEAF], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
        killed_at = time.monotonic()
        # Its end of the pipe is closed as it ends.
        assert parent.stdout.read() == ""

    assert STOP_SECONDS <= time.monotonic() - killed_at < 30
