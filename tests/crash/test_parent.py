"""The process that started the server is killed, and leaves nothing in the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from plugin.demo.processes import Place, Program, place, start_app
from tests.devstore.world import wait_until


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
def test_its_server_makes_room_for_the_next_start(
    somewhere: Place, orphaned: Program
) -> None:
    assert orphaned.process.returncode == -signal.SIGKILL
    wait_until(lambda: not answers(somewhere), seconds=15)

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
