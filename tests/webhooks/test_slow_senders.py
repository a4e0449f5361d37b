"""Whoever sends a body slowly, or never to its end, keeps nobody else out."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.webhooks.letters import payload
from tests.webhooks.town import Town
from tests.webhooks.wire import raw

BODY = payload("returns/request")
# More than a server has threads.
SENDERS = 40


@pytest.fixture(params=["/webhooks", "/settings"])
def slow(town: Town, request: pytest.FixtureRequest) -> Iterator[list[socket.socket]]:
    """Many who promise a body and send its first byte."""
    address = ("127.0.0.1", town.place.app_port)
    unfinished = raw(town, BODY[:1], f"Content-Length: {len(BODY)}", signed=BODY)
    unfinished = unfinished.replace(b"/webhooks", request.param.encode(), 1)
    with ExitStack() as lines:
        made = []
        for _ in range(SENDERS):
            line = socket.create_connection(address, timeout=60)
            lines.callback(line.close)
            line.sendall(unfinished)
            made.append(line)
        yield made


@pytest.mark.usefixtures("slow")
def test_everybody_else_is_answered_beside_them(town: Town) -> None:
    probed = requests.get(f"{town.place.app_url}/healthz", timeout=60)
    sent = town.send(BODY)

    assert (probed.status_code, sent.status_code) == (200, 200)


def test_who_comes_to_an_end_is_answered(slow: list[socket.socket]) -> None:
    for line in slow:
        line.sendall(BODY[1:])

    [head] = {line.recv(12) for line in slow}

    # The page knows no such stranger; either way the body was read to its end.
    assert head in (b"HTTP/1.1 200", b"HTTP/1.1 401")


def test_who_never_ends_is_told_so_in_time(slow: list[socket.socket]) -> None:
    heads = {line.recv(12) for line in slow}

    assert heads == {b"HTTP/1.1 408"}


def test_who_brings_much_and_never_ends_keeps_no_event_out(town: Town) -> None:
    much = b" " * (1 << 20)
    unfinished = raw(town, much[:-1], f"Content-Length: {len(much)}", signed=BODY)
    address = ("127.0.0.1", town.place.app_port)
    with ExitStack() as lines:
        for _ in range(70):
            line = socket.create_connection(address, timeout=60)
            lines.callback(line.close)
            line.sendall(unfinished)
        sent = town.send(BODY)

    assert sent.status_code == 200


def test_who_names_no_signature_is_not_listened_to(town: Town) -> None:
    head = "POST /webhooks HTTP/1.1\r\nHost: app\r\nContent-Length: 500\r\n\r\n{"
    answer = town.send_raw(head.encode(), breaks_off=True)

    assert answer[0] == 401
