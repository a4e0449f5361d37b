"""Ports for programs that listen only seconds after they were planned."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from plugin.demo import processes
from plugin.demo.processes import QUIET_PORTS, DidNotStart, free_port, place


def test_a_wanted_port_is_kept_while_nobody_listens_there() -> None:
    wanted = free_port()

    assert wanted in QUIET_PORTS
    assert free_port(wanted) == wanted


def test_a_taken_port_is_replaced() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        found = free_port(taken)

    assert found != taken
    assert found in QUIET_PORTS


def test_it_says_that_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        monkeypatch.setattr(processes, "QUIET_PORTS", range(taken, taken + 1))

        with pytest.raises(DidNotStart, match=f"from {taken} to {taken}"):
            free_port()


def test_store_and_app_never_share_a_port(tmp_path: Path) -> None:
    wanted = free_port()

    found = place(tmp_path, store_port=wanted, app_port=wanted)

    assert found.store_port == wanted
    assert found.app_port != wanted
