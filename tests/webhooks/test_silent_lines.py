"""Lines on which nothing comes are closed, however many somebody opens."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
import requests

from plugin.demo.processes import Place, Program, place

SILENT_SECONDS = 2
# Less than the app's own patience, were the setting not heard.
PATIENCE_SECONDS = 20
# More than the server takes at a time.
MANY = 1100
ASKED = b"GET /healthz HTTP/1.1\r\nHost: app\r\n\r\n"


@pytest.fixture(scope="module")
def files() -> Iterator[None]:
    """Let this process, and whom it starts, have as many files open as they may."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, files: None) -> Iterator[Place]:
    """The app alone, with little patience for silence."""
    here = place(tmp_path_factory.mktemp("silence"), store_port=0, app_port=0)
    settings = {**here.environment, "EVENHAND_SILENT_SECONDS": str(SILENT_SECONDS)}
    app = Program("app", ["serve", "--web"], here, settings)
    app.wait_for(f"{here.app_url}/readyz")
    yield here
    app.stop()


@pytest.mark.parametrize("said", [b"", b"P", ASKED])
def test_a_line_that_falls_silent_is_closed(served: Place, said: bytes) -> None:
    with closing(opened(served)) as line:
        line.sendall(said)
        heard = b""
        while part := line.recv(4096):
            heard += part

    assert heard.startswith(b"HTTP/1.1 200") == (said == ASKED)


def test_many_silent_lines_keep_others_out_for_a_moment_only(served: Place) -> None:
    with ExitStack() as lines:
        for _ in range(MANY):
            lines.enter_context(closing(opened(served))).sendall(b"P")
        probed = requests.get(f"{served.app_url}/healthz", timeout=PATIENCE_SECONDS)

    assert probed.status_code == 200


def opened(served: Place) -> socket.socket:
    address = ("127.0.0.1", served.app_port)
    return socket.create_connection(address, timeout=PATIENCE_SECONDS)
